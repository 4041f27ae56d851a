"""How many objects are in a zone at once."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.sightings import Sighting
from camloom.rules.zones.stays import Stay, Stays

# The cooldown of a count is about the zone, not about any track; trackers count from 0 up.
_ZONE_KEY = -1


class Comparison(StrEnum):
    """How a count is compared with its threshold."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


_HOLDS: dict[Comparison, Callable[[int, int], bool]] = {
    Comparison.AT_LEAST: int.__ge__,
    Comparison.AT_MOST: int.__le__,
    Comparison.EXACTLY: int.__eq__,
}


@dataclass(frozen=True, slots=True)
class CountCondition:
    """What must be true of the number of objects, and for how long.

    Args:
        min_time_s: least time inside before an object counts, so that a ghost of one frame does not.
        hold_s: least time before it is an incident.
    """

    comparison: Comparison
    count: int
    min_time_s: float
    hold_s: float

    def holds(self, count: int) -> bool:
        """Tell whether it is true of a number."""
        return _HOLDS[self.comparison](count, self.count)

    def why(self, count: int) -> Gate:
        """Return the condition as a gate; what stays below a limit shows how far below."""
        if self.comparison is Comparison.AT_MOST:
            return Gate("below_limit", self.count - count, 0)
        return Gate("count", count, self.count)


@dataclass(slots=True)
class _Span:
    """A time in which the condition is true; `most` is its highest count."""

    since_s: float
    last_s: float
    most: int
    incident: Incident | None = None


class Occupancy:
    """An incident while the number of objects in the zone satisfies a condition.

    Stays bridge those who drop out for a moment, and ghosts do not count, so the number does not flicker.

    Args:
        update_s: seconds between updates; None: no updates.
    """

    def __init__(
        self, reporter: Reporter, gate: RuleGate, condition: CountCondition, stays: Stays, update_s: float | None
    ) -> None:
        self._reporter = reporter
        self._gate = gate
        self._condition = condition
        self._stays = stays
        self._update_s = update_s
        self._span: _Span | None = None

    def update(self, present: list[Stay], left: list[Stay], frame: Frame) -> list[Event]:
        """See `Watch`."""
        del present, left
        count = len(self._counted())
        if self._condition.holds(count):
            return self._hold(count, frame)
        return self.finish(frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Watch`."""
        span, self._span = self._span, None
        if span is None or span.incident is None:
            return []
        self._gate.spoke(_ZONE_KEY, span.last_s)
        return [self._reporter.end(span.incident, frame, self._seen(), span.most, (self._held(span),))]

    def _hold(self, count: int, frame: Frame) -> list[Event]:
        now_s = frame.pts_s
        if self._span is None:
            self._span = _Span(now_s, now_s, count)
        span = self._span
        span.last_s, span.most = now_s, max(span.most, count)
        if span.incident is None:
            return self._start(span, count, frame)
        if self._update_s is None or not reached(now_s - span.incident.reported_s, self._update_s):
            return []
        return [self._reporter.update(span.incident, frame, self._seen(), count)]

    def _start(self, span: _Span, count: int, frame: Frame) -> list[Event]:
        held = self._held(span)
        gates = self._gate.check(frame, _ZONE_KEY, held.margin) if reached(held.margin, 0) else None
        if gates is None:
            return []
        why = (self._condition.why(count), held, *gates)
        span.incident, event = self._reporter.start(frame, self._seen(), count, why)
        self._gate.spoke(_ZONE_KEY, frame.pts_s)
        return [event]

    def _held(self, span: _Span) -> Gate:
        return Gate("hold", span.last_s - span.since_s, self._condition.hold_s, "s")

    def _seen(self) -> list[Sighting]:
        return [stay.seen for stay in self._counted()]

    def _counted(self) -> list[Stay]:
        return self._stays.lasting(self._condition.min_time_s)
