"""Pictures and clips go in an order that a crash, a full disk and a file that cannot be removed may interrupt."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, update

from camloom.errors import ServerError
from camloom.server.business.media_place import MediaPlace
from camloom.server.database import Database
from camloom.server.database.tables import media
from camloom.server.trouble import AWAY

_AT_ONCE = 200
_MOST_LEFT = 10_000
_logger = logging.getLogger(__name__)
Row = dict[str, Any]


class Expiry:
    """Takes pictures and clips away: first a row says so, then the file goes, then its key.

    So nobody is ever shown one that is gone, and what was interrupted is found by its key and ended the next time.

    Args:
        is_full: whether the disk has no room at all, so that not even a row can be written.
    """

    def __init__(self, database: Database, place: MediaPlace, is_full: Callable[[], bool]) -> None:
        self._database, self._place, self._is_full = database, place, is_full
        self._left: dict[str, str] | None = None

    @property
    def is_behind(self) -> bool:
        """Whether files have gone of which no row says so yet, or could not be removed."""
        return bool(self._left)

    def finish(self) -> None:
        """End what was begun before; what cannot be removed is tried again each time."""
        left = {**self._begun(), **self._vanished()} if self._left is None else self._left
        self._left = {}
        rows = [{"id": media_id, "key": key} for media_id, key in left.items()]
        for first in range(0, len(rows), _AT_ONCE):
            self.take_away(rows[first : first + _AT_ONCE])

    def take_away(self, rows: Sequence[Row], still: ColumnElement[bool] | None = None) -> int:
        """Take away the files of some rows and return how many have gone.

        Args:
            still: what must still hold of each row in the moment in which it is given up, since anything may have
                happened to it after it was found; None: it was given up before.
        """
        given_up, gone = self._say(rows, still)
        gone += [row["id"] for row in given_up if row["id"] not in gone and self._is_removed(row)]
        with self._database.write() as connection:
            here = update(media).where(media.c.id.in_(gone))
            connection.execute(here.values(state="expired", key="", size_bytes=0))
        return len(gone)

    def _say(self, rows: Sequence[Row], still: ColumnElement[bool] | None) -> tuple[list[Row], list[str]]:
        """Let rows say that they have expired; return those, and whose files had to go first, to have room for that."""
        try:
            return self._mark(rows, still), []
        except AWAY:
            if not self._is_full():
                raise
        first = self._holding(rows[:1], still)
        gone = [row["id"] for row in first if self._is_removed(row)]
        self._keep(rows if still is None else first)
        return [*self._mark(first, None), *self._mark(rows[1:], still)], gone

    def _mark(self, rows: Sequence[Row], still: ColumnElement[bool] | None) -> list[Row]:
        """Let those rows say that they have expired of which it still holds, and return them."""
        here = update(media).where(media.c.id.in_([row["id"] for row in rows]), *_conditions(still))
        with self._database.write() as connection:
            marked = set(connection.scalars(here.values(state="expired").returning(media.c.id)))
        return [row for row in rows if row["id"] in marked]

    def _holding(self, rows: Sequence[Row], still: ColumnElement[bool] | None) -> list[Row]:
        wanted = select(media.c.id).where(media.c.id.in_([row["id"] for row in rows]), *_conditions(still))
        with self._database.read() as connection:
            holding = set(connection.scalars(wanted))
        return [row for row in rows if row["id"] in holding]

    def _is_removed(self, row: Row) -> bool:
        try:
            self._place.remove(row["key"])
        except ServerError as error:
            _logger.warning("%s", error)
            self._keep([row])
            return False
        return True

    def _keep(self, rows: Sequence[Row]) -> None:
        if self._left is None:
            self._left = {}
        for row in rows:
            if len(self._left) < _MOST_LEFT:
                self._left[row["id"]] = row["key"]

    def _begun(self) -> dict[str, str]:
        """Return what a server before this one has begun."""
        wanted = select(media.c.id, media.c.key).where(media.c.state == "expired", media.c.key != "")
        with self._database.read() as connection:
            return {row.id: row.key for row in connection.execute(wanted.limit(_MOST_LEFT))}

    def _vanished(self) -> dict[str, str]:
        """Return the oldest whose file is gone: it had to go first, and then not even a row could be written."""
        wanted = select(media.c.id, media.c.key).where(media.c.state == "there")
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(media.c.created_at, media.c.id).limit(_AT_ONCE)).all()
        return {row.id: row.key for row in rows if self._place.has_lost(row.key)}


def _conditions(still: ColumnElement[bool] | None) -> tuple[ColumnElement[bool], ...]:
    return () if still is None else (media.c.state == "there", still)
