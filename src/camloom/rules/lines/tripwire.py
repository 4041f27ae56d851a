"""The rule about a tripwire: one line, or two that are crossed one after the other."""

from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.gate import RuleGate, exceeded
from camloom.rules.lines.crossings import Crossed, CrossingCount, Crossings, OverLineConfig
from camloom.rules.lines.line import LineDirection
from camloom.rules.subjects.shared import subjects_of
from camloom.tracks import Tracks


class TripwireConfig(OverLineConfig):
    """A rule about one or two lines."""

    second_line: str | None = Field(
        default=None,
        min_length=1,
        description="name of a line to be crossed after the first; none: one is enough",
    )
    within_s: float = Field(default=5.0, gt=0, le=600, description="second_line: longest time from line to line")
    direction: LineDirection = Field(
        default=LineDirection.BOTH, description="both, a_to_b or b_to_a: over the first line and over the second"
    )

    @model_validator(mode="after")
    def _two_lines(self) -> "TripwireConfig":
        if self.second_line == self.line:
            raise ValueError(f"`line` and `second_line` are both '{self.line}': draw a second line")
        return self


@dataclass(slots=True)
class _Passage:
    """The latest crossing of each line by one object."""

    first: Crossed | None = None
    second: Crossed | None = None
    seen_s: float = 0.0


class TripwireRule:
    """Somebody crosses a line, or two lines in order within a time. The value is how many have.

    Raises:
        ConfigError: a line is not drawn.
    """

    Config: ClassVar[type[BaseModel]] = TripwireConfig

    def __init__(self, config: TripwireConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._first = Crossings(config, config.line, config.direction, scene)
        self._second = None
        if config.second_line is not None:
            self._second = Crossings(config, config.second_line, config.direction, scene)
        self._subjects = subjects_of(scene, config, Anchor.BOTTOM_CENTER)
        self._passages: dict[int, _Passage] = {}
        self._count = CrossingCount(self.gate, config.gate.debounce_s)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        self._follow(tracks, frame)
        firsts = self._first.update(tracks, frame)
        if self._second is None:
            return [event for one in firsts for event in self._tell(one, one.event.why, frame)]
        for one in firsts:
            self._passage(one, frame).first = one
        seconds = self._second.update(tracks, frame)
        for one in seconds:
            self._passage(one, frame).second = one
        who = dict.fromkeys(one.track_id for one in (*firsts, *seconds))
        return [event for track_id in who for event in self._judge(self._passages[track_id], frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. A crossing has no end; the count stays."""
        self._first.clear(frame)
        if self._second is not None:
            self._second.clear(frame)
        self._passages.clear()
        self._subjects.forget()
        self.gate.forget()
        return []

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is on a line, or between the two."""
        second = self._second is not None and self._second.holding
        return self._first.holding or second or len(self._passages) > 0

    def _follow(self, tracks: Tracks, frame: Frame) -> None:
        """Hand over what lost ids have crossed to those that go on from them, and forget what is too long ago."""
        for seen in self._subjects.observe(tracks, frame).items:
            if seen.continues is not None:
                self.gate.inherit(seen.continues, seen.track_id)
                if seen.continues in self._passages:
                    self._passages[seen.track_id] = self._passages.pop(seen.continues)
        # A crossing is told some time after it happened.
        keep_s = self._config.within_s + self._config.gap_s + self._config.settle_s + self._config.gate.debounce_s
        for key in [key for key, one in self._passages.items() if exceeded(frame.pts_s - one.seen_s, keep_s)]:
            del self._passages[key]

    def _passage(self, one: Crossed, frame: Frame) -> _Passage:
        passage = self._passages.setdefault(one.track_id, _Passage())
        passage.seen_s = frame.pts_s
        return passage

    def _judge(self, passage: _Passage, frame: Frame) -> list[Event]:
        first, second = passage.first, passage.second
        if first is None or second is None:
            return []
        took_s, within_s = second.crossed_s - first.crossed_s, self._config.within_s
        if took_s < 0 or exceeded(took_s, within_s):
            return []
        passage.first = passage.second = None
        return self._tell(second, (*second.event.why, Gate("sooner_than_within", within_s - took_s, 0.0, "s")), frame)

    def _tell(self, one: Crossed, why: tuple[Gate, ...], frame: Frame) -> list[Event]:
        if not self.gate.active(frame):
            return []
        kind = "line.crossed" if self._config.second_line is None else "tripwire.crossed"
        return [replace(event, zone=self._config.line) for event in self._count.told(one, kind, why, frame)]
