"""Keeps the state of one source, and tells every change of it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from camloom.state import Condition, SourceState


def utc_now() -> datetime:
    """Return the time as people and storage see it."""
    return datetime.now(UTC)


class StateBoard:
    """The state of one source, put together from what its parts report; any thread.

    A source that is connected is online, or degraded while anything is wrong with what it sends.

    Args:
        on_change: called with each new state, one at a time, on the thread that reported.
        now: aware UTC.
    """

    def __init__(
        self, on_change: Callable[[SourceState], None] = lambda _: None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.on_change = on_change
        self._now = now
        self._faults: dict[str, str] = {}
        self._lock = threading.RLock()
        self.state = SourceState(Condition.CONNECTING, now())

    def connecting(self) -> None:
        """A connection is being made for the first time, or after the source was disabled."""
        with self._lock:
            self._set(Condition.CONNECTING)

    def online(self) -> None:
        """Pictures come."""
        with self._lock:
            self._faults.clear()
            self._set(Condition.ONLINE)

    def offline(self, reason: str, detail: str, retry_s: float | None = None) -> None:
        """No pictures come: they ended, or could not be had."""
        with self._lock:
            self._faults.clear()
            self._set(Condition.OFFLINE, reason, detail, retry_s)

    def disable(self, reason: str, detail: str) -> None:
        """It is not tried any more."""
        with self._lock:
            self._faults.clear()
            self._set(Condition.DISABLED, reason, detail)

    def degrade(self, reason: str, detail: str) -> None:
        """Pictures come, but something is wrong with them."""
        with self._lock:
            if self.connected or self.state.condition is Condition.CONNECTING:
                self._faults[reason] = detail
                self._settle()

    def mend(self, reason: str) -> None:
        """What `degrade` said of it is over."""
        with self._lock:
            if self._faults.pop(reason, None) is not None:
                self._settle()

    @property
    def connected(self) -> bool:
        """Whether pictures come."""
        return self.state.condition in (Condition.ONLINE, Condition.DEGRADED)

    def _settle(self) -> None:
        if self._faults:
            reason, detail = next(iter(self._faults.items()))
            self._set(Condition.DEGRADED, reason, detail)
        else:
            self._set(Condition.ONLINE)

    def _set(self, condition: Condition, reason: str = "", detail: str = "", retry_s: float | None = None) -> None:
        same = (condition, reason) == (self.state.condition, self.state.reason)
        since = self.state.since if same else self._now()
        self.state = SourceState(condition, since, reason, detail, retry_s)
        if not same:
            self.on_change(self.state)
