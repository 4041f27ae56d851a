"""The rule about a zone: who enters it, stays in it, leaves it, or how many are in it."""

from enum import StrEnum
from functools import partial
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene
from camloom.rules.gate import RuleGate
from camloom.rules.incident import Reporter
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.rules.zones.occupancy import Comparison, CountCondition, Occupancy
from camloom.rules.zones.stays import Stays
from camloom.rules.zones.visits import Departure, Presence, Watch
from camloom.rules.zones.watched import WatchedZone


class RegionTrigger(StrEnum):
    """What about the zone is of interest."""

    ENTER = "enter"
    EXIT = "exit"
    DWELL = "dwell"
    COUNT = "count"


_EVENT_TYPES = {
    RegionTrigger.ENTER: "region.entered",
    RegionTrigger.EXIT: "region.exited",
    RegionTrigger.DWELL: "region.dwelled",
    RegionTrigger.COUNT: "region.count",
}
_ONLY_WITH = {
    "min_time_s": (RegionTrigger.ENTER, RegionTrigger.EXIT, RegionTrigger.COUNT),
    "dwell_s": (RegionTrigger.DWELL,),
    "count": (RegionTrigger.COUNT,),
    "comparison": (RegionTrigger.COUNT,),
    "hold_s": (RegionTrigger.COUNT,),
    "update_s": (RegionTrigger.ENTER, RegionTrigger.DWELL, RegionTrigger.COUNT),
}


class RegionConfig(TrackRuleConfig):
    """A rule about a zone."""

    zone: str = Field(min_length=1, description="name of a zone of the task")
    on: RegionTrigger = Field(default=RegionTrigger.ENTER, description="enter, exit, dwell or count")
    min_time_s: float = Field(default=0.6, ge=0, le=3600, description="enter, exit, count: least time inside")
    dwell_s: float = Field(default=10.0, gt=0, le=86400, description="dwell: least time inside")
    count: int = Field(default=10, ge=0, le=10000, description="count: how many objects")
    comparison: Comparison = Field(default=Comparison.AT_LEAST, description="count: at_least, at_most or exactly")
    hold_s: float = Field(default=10.0, ge=0, le=86400, description="count: least time for which the count holds")
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )

    @model_validator(mode="after")
    def _all_settings_count(self) -> "RegionConfig":
        for name in sorted(self.model_fields_set & _ONLY_WITH.keys()):
            if self.on not in _ONLY_WITH[name]:
                raise ValueError(
                    f"`{name}` has no effect with `on: {self.on}`; it goes with {' or '.join(_ONLY_WITH[name])}"
                )
        if self.comparison is Comparison.AT_LEAST and self.count == 0:
            raise ValueError("at least 0 objects are always there: give `count: 1` or more")
        return self


class RegionRule(WatchedZone):
    """Objects enter, leave or stay in a zone, or too many or too few are in it.

    Enter, dwell and count are incidents with a start and an end; exit is an instant. The value is the
    time inside so far in s, or the number of objects (at the end: the most there were).
    """

    Config: ClassVar[type[BaseModel]] = RegionConfig

    def __init__(self, config: RegionConfig, scene: Scene) -> None:
        # Whoever comes back while a departure is held back by the debounce has not left.
        debounce_s = config.gate.debounce_s if config.on is RegionTrigger.EXIT else 0.0
        super().__init__(config, config.zone, config.gap_s + debounce_s, partial(_watch, config), scene)


def _watch(config: RegionConfig, gate: RuleGate, stays: Stays) -> Watch:
    unit = "objects" if config.on is RegionTrigger.COUNT else "s"
    reporter = Reporter(config.id, _EVENT_TYPES[config.on], config.zone, unit)
    if config.on is RegionTrigger.COUNT:
        condition = CountCondition(config.comparison, config.count, config.min_time_s, config.hold_s)
        return Occupancy(reporter, gate, condition, stays, config.update_s)
    if config.on is RegionTrigger.EXIT:
        return Departure(reporter, gate, config.min_time_s, config.gap_s)
    least = ("dwell", config.dwell_s) if config.on is RegionTrigger.DWELL else ("min_time", config.min_time_s)
    return Presence(reporter, gate, least, stays, config.update_s)
