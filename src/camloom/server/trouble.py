"""What keeps the server from its work at the moment: in the log once a minute, and for those who ask."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog import get_logger

from camloom.errors import CamloomError

AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""Errors of a database that cannot work now: locked, full, away. What was asked of it is not at fault."""

_EVERY_S = 60.0
_log = get_logger()


@dataclass(slots=True)
class _Trouble:
    line: str
    since_s: float
    is_told: bool = False


class Troubles:
    """What is wrong now, by the name of the work that cannot go on; any thread may use it.

    Args:
        monotonic: seconds that never jump.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str, _Trouble] = {}
        self._heard: dict[str, str] = {}
        self._told_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, work: str, line: str) -> None:
        """Say that a work cannot go on, and why; however often it comes and goes, the log has it once a minute."""
        now_s = self._monotonic()
        with self._lock:
            known = self._known.setdefault(work, _Trouble("", now_s))
            known.line = line
            due = now_s - self._told_s.get(work, now_s - _EVERY_S) >= _EVERY_S
            if due:
                known.is_told, self._told_s[work] = True, now_s
        if due:
            _log.warning("trouble", work=work, why=line, for_s=round(now_s - known.since_s))

    def over(self, work: str) -> None:
        """Say that a work goes on."""
        with self._lock:
            known = self._known.pop(work, None)
        if known is not None and known.is_told:
            _log.warning("trouble is over", work=work, lasted_s=round(self._monotonic() - known.since_s))

    def hear(self, lines: Mapping[str, str]) -> None:
        """Take over what is wrong with the works of another process, which has written it into the log itself."""
        with self._lock:
            self._heard = dict(lines)

    @property
    def lines(self) -> dict[str, str]:
        """What is wrong now, in words, by the name of the work."""
        with self._lock:
            return {**self._heard, **{work: known.line for work, known in self._known.items()}}


def line_of(error: BaseException) -> str:
    """Return an error in one short line, without statements and values: those of a database may hold secrets."""
    if isinstance(error, CamloomError):
        return error.message[:500]
    if isinstance(error, DBAPIError):
        return f"the database cannot do it: {_of_driver(error.orig)}"
    return type(error).__name__


def _of_driver(error: BaseException | None) -> str:
    # SQLite says what is the matter and nothing of the data; PostgreSQL has codes for that.
    if type(error).__module__ == "sqlite3":
        return str(error)[:200]
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}{f' ({state})' if state else ''}"
