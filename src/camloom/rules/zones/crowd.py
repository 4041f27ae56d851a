"""The rule about crowds: too many people in a zone, or too many for its size."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Gate
from camloom.rules.gate import RuleGate
from camloom.rules.incident import Reporter
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.rules.zones.occupancy import Comparison, CountCondition, Occupancy
from camloom.rules.zones.stays import Stays
from camloom.rules.zones.visits import Watch
from camloom.rules.zones.watched import WatchedZone


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


class CrowdRule(WatchedZone):
    """Many people are in a zone, or many for its size. The value is their number, at the end the most there were.

    Density is the number inside by the area of the whole zone: one incident, whichever limit is passed.
    """

    Config: ClassVar[type[BaseModel]] = CrowdConfig

    def __init__(self, config: CrowdConfig, scene: Scene) -> None:
        super().__init__(config, config.zone, config.gap_s, partial(_watch, config), scene)


def _watch(config: CrowdConfig, gate: RuleGate, stays: Stays) -> Watch:
    limits = config.max_per_m2, config.area_m2
    condition = _CrowdCondition(Comparison.AT_LEAST, config.count, config.min_time_s, config.hold_s, *limits)
    reporter = Reporter(config.id, "crowd.gathered", config.zone, "objects")
    return Occupancy(reporter, gate, condition, stays, config.update_s)
