"""Pictures and clips are copied in from where hosts left them, and taken away there."""

import logging
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, literal_column, select, update

from camloom.server.business.hooks import AlarmChange, Outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_place import MediaPlace, kind_of
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm, media

_MAX_BYTES = 1 << 31
_BATCH = 100
_AT_ONCE = 20  # in one transaction, so that nobody who wants to write waits for long
_logger = logging.getLogger(__name__)


class MediaIntake:
    """Copies what waits. It may be stopped at any moment: the next round goes on where this one was.

    Args:
        place: where it goes.
        root: folder of the engine; nothing outside of it is ever read or removed.
        outbox: hears of alarms whose picture has come.
    """

    def __init__(self, database: Database, place: MediaPlace, root: Path, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._place = place
        self._root = root
        self._clock = clock
        self._outbox = outbox

    def collect(self) -> int:
        """Copy up to a hundred files and return how many have been dealt with.

        Raises:
            ServerError: the place takes nothing at the moment; all that waits goes on waiting.
        """
        rows = self._waiting()
        dealt_with: list[tuple[Mapping[str, Any], dict[str, Any]]] = []
        try:
            for row in rows:
                dealt_with.append((row, self._copied(row) if row["state"] == "waiting" else {}))
        finally:
            for begin in range(0, len(dealt_with), _AT_ONCE):
                self._finish(dealt_with[begin : begin + _AT_ONCE])
        return len(rows)

    def _waiting(self) -> list[Mapping[str, Any]]:
        """Return what lies at its host: not copied yet, or copied and not taken away."""
        wanted = (
            select(media, alarm.c.camera_id)
            .join_from(media, alarm, isouter=True)
            .where(media.c.source_path != literal_column("''"))
            .order_by(media.c.created_at, media.c.id)
            .limit(_BATCH)
        )
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def _copied(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Copy a file and return what has become of it."""
        try:
            return self._copy(row)
        except OSError as error:
            # Its name stays out of the log: it is whatever a host said.
            _logger.warning("the %s of event %s is not there: %s", row["kind"], row["event_id"], error.strerror)
            return {"state": "missing"}

    def _copy(self, row: Mapping[str, Any]) -> dict[str, Any]:
        with self._open(Path(row["source_path"])) as file:
            ending = kind_of(file.read(64))
            if ending is None:
                raise OSError(0, "it is neither picture nor clip")
            file.seek(0)
            key = media_key(row["created_at"], row["camera_id"], row["event_id"], row["kind"], ending)
            stored = self._place.put(key, file)
        return {"state": "there", "key": key, "sha256": stored.sha256, "size_bytes": stored.size_bytes}

    def _finish(self, dealt_with: Sequence[tuple[Mapping[str, Any], dict[str, Any]]]) -> None:
        """Write what became of files, and only then take them away."""
        with self._database.write() as connection:
            ledger = Ledger(connection, self._clock(), self._outbox)
            for row, told in dealt_with:
                if told:
                    self._write(ledger, row, told)
        for row, _ in dealt_with:
            self._remove(Path(row["source_path"]))
        gone = update(media).where(media.c.id.in_([row["id"] for row, _ in dealt_with])).values(source_path="")
        with self._database.write() as connection:
            connection.execute(gone)

    def _write(self, ledger: Ledger, row: Mapping[str, Any], told: dict[str, Any]) -> None:
        """Write what became of a file, and let those who look at its alarm know."""
        ledger.connection.execute(update(media).where(media.c.id == row["id"]).values(**told))
        found = None if row["alarm_id"] is None else ledger.find(row["alarm_id"])
        if found is not None:
            ledger.tell(ledger.change(found, {}), AlarmChange.UPDATED)

    def _open(self, path: Path) -> BinaryIO:
        """Open a file inside the engine's folder; no link, no device, nothing huge."""
        if not self._inside(path):
            raise OSError(0, "it is outside of the folder of the engine")
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode) and found.st_size <= _MAX_BYTES:
            return file
        file.close()
        raise OSError(0, "it is no plain file of a fair size")

    def _remove(self, path: Path) -> None:
        if self._inside(path):
            with suppress(OSError):
                path.unlink()

    def _inside(self, path: Path) -> bool:
        """Tell whether a path is in the engine's folder, links in its folders taken into account."""
        try:
            return path.is_absolute() and (path.parent.resolve() / path.name).is_relative_to(self._root.resolve())
        except (OSError, RuntimeError, ValueError):  # links in a circle, names that no file can have
            return False


def media_key(day: datetime, camera_id: str | None, event_id: str, kind: str, ending: str) -> str:
    """Return the key of a picture or clip: by day, so that a day can be taken away as a whole."""
    return f"{day:%Y/%m/%d}/{camera_id or 'unknown'}/{event_id}-{kind}.{ending}"


def waiting_media(connection: Connection) -> int:
    """Return how many pictures and clips wait to be copied."""
    wanted = select(media.c.id).where(media.c.source_path != literal_column("''"), media.c.state == "waiting")
    return len(connection.execute(wanted.limit(10_000)).all())
