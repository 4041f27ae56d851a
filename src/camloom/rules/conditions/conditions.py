"""Something that holds about single objects, for a time: from what each frame shows to incidents."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import Field, model_validator

from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig

_MOST_SPELLS = 64


class ConditionConfig(TrackRuleConfig):
    """What every rule about a condition of single objects can be told."""

    zone: str | None = Field(default=None, min_length=1, description="name of a zone of the task; none: the picture")
    min_time_s: float = Field(default=2.0, ge=0, le=3600, description="least time for which it holds")
    within_s: float | None = Field(
        default=None,
        gt=0,
        le=3600,
        description="the least time may be made of parts, in a span of this length; none: in one piece",
    )
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )

    @model_validator(mode="after")
    def _window_is_longer(self) -> "ConditionConfig":
        if self.within_s is not None and self.within_s < self.min_time_s:
            raise ValueError(f"`within_s` {self.within_s:g} must not be below `min_time_s` {self.min_time_s:g}")
        return self


@dataclass(slots=True)
class Spells:
    """When something held: spans of the stream clock, joined across gaps, forgotten after a while.

    Args:
        gap_s: between sightings of it for no longer than this it held on.
        within_s: what is over for longer than this is forgotten; None: all but the last span is.
    """

    gap_s: float
    within_s: float | None
    _spans: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_MOST_SPELLS))
    _is_over: bool = False

    def see(self, now_s: float) -> None:
        """Take in that it holds now."""
        if self._spans and not self._is_over and not exceeded(now_s - self._spans[-1][1], self.gap_s):
            self._spans[-1] = (self._spans[-1][0], now_s)
            return
        if self.within_s is None:
            self._spans.clear()
        self._spans.append((now_s, now_s))
        self._is_over = False

    def end(self) -> None:
        """Take in that it surely does not hold now: what comes is another span."""
        self._is_over = True

    def time_s(self, now_s: float) -> float:
        """Return for how long it held: within the window, or without one since the last span began."""
        begin_s = now_s - self.within_s if self.within_s is not None else float("-inf")
        return sum(max(end - max(start, begin_s), 0.0) for start, end in self._spans)

    def count(self, now_s: float) -> int:
        """Return how many spans there are within the window."""
        begin_s = now_s - self.within_s if self.within_s is not None else float("-inf")
        return sum(end >= begin_s for _, end in self._spans)

    @property
    def last_s(self) -> float:
        """When it last held; long ago if it never did."""
        return self._spans[-1][1] if self._spans else float("-inf")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a frame shows of one object: the condition holds, or surely does not.

    Attributes:
        seen: whom it is about.
        why: what was measured; empty: it surely does not hold.
        others: who or what else takes part.
    """

    seen: Sighting
    why: tuple[Gate, ...]
    others: tuple[Sighting, ...] = ()


@dataclass(slots=True)
class _Case:
    """An object about which it holds, or held a moment ago."""

    spells: Spells
    last: Finding
    incident: Incident | None = None


class Conditions:
    """An incident for each object about which something holds for a while: from then until it has not for `quiet_s`.

    Args:
        config: for how long.
        reporter: makes the events.
        gate: of the rule.
    """

    def __init__(self, config: ConditionConfig, reporter: Reporter, gate: RuleGate) -> None:
        self._config = config
        self._reporter = reporter
        self._gate = gate
        self._quiet_s = max(config.gap_s, config.within_s or 0.0)
        self._cases: dict[int, _Case] = {}

    def __len__(self) -> int:
        return len(self._cases)

    def update(self, sightings: Iterable[Sighting], findings: Iterable[Finding], frame: Frame) -> list[Event]:
        """Take in a frame: who is there, and about whom it holds."""
        for seen in sightings:
            if seen.continues is not None:
                self._continue(seen.continues, seen.track_id)
        events = self._expire(frame)
        for finding in findings:
            events += self._see(finding, frame)
        return events

    def finish(self, frame: Frame) -> list[Event]:
        """Return the ends of what is still open, and forget all."""
        events = [event for case in self._cases.values() for event in self._end(case, frame, ())]
        self._cases.clear()
        self._gate.forget()
        return events

    def _continue(self, old_id: int, new_id: int) -> None:
        self._gate.inherit(old_id, new_id)
        if old_id in self._cases:
            self._cases[new_id] = self._cases.pop(old_id)

    def _see(self, finding: Finding, frame: Frame) -> list[Event]:
        config, key = self._config, finding.seen.track_id
        case = self._cases.get(key)
        if not finding.why:
            if case is not None:
                case.spells.end()
            return []
        if case is None:
            case = self._cases[key] = _Case(Spells(config.gap_s, config.within_s), finding)
        case.last = finding
        case.spells.see(frame.pts_s)
        time_s = case.spells.time_s(frame.pts_s)
        return self._start(case, time_s, frame) if case.incident is None else self._go_on(case, time_s, frame)

    def _start(self, case: _Case, time_s: float, frame: Frame) -> list[Event]:
        least_s, seen = self._config.min_time_s, case.last.seen
        if not reached(time_s, least_s):
            return []
        gates = self._gate.check(frame, seen.track_id, time_s - least_s)
        if gates is None:
            return []
        why = (Gate("min_time", time_s, least_s, "s"), *case.last.why, *gates)
        case.incident, event = self._reporter.start(frame, _all(case), time_s, why)
        self._gate.spoke(seen.track_id, frame.pts_s)
        return [event]

    def _go_on(self, case: _Case, time_s: float, frame: Frame) -> list[Event]:
        incident, every_s = case.incident, self._config.update_s
        if incident is None or every_s is None or not reached(frame.pts_s - incident.reported_s, every_s):
            return []
        return [self._reporter.update(incident, frame, _all(case), time_s)]

    def _expire(self, frame: Frame) -> list[Event]:
        over = [key for key, case in self._cases.items() if exceeded(frame.pts_s - case.spells.last_s, self._quiet_s)]
        events = []
        for key in over:
            case = self._cases.pop(key)
            away = Gate("gap", frame.pts_s - case.spells.last_s, self._quiet_s, "s")
            events += self._end(case, frame, (away,))
        return events

    def _end(self, case: _Case, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        if case.incident is None:
            return []
        self._gate.spoke(case.last.seen.track_id, case.spells.last_s)
        time_s = case.spells.time_s(case.spells.last_s)
        return [self._reporter.end(case.incident, frame, _all(case), time_s, why)]


def _all(case: _Case) -> Sequence[Sighting]:
    return [case.last.seen, *case.last.others]
