"""From the messages of a camera to what began, ended or just happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from camloom.event import Phase
from camloom.sources.alerts.alert import AlertState, CameraAlert

_MAX_OPEN = 64
_MAX_PER_MINUTE = 120


@dataclass(frozen=True, slots=True)
class AlertChange:
    """A camera's alert begins, ends, or just happened.

    Attributes:
        number: the same for the beginning and the end of one alert.
        note: why it ended, where the camera did not say that it is over.
    """

    phase: Phase
    alert: CameraAlert
    number: int
    note: str = ""


class OpenAlerts:
    """Keeps what is open.

    Cameras of one make repeat an alert every second while it lasts, and some never say that it is over: it ends when
    it is not repeated any more. Others say when it begins and when it ends, and nothing between.

    Args:
        hold_s: a repeated alert ends so long after the last message; None: only when the camera says so.
        wanted: tells whether an alert is to be heard at all.
    """

    def __init__(self, hold_s: float | None, wanted: Callable[[CameraAlert], bool]) -> None:
        self._hold_s = hold_s
        self._wanted = wanted
        self._open: dict[tuple[str, int], tuple[int, CameraAlert, float]] = {}
        self._number = 0
        self._minute_began_s = float("-inf")
        self._in_minute = 0
        self.dropped = 0

    def take(self, alert: CameraAlert, now_s: float) -> AlertChange | None:
        """Return what a message changes. More than 120 beginnings a minute are counted as dropped, not told."""
        if alert.state is AlertState.HEARTBEAT or not self._wanted(alert):
            return None
        key = (alert.kind.lower(), alert.channel)
        known = self._open.get(key)
        if alert.state is AlertState.OVER:
            self._open.pop(key, None)
            return AlertChange(Phase.END, alert, known[0]) if known else None
        if known:
            self._open[key] = (known[0], known[1], now_s)
            return None
        if len(self._open) >= _MAX_OPEN or self._too_many(now_s):
            self.dropped += 1
            return None
        self._number += 1
        if alert.state is AlertState.PULSE:
            return AlertChange(Phase.INSTANT, alert, self._number)
        self._open[key] = (self._number, alert, now_s)
        return AlertChange(Phase.START, alert, self._number)

    def expire(self, now_s: float) -> Iterator[AlertChange]:
        """Yield the ends of alerts that are not repeated any more."""
        if self._hold_s is None:
            return
        hold_s = self._hold_s
        for key, (number, alert, seen_s) in list(self._open.items()):
            if now_s - seen_s >= hold_s:
                del self._open[key]
                yield AlertChange(Phase.END, alert, number, f"not repeated for {hold_s:g} s")

    def end_all(self, note: str) -> Iterator[AlertChange]:
        """Yield the ends of all that is open: nobody would tell them any more."""
        while self._open:
            number, alert, _ = self._open.pop(next(iter(self._open)))
            yield AlertChange(Phase.END, alert, number, note)

    def _too_many(self, now_s: float) -> bool:
        if now_s - self._minute_began_s >= 60:
            self._minute_began_s, self._in_minute = now_s, 0
        self._in_minute += 1
        return self._in_minute > _MAX_PER_MINUTE
