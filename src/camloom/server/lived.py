"""The clock of those who remove what is old, see `camloom.lived`."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from camloom.lived import lived_until
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import setting
from camloom.server.database.upsert import put
from camloom.server.trouble import AWAY, Troubles

LIVED = "lived"
"""Key of the setting: until when time has certainly gone by."""

_EVERY = timedelta(minutes=1)
_OFF = timedelta(days=1)


class LivedClock:
    """Tells how late it is to those who remove what is old; any thread may use it.

    Args:
        troubles: told when the clock is a day or more off.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        troubles: Troubles | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._clock, self._monotonic = database, clock, monotonic
        self._troubles = troubles or Troubles()
        self._lock = threading.Lock()
        self._until: datetime | None = None
        self._looked_s = 0.0

    def __call__(self) -> datetime:
        """Return the time, or an earlier one as long as the clock is further than it can be."""
        return min(self._clock(), self.until)

    @property
    def until(self) -> datetime:
        """Until when time has certainly gone by; nothing happens after that but what the clock says too late."""
        with self._lock:
            ran = timedelta(seconds=self._monotonic() - self._looked_s)
            if self._until is None or ran >= _EVERY:
                self._look(ran)
            assert self._until is not None
            return self._until

    def _look(self, ran: timedelta) -> None:
        started, now, known = self._until is None, self._clock(), self._until
        if started:
            with self._database.read() as connection:
                known = certain_until(connection)
            ran = timedelta()
        self._until, self._looked_s = lived_until(known, now, ran, started=started), self._monotonic()
        with suppress(*AWAY), self._database.write() as connection:  # a full disk is tidied all the same
            put(connection, setting, {"key": LIVED, "value": self._until.isoformat()})
        self._tell(now, self._until)

    def _tell(self, now: datetime, until: datetime) -> None:
        if abs(now - until) < _OFF:
            self._troubles.over("clock")
            return
        way = "ahead of" if now > until else "behind"
        days = abs(now - until).days
        why = f"the clock is {days} days {way} the time that has gone by since this server was last at work"
        self._troubles.note("clock", f"{why}: what is old is removed later, until that agrees")


def certain_until(connection: Connection) -> datetime | None:
    """Return until when time had certainly gone by when that was last written down, a minute ago or so."""
    value = connection.execute(select(setting.c.value).where(setting.c.key == LIVED)).scalar()
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
