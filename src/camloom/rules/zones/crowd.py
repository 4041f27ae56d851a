"""The rule about crowds: too many people in a zone, or too many for its size."""

import math
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate
from camloom.rules.incident import Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.rules.zones.occupancy import Comparison, CountCondition, Occupancy
from camloom.rules.zones.stays import Stays
from camloom.tracks import Tracks


class CrowdConfig(TrackRuleConfig):
    """A rule about the number of people in a zone, and how close they are."""

    zone: str = Field(min_length=1, description="name of a zone of the task")
    count: int = Field(default=10, ge=1, le=10000, description="so many are a crowd")
    area_m2: float | None = Field(
        default=None,
        gt=0,
        le=1_000_000,
        description="real area of the ground in the zone; none: density does not count",
    )
    max_per_m2: float = Field(
        default=2.0, gt=0, le=20, description="area_m2: more of them per square metre than this are a crowd too"
    )
    hold_s: float = Field(default=10.0, ge=0, le=86400, description="least time for which it holds")
    min_time_s: float = Field(default=0.6, ge=0, le=3600, description="least time inside before somebody counts")
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )


@dataclass(frozen=True, slots=True)
class _CrowdCondition(CountCondition):
    """So many objects, or more of them per square metre than allowed."""

    max_per_m2: float = math.inf
    area_m2: float | None = None

    def holds(self, count: int) -> bool:
        """See `CountCondition`."""
        return count >= self.count or self._density(count) > self.max_per_m2

    def why(self, count: int) -> Gate:
        """See `CountCondition`: the limit that is passed."""
        if count >= self.count:
            return Gate("count", count, self.count)
        return Gate("density", self._density(count), self.max_per_m2, "per m2")

    def _density(self, count: int) -> float:
        return 0.0 if self.area_m2 is None else count / self.area_m2


class CrowdRule:
    """Many people are in a zone, or many for its size. The value is their number, at the end the most there were.

    Density is the number inside by the area of the whole zone: one incident, whichever limit is passed.
    """

    Config: ClassVar[type[BaseModel]] = CrowdConfig

    def __init__(self, config: CrowdConfig, scene: Scene) -> None:
        zone = scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._subjects = subjects_of(scene, config, zone.anchor)
        self._stays = Stays(zone, config.gap_s)
        limits = config.max_per_m2, config.area_m2
        condition = _CrowdCondition(Comparison.AT_LEAST, config.count, config.min_time_s, config.hold_s, *limits)
        reporter = Reporter(config.id, "crowd.gathered", config.zone, "objects")
        self._occupancy = Occupancy(reporter, self.gate, condition, self._stays, config.update_s)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        present = self._stays.update(self._subjects.observe(tracks, frame))
        return self._occupancy.update(present, self._stays.expire(frame.pts_s), frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = self._occupancy.finish(frame)
        self._stays.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is in the zone, or was within the gap."""
        return len(self._stays) > 0
