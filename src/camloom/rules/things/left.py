"""The rule about things left behind: something stands where nothing stood, and whoever brought it is gone."""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting
from camloom.rules.things.background import Look
from camloom.rules.things.ground import Ground, ThingRuleConfig, zone_of
from camloom.rules.things.outline import Kind
from camloom.rules.things.owners import Attendance, PixelXYXY, Witness, distance_heights
from camloom.rules.things.still import StillRegion
from camloom.tracks import Tracks

# Whoever stands so still that the detector loses him is as high as himself; luggage is not.
_MAX_HEIGHTS = 0.65
# Somebody who sits where the detector does not see him moves all the time; a thing does not.
_MAX_UNREST = 0.15
_VEHICLE_S = 10.0
_VEHICLE_SHARE = 0.5
_MOST_VEHICLES = 1000
# Ids older than this may come again as new ones; what a tracker forgets it forgets sooner.
_KNOWN_S = 20.0


class LeftConfig(ThingRuleConfig):
    """A rule about things left behind."""

    unattended_s: float = Field(default=30.0, gt=0, le=86400, description="least time without an owner near it")
    owner_near: float = Field(
        default=0.5, ge=0, le=10, description="whoever is this near when it appears is its owner, body heights"
    )
    owner_far: float = Field(
        default=2.5, gt=0, le=100, description="farther than this, or out of view, an owner is away, body heights"
    )
    attended_s: float = Field(
        default=5.0, gt=0, le=3600, description="whoever stays within owner_near for this long owns it from then on"
    )
    keep_s: float = Field(
        default=3600.0, gt=0, le=86400, description="after this time a thing is taken for part of the scene"
    )

    @model_validator(mode="after")
    def _far_is_farther(self) -> "LeftConfig":
        if self.owner_near > self.owner_far:
            raise ValueError(f"`owner_near` {self.owner_near:g} must not be above `owner_far` {self.owner_far:g}")
        return self


@dataclass(slots=True, eq=False)
class _Case:
    """A thing and those who belong to it; `brought` is how near the nearest was when it appeared."""

    region: StillRegion
    number: int
    attendance: Attendance
    brought: float | None
    tallest_px: float
    by_vehicle: bool
    incident: Incident | None = None


