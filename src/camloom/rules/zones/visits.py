"""What each object does in a zone: it enters, stays, leaves."""

import math
from typing import Protocol

from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, reached
from camloom.rules.incident import Reporter
from camloom.rules.zones.stays import Stay, Stays

# More than frame times are rounded by.
_SLACK_S = 1e-3


class Watch(Protocol):
    """Looks at who is in a zone after each frame."""

    def update(self, present: list[Stay], left: list[Stay], frame: Frame) -> list[Event]:
        """Return events, given who was seen inside now and who has just been away for too long."""

    def finish(self, frame: Frame) -> list[Event]:
        """Return the ends of what is still open."""


def _away(stay: Stay, frame: Frame, gap_s: float) -> Gate:
    return Gate("gap", frame.pts_s - stay.seen.pts_s, gap_s, "s")


class Presence:
    """An incident for each object that is in the zone for a while: from that moment until it has left.

    Args:
        condition: name and least seconds of the stay, as `why` shows it.
        update_s: seconds between updates; None: no updates.
    """

    def __init__(
        self, reporter: Reporter, gate: RuleGate, condition: tuple[str, float], stays: Stays, update_s: float | None
    ) -> None:
        self._reporter = reporter
        self._gate = gate
        self._name, self._least_s = condition
        self._stays = stays
        self._update_s = update_s
        # Nobody waits to be there for long enough before this.
        self._next_s = -math.inf

    def update(self, present: list[Stay], left: list[Stay], frame: Frame) -> list[Event]:
        """See `Watch`."""
        ends = [event for stay in left for event in self._end(stay, frame, (_away(stay, frame, self._stays.gap_s),))]
        if self._update_s is None and frame.pts_s < self._next_s:
            return ends
        due = self._due(present, frame.pts_s)
        if due and not self._gate.active(frame):
            due = [stay for stay in due if stay.incident is not None]
        return ends + [event for stay in due for event in self._stand(stay, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Watch`."""
        self._next_s = -math.inf
        return [event for stay in self._stays.open() for event in self._end(stay, frame, ())]

    def _due(self, present: list[Stay], now_s: float) -> list[Stay]:
        """Return the stays of which there may be something to say: long enough by now, or with updates."""
        updates, least_s = self._update_s is not None, self._least_s
        waiting = [stay.since_s for stay in self._stays.open() if stay.incident is None]
        self._next_s = min(now_s, *waiting) + least_s - _SLACK_S if waiting else now_s + least_s - _SLACK_S
        return [
            stay
            for stay in present
            if (updates if stay.incident is not None else reached(stay.seen.pts_s - stay.since_s - least_s, 0))
        ]

    def _stand(self, stay: Stay, frame: Frame) -> list[Event]:
        if stay.incident is not None:
            return self._go_on(stay, frame)
        held_s = stay.dwell_s - self._least_s
        gates = self._gate.check(frame, stay.seen.track_id, held_s)
        if gates is None:
            return []
        why = (Gate(self._name, stay.dwell_s, self._least_s, "s"), *gates)
        stay.incident, event = self._reporter.start(frame, [stay.seen], stay.dwell_s, why)
        self._gate.spoke(stay.seen.track_id, frame.pts_s)
        return [event]

    def _go_on(self, stay: Stay, frame: Frame) -> list[Event]:
        incident = stay.incident
        if incident is None or self._update_s is None or not reached(frame.pts_s - incident.reported_s, self._update_s):
            return []
        return [self._reporter.update(incident, frame, [stay.seen], stay.dwell_s)]

    def _end(self, stay: Stay, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        if stay.incident is None:
            return []
        self._gate.spoke(stay.seen.track_id, stay.seen.pts_s)
        return [self._reporter.end(stay.incident, frame, [stay.seen], stay.dwell_s, why)]


class Departure:
    """An event for each object that has left the zone after it was in for a while.

    An object that vanished inside has left too: leaving through the edge of the picture looks the same.
    """

    def __init__(self, reporter: Reporter, gate: RuleGate, min_time_s: float, gap_s: float) -> None:
        self._reporter = reporter
        self._gate = gate
        self._min_time_s = min_time_s
        self._gap_s = gap_s

    def update(self, present: list[Stay], left: list[Stay], frame: Frame) -> list[Event]:
        """See `Watch`."""
        del present
        return [event for stay in left for event in self._leave(stay, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Watch`. That the stream is over does not mean that anybody left."""
        del frame
        return []

    def _leave(self, stay: Stay, frame: Frame) -> list[Event]:
        if not reached(stay.dwell_s, self._min_time_s):
            return []
        away = _away(stay, frame, self._gap_s)
        gates = self._gate.check(frame, stay.seen.track_id, away.margin)
        if gates is None:
            return []
        self._gate.spoke(stay.seen.track_id, frame.pts_s)
        why = (Gate("min_time", stay.dwell_s, self._min_time_s, "s"), away, *gates)
        return [self._reporter.instant(frame, [stay.seen], stay.dwell_s, why)]
