"""Pictures and clips are copied in from where hosts left them, and taken away there."""

import errno
import os
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, bindparam, literal_column, select, update
from structlog import get_logger

from camloom.server.business.hooks import AlarmChange, Outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_keys import media_key
from camloom.server.business.media_place import MediaPlace, Stored, UnreadableError, kind_of
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm, media

_MAX_BYTES = 1 << 31
_BATCH, _BATCHES = 25, 4
_BECAME = update(media).where(media.c.id == bindparam("of"))
_NOTHING = {"key": "", "sha256": "", "size_bytes": 0}
_AGAIN_S = 60.0
_MOST_TRIES = 60
# These say that there is no such file; all others that the machine cannot read it now.
_GONE = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EINVAL))
_log = get_logger()
Row = Mapping[str, Any]


class _NoMediaError(Exception):
    """A file is none that may be kept; what is said is for the log."""


class MediaIntake:
    """Copies what waits. It may be stopped at any moment: the next round goes on where this one was.

    A file is on the disk of the place before a row says that it is there, and that is kept before the file goes where
    it was.

    Args:
        place: where it goes.
        root: folder of the engine; nothing outside of it is ever read or removed.
        outbox: hears of alarms whose picture has come.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        database: Database,
        place: MediaPlace,
        root: Path,
        clock: Clock,
        outbox: Outbox,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._place = place
        self._root = root
        self._clock = clock
        self._outbox = outbox
        self._monotonic = monotonic
        self._unreadable: dict[str, tuple[int, float]] = {}

    @property
    def are_slow(self) -> bool:
        """Tell whether files may take their time: a bucket is as far away as it is, and no event should wait for it."""
        return self._place.folder is None

    def collect(self) -> int:
        """Copy up to a hundred files and return how many have been dealt with.

        Raises:
            ServerError: the place takes nothing at the moment; all that waits goes on waiting.
        """
        count = 0
        for _ in range(_BATCHES):
            rows = self._waiting()
            self._collect_some(rows)
            count += len(rows)
            if len(rows) < _BATCH:
                break
        return count

    def _waiting(self) -> list[Row]:
        """Return what lies at its host: not copied yet, or copied and not taken away."""
        now_s = self._monotonic()
        later = [media_id for media_id, (_, again_s) in self._unreadable.items() if again_s > now_s]
        wanted = (
            select(media, alarm.c.camera_id)
            .join_from(media, alarm, isouter=True)
            .where(media.c.source_path != literal_column("''"), media.c.id.not_in(later))
            .order_by(media.c.created_at, media.c.id)
            .limit(_BATCH)
        )
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def _collect_some(self, rows: list[Row]) -> None:
        settled: list[tuple[Row, dict[str, Any] | None]] = []
        try:
            for row in rows:
                if row["state"] != "waiting":
                    settled.append((row, None))
                elif (told := self._copied(row)) is not None:
                    settled.append((row, told))
        finally:  # a place that is full in the middle has kept what came before
            self._settle(settled)

    def _settle(self, settled: list[tuple[Row, dict[str, Any] | None]]) -> None:
        if not settled:
            return
        self._place.sync([told["key"] for _, told in settled if told is not None and told["state"] == "there"])
        self._note([(row, told) for row, told in settled if told is not None])
        self._database.settle()
        for row, told in settled:
            # What could not be taken is left to the host, which has its own time for such things.
            if told is None or told["state"] == "there":
                self._remove(Path(row["source_path"]))
            self._unreadable.pop(row["id"], None)
        ids = [row["id"] for row, _ in settled]
        with self._database.write() as connection:
            connection.execute(update(media).where(media.c.id.in_(ids)).values(source_path=""))

    def _copied(self, row: Row) -> dict[str, Any] | None:
        """Copy a file and return what its row is to say; None: it cannot be read now."""
        try:
            key, stored = self._copy(row)
        except _NoMediaError as error:
            why = str(error)
        except (OSError, UnreadableError) as error:
            if not self._is_over(row, error):
                return None
            why = os.strerror(_number_of(error)) if _number_of(error) else "it cannot be read"
        else:
            return {"state": "there", "key": key, "sha256": stored.sha256, "size_bytes": stored.size_bytes}
        # Its name stays out of the log: it is whatever a host said.
        _log.warning("a picture or clip is not there", kind=row["kind"], event_id=row["event_id"], why=why)
        return {"state": "missing"}

    def _is_over(self, row: Row, error: OSError | UnreadableError) -> bool:
        """Tell whether a file will never be read; else it is tried again in a minute."""
        if _number_of(error) in _GONE:
            return True
        tries = self._unreadable.get(row["id"], (0, 0.0))[0] + 1
        self._unreadable[row["id"]] = (tries, self._monotonic() + _AGAIN_S)
        if tries == 1:
            why = os.strerror(_number_of(error))
            _log.warning("a picture or clip cannot be read now", kind=row["kind"], event_id=row["event_id"], why=why)
        return tries >= _MOST_TRIES

    def _copy(self, row: Row) -> tuple[str, Stored]:
        with self._open(Path(row["source_path"])) as file:
            ending = kind_of(file.read(64))
            if ending is None:
                raise _NoMediaError("it is neither picture nor clip")
            file.seek(0)
            key = media_key(row["created_at"], row["camera_id"], row["event_id"], row["kind"], ending)
            return key, self._place.put(key, file)

    def _note(self, told: list[tuple[Row, dict[str, Any]]]) -> None:
        """Write what became of files, and let those who look at their alarms know."""
        if not told:
            return
        with self._database.write() as connection:
            ledger = Ledger(connection, self._clock(), self._outbox)
            for row, values in told:
                connection.execute(_BECAME, {"of": row["id"], **_NOTHING, **values})
                found = None if row["alarm_id"] is None else ledger.find(row["alarm_id"])
                if found is not None:
                    ledger.tell(ledger.change(found, {}), AlarmChange.UPDATED)

    def _open(self, path: Path) -> BinaryIO:
        """Open a file inside the engine's folder; no link, no device, nothing huge."""
        if not self._inside(path):
            raise _NoMediaError("it is outside of the folder of the engine")
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        found = os.fstat(opened)
        if stat.S_ISREG(found.st_mode) and found.st_size <= _MAX_BYTES:
            return os.fdopen(opened, "rb")
        os.close(opened)
        raise _NoMediaError("it is no plain file of a fair size")

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


def _number_of(error: OSError | UnreadableError) -> int:
    """Return the number that the system gave for an error; 0: none."""
    cause = error.__cause__ if isinstance(error, UnreadableError) else error
    return (cause.errno or 0) if isinstance(cause, OSError) else 0


def waiting_media(connection: Connection) -> int:
    """Return how many pictures and clips wait to be copied."""
    wanted = select(media.c.id).where(media.c.source_path != literal_column("''"), media.c.state == "waiting")
    return len(connection.execute(wanted.limit(10_000)).all())