class LeftRule:
    """Somebody puts a thing down and goes away.

    A region that was not background appears and stands still; a person was at it; every such person is then
    farther than `owner_far`, or out of view, for `unattended_s`. Light, shadows, holes where a thing was, and
    regions as high as a person are none. The value is the time unattended in s. It needs no detector of things.

    Cost: 0.4 to 1.5 ms for each look, at most eight looks a second; see `background`.
    """

    needs_pixels: ClassVar = True
    Config: ClassVar[type[BaseModel]] = LeftConfig

    def __init__(self, config: LeftConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._ground = Ground(config, zone_of(config, scene))
        self._subjects = subjects_of(scene, config, Anchor.BOTTOM_CENTER)
        self._reporter = Reporter(config.id, "object.left", config.zone or "", "s")
        self._witness = Witness()
        self._vehicles: deque[tuple[float, PixelXYXY]] = deque(maxlen=_MOST_VEHICLES)
        self._known: dict[int, float] = {}
        self._cases: list[_Case] = []
        self._count = 0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        people = self._subjects.observe(tracks, frame).items
        self._witness.see(people, frame.pts_s)
        self._see_vehicles(tracks, frame.pts_s)
        look, over = self._ground.update(tracks, frame)
        events = [event for region in over for event in self._close(region, frame)]
        self._open_cases()
        newcomers = self._newcomers(people, frame.pts_s)
        return events + [
            event for case in tuple(self._cases) for event in self._judge(case, people, newcomers, look, frame)
        ]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for case in self._cases for event in self._end(case, frame, ())]
        self._ground.clear()
        self._subjects.forget()
        self._witness.clear()
        self._vehicles.clear()
        self._known.clear()
        self._cases.clear()
        self._count = 0
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: a thing that somebody brought is there."""
        return len(self._cases) > 0

    def _see_vehicles(self, tracks: Tracks, now_s: float) -> None:
        covers = self._ground.covers(tracks)
        for row, (x0, y0, x1, y1) in enumerate(covers.xyxy.tolist()):
            if covers.name_of(row) not in self._config.classes:
                self._vehicles.append((now_s, (x0, y0, x1, y1)))
        while self._vehicles and exceeded(now_s - self._vehicles[0][0], _VEHICLE_S):
            self._vehicles.popleft()

    def _newcomers(self, people: list[Sighting], now_s: float) -> list[Sighting]:
        fresh = [seen for seen in people if seen.track_id not in self._known and seen.continues is None]
        self._known.update((seen.track_id, now_s) for seen in people)
        self._known = {key: at_s for key, at_s in self._known.items() if now_s - at_s <= _KNOWN_S}
        return fresh

    def _open_cases(self) -> None:
        for region in self._ground.items():
            if not any(case.region is region for case in self._cases):
                self._cases.append(self._case(region))

    def _case(self, region: StillRegion) -> _Case:
        box = self._ground.box_px(region)
        at_it = self._witness.at(box, region.appeared_s, self._config.owner_near)
        brought = min((distance_heights(seen, box) for seen in at_it), default=None)
        tallest_px = max((seen.height_px for seen in at_it), default=0.0)
        by_vehicle = any(_covered_share(box, vehicle) >= _VEHICLE_SHARE for _, vehicle in self._vehicles)
        self._count += 1
        owners = Attendance({seen.track_id: seen for seen in at_it}, region.found_s)
        return _Case(region, self._count, owners, brought, tallest_px, by_vehicle)

    def _judge(
        self, case: _Case, people: list[Sighting], newcomers: list[Sighting], look: Look, frame: Frame
    ) -> list[Event]:
        config, box = self._config, self._ground.box_px(case.region)
        case.attendance.adopt(newcomers, box, config.owner_far, frame.pts_s)
        case.attendance.stay(people, box, config.owner_near, config.attended_s)
        case.attendance.update(people, box, config.owner_far, frame.pts_s, (frame.width, frame.height))
        if case.region.kind is None:
            return []
        if not self._may_be_left(case, box, frame.pts_s):
            self._cases.remove(case)
            self._ground.drop(case.region, look)
            return self._end(case, frame, ())
        return self._start(case, look, frame) if case.incident is None else self._go_on(case, case.incident, frame)

    def _may_be_left(self, case: _Case, box: PixelXYXY, now_s: float) -> bool:
        if case.incident is not None:
            return now_s - case.region.found_s <= self._config.keep_s
        low = box[3] - box[1] <= _MAX_HEIGHTS * case.tallest_px
        young = now_s - case.region.found_s <= self._config.keep_s
        return case.region.kind is Kind.THING and case.brought is not None and not case.by_vehicle and low and young

    def _start(self, case: _Case, look: Look, frame: Frame) -> list[Event]:
        unattended_s = frame.pts_s - case.attendance.attended_s
        held_s = unattended_s - self._config.unattended_s
        if case.region.seen_s < look.pts_s or case.region.unrest > _MAX_UNREST or not reached(held_s, 0):
            return []
        gates = self.gate.check(frame, -case.number, held_s)
        if gates is None:
            return []
        why = (*self._why(case, unattended_s), *gates)
        case.incident, event = self._reporter.start(frame, self._seen(case, frame), unattended_s, why)
        self.gate.spoke(-case.number, frame.pts_s)
        return [event]

    def _why(self, case: _Case, unattended_s: float) -> tuple[Gate, ...]:
        config, nearest = self._config, case.attendance.nearest
        assert case.brought is not None
        return (
            Gate("unattended", unattended_s, config.unattended_s, "s"),
            Gate("at_rest", 1 - case.region.unrest, 1 - _MAX_UNREST, "share of its cells"),
            Gate("min_area", self._ground.share(case.region), config.min_area, "picture"),
            Gate("within_owner_near", config.owner_near - case.brought, 0.0, "body heights"),
            *(() if nearest is None else (Gate("owner_far", nearest, config.owner_far, "body heights"),)),
        )

    def _go_on(self, case: _Case, incident: Incident, frame: Frame) -> list[Event]:
        nearest, near = case.attendance.nearest, self._config.owner_near
        if nearest is not None and nearest <= near:
            return self._end(case, frame, (Gate("owner_is_back", near - nearest, 0.0, "body heights"),))
        if self._config.update_s is None or not reached(frame.pts_s - incident.reported_s, self._config.update_s):
            return []
        return [self._reporter.update(incident, frame, self._seen(case, frame), self._value(case, frame))]

    def _close(self, region: StillRegion, frame: Frame) -> list[Event]:
        cases = [case for case in self._cases if case.region is region]
        self._cases = [case for case in self._cases if case.region is not region]
        return [event for case in cases for event in self._end(case, frame, ())]

    def _end(self, case: _Case, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        incident, case.incident = case.incident, None
        if incident is None:
            return []
        self.gate.spoke(-case.number, frame.pts_s)
        return [self._reporter.end(incident, frame, self._seen(case, frame), self._value(case, frame), why)]

    def _value(self, case: _Case, frame: Frame) -> float:
        return max(frame.pts_s - case.attendance.attended_s, 0.0)

    def _seen(self, case: _Case, frame: Frame) -> list[Sighting]:
        thing = self._ground.sighting(case.region, case.number, frame.pts_s)
        return [thing, *case.attendance.owners.values()]


def _covered_share(thing: PixelXYXY, cover: PixelXYXY) -> float:
    """Return which share of a box another covers."""
    wide = min(thing[2], cover[2]) - max(thing[0], cover[0])
    high = min(thing[3], cover[3]) - max(thing[1], cover[1])
    area = (thing[2] - thing[0]) * (thing[3] - thing[1])
    return max(wide, 0.0) * max(high, 0.0) / max(area, 1.0)
