"""Crossings of a line as other rules build on them."""

from dataclasses import dataclass, replace

from pydantic import Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import GateConfig, RuleGate
from camloom.rules.lines.line import LineConfig, LineDirection, LineRule
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.tracks import Tracks


class OverLineConfig(TrackRuleConfig):
    """What rules that build on crossings can be told of them."""

    line: str = Field(min_length=1, description="name of a line of the task")
    min_travel_share: float = Field(
        default=0.02, ge=0, le=0.5, description="way beyond the line that counts at once, share of the picture's height"
    )
    settle_s: float = Field(default=0.3, ge=0, le=60, description="time beyond the line that counts as well as the way")
    gap_s: float = Field(
        default=1.5, ge=0, le=60, description="an id lost for no longer than this may go on as a new one"
    )


@dataclass(frozen=True, slots=True)
class Crossed:
    """Somebody has crossed a line.

    Attributes:
        event: what the rule about the line says of it.
        crossed_s: stream time at which he was on the line, interpolated.
        left_s: when he was last clear of it on the side he came from.
    """

    event: Event
    crossed_s: float
    left_s: float

    @property
    def track_id(self) -> int:
        """Who it was."""
        return self.event.track_ids[0]


class Crossings:
    """Tells of every crossing of one line, once the debounce is over; nothing else of the gate holds.

    Args:
        config: the filter of subjects, and what a crossing is.
        line: name of the line.
        direction: which crossings to tell of.
    """

    def __init__(self, config: OverLineConfig, line: str, direction: LineDirection, scene: Scene) -> None:
        told = {name: getattr(config, name) for name in OverLineConfig.model_fields if name != "gate"}
        gate = GateConfig(debounce_s=config.gate.debounce_s)
        self._rule = LineRule(LineConfig(**{**told, "line": line, "direction": direction, "gate": gate}), scene)

    def update(self, tracks: Tracks, frame: Frame) -> list[Crossed]:
        """Return the crossings that a frame completes."""
        found = self._rule.update(tracks, frame)
        moments = [next(gate for gate in event.why if gate.name == "crossed_at") for event in found]
        return [Crossed(event, one.value, one.threshold) for event, one in zip(found, moments, strict=True)]

    def clear(self, frame: Frame) -> None:
        """Forget everybody."""
        self._rule.finish(frame)

    @property
    def holding(self) -> bool:
        """Whether somebody is on the line."""
        return self._rule.holding


class CrossingCount:
    """Counts crossings; all count, the gate decides which are told of.

    Args:
        debounce_s: of the gate, which the crossings have waited for already.
    """

    def __init__(self, gate: RuleGate, debounce_s: float) -> None:
        self._gate = gate
        self._debounce_s = debounce_s
        self._count = 0

    def told(self, one: Crossed, event_type: str, why: tuple[Gate, ...], frame: Frame) -> list[Event]:
        """Count a crossing; return what to tell of it: an event or nothing. Its value is how many there were."""
        self._count += 1
        gates = self._gate.check(frame, one.track_id, self._debounce_s)
        if gates is None:
            return []
        self._gate.spoke(one.track_id, frame.pts_s)
        told = replace(one.event, type=event_type, value=self._count, unit="crossings")
        return [replace(told, why=(*why, *gates))]
