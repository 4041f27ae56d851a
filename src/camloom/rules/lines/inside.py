"""The rule about how many are inside: who came in over a line, less who went out."""

from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate
from camloom.rules.incident import Incident, Reporter
from camloom.rules.lines.crossings import Crossed, Crossings, OverLineConfig
from camloom.rules.lines.line import A_TO_B, B_TO_A, LineDirection
from camloom.tracks import Tracks

# The cooldown of a limit is about the place, not about any track; trackers count from 0 up.
_PLACE_KEY = -1


class OccupancyConfig(OverLineConfig):
    """A rule about the number of people inside."""

    in_direction: Literal["a_to_b", "b_to_a"] = Field(
        default="a_to_b", description="which way over the line is in; a_to_b: away from its right-hand side"
    )
    first_inside: int = Field(default=0, ge=0, le=1_000_000, description="how many are inside when it begins")
    reset_at: time | None = Field(
        default=None,
        description="every day at this local time, in the gate's time zone, nobody is inside; none: never",
    )
    limit: int | None = Field(
        default=None, ge=0, le=1_000_000, description="tell while more are inside; none: tell of every crossing"
    )

    @field_validator("reset_at")
    @classmethod
    def _no_zone(cls, value: time | None) -> time | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("takes a plain time of day; the time zone is the gate's `timezone`")
        return value


class OccupancyRule:
    """Who comes in over a line is inside until somebody goes out. The value is how many are.

    All crossings count, those told of or not: the gate decides only what is told. The number never falls below 0:
    somebody unseen came in before. It outlives breaks of the stream, but not a restart.
    """

    Config: ClassVar[type[BaseModel]] = OccupancyConfig

    def __init__(self, config: OccupancyConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self.inside = config.first_inside
        self._config = config
        self._in = A_TO_B if config.in_direction == "a_to_b" else B_TO_A
        self._crossings = Crossings(config, config.line, LineDirection.BOTH, scene)
        self._reporter = Reporter(config.id, "occupancy.over", config.line, "inside")
        self._timezone = UTC if config.gate.timezone == "UTC" else ZoneInfo(config.gate.timezone)
        self._day: date | None = None
        self._over_since_s: float | None = None
        self._most = 0
        self._incident: Incident | None = None

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        self._reset(frame)
        events: list[Event] = []
        for one in self._crossings.update(tracks, frame):
            self.inside = max(0, self.inside + (1 if one.event.direction == self._in else -1))
            events += self._change(one, frame)
        return events if self._config.limit is None else [*events, *self._compare(self._config.limit, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. The number of those inside stays."""
        self._crossings.clear(frame)
        events = self._end(frame)
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is on the line, or too many are inside."""
        return self._crossings.holding or self._incident is not None

    def _reset(self, frame: Frame) -> None:
        """Begin a new day with nobody inside."""
        reset_at = self._config.reset_at
        if reset_at is None:
            return
        local = frame.captured_at.astimezone(self._timezone)
        day = (local - timedelta(hours=reset_at.hour, minutes=reset_at.minute, seconds=reset_at.second)).date()
        if self._day is not None and day != self._day:
            self.inside = 0
        self._day = day

    def _change(self, one: Crossed, frame: Frame) -> list[Event]:
        """Tell of a crossing, where that is what is asked for, or as an update of what is open."""
        if self._config.limit is not None:
            self._most = max(self._most, self.inside)
            if self._incident is None or self.inside <= self._config.limit:
                return []
            return [self._about(self._reporter.update(self._incident, frame, [], self.inside), one)]
        # The crossing has waited for the debounce already.
        gates = self.gate.check(frame, one.track_id, self._config.gate.debounce_s)
        if gates is None:
            return []
        self.gate.spoke(one.track_id, frame.pts_s)
        told = replace(one.event, type="occupancy.changed", value=self.inside, unit="inside")
        return [replace(told, why=(*one.event.why, *gates))]

    def _compare(self, limit: int, frame: Frame) -> list[Event]:
        if self.inside <= limit:
            self._over_since_s = None
            return self._end(frame)
        if self._over_since_s is None:
            self._over_since_s, self._most = frame.pts_s, self.inside
        if self._incident is not None:
            return []
        gates = self.gate.check(frame, _PLACE_KEY, frame.pts_s - self._over_since_s)
        if gates is None:
            return []
        over = Gate("inside", self.inside, limit)
        self._incident, event = self._reporter.start(frame, [], self.inside, (over, *gates))
        self.gate.spoke(_PLACE_KEY, frame.pts_s)
        return [event]

    def _end(self, frame: Frame) -> list[Event]:
        incident, self._incident = self._incident, None
        if incident is None:
            return []
        self.gate.spoke(_PLACE_KEY, frame.pts_s)
        return [self._reporter.end(incident, frame, [], self._most)]

    @staticmethod
    def _about(event: Event, one: Crossed) -> Event:
        """Return an event with the object that crossed."""
        return replace(event, track_ids=one.event.track_ids, objects=one.event.objects, direction=one.event.direction)
