"""The rule about climbing: the lowest point of somebody rises along a structure."""

import math
from collections import deque
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from statistics import median
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Gate
from camloom.frame import Frame
from camloom.geometry import Zone
from camloom.rules.conditions.conditions import ConditionConfig, Finding
from camloom.rules.conditions.judge import JudgedRule
from camloom.rules.gate import exceeded
from camloom.rules.people.body import ANKLES, Body, bodies_of
from camloom.rules.people.postures import shows
from camloom.rules.subjects.subjects import Sighting
from camloom.tracks import Tracks

# Nobody climbs faster: a lowest point that jumps is that of somebody behind, or comes out from behind something.
_FASTEST = 1.2  # body heights per s
_JITTER = 0.15  # body heights
# Who walks away up the picture becomes smaller as he rises; who climbs does not.
_LEAST_HEIGHT = 0.85
# With the arms above the shoulders, feet this far off the ground are enough.
_LIFT = 0.2  # body heights
# Whoever was higher above the lower edge of the structure did not stand on the ground before it: he walks behind it.
_GROUND = 0.5  # body heights
_BELOW = np.linspace(0, _GROUND, 6)
_MEMORY_S = 10.0
_MOST_POINTS = 600


class ClimbConfig(ConditionConfig):
    """A rule about climbing."""

    zone: str = Field(min_length=1, description="zone of the task: the wall or fence, its lower edge on the ground")
    classes: tuple[str, ...] = Field(default=("person",), description="only objects of these classes; empty: all")
    min_time_s: float = Field(default=1.0, ge=0, le=3600, description="least time up there; a jump is over sooner")
    rise: float = Field(default=0.5, gt=0, le=5, description="how far the lowest point rises, body heights")
    rise_s: float = Field(default=4.0, gt=0, le=60, description="longest time in which it rises that far")


class ClimbRule(JudgedRule):
    """Somebody's lowest point rises along a structure by `rise` and stays up.

    He starts at its lower edge. Head and feet must both rise and the height stay: else he is half hidden, or walks
    away. With joints from a pose
    model the ankles are the lowest point, and with both arms above the shoulders 0.2 body heights are enough. The
    value is the time up there in s.
    """

    Config: ClassVar[type[BaseModel]] = ClimbConfig

    def __init__(self, config: ClimbConfig, scene: Scene) -> None:
        super().__init__(config, scene, "person.climbs", Climbs(config, scene.zone(config.zone)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody was, px: the lowest point, the top of the box, its height.

    Attributes:
        above: how far above the lower edge of the structure that is, body heights, as far as that matters.
    """

    pts_s: float
    above: float
    low_px: float
    top_px: float
    height_px: float


@dataclass(slots=True)
class _Way:
    """Somebody's way up and down.

    Attributes:
        ground: where he stood before he rose; None while he is there.
    """

    places: deque[_Place] = field(default_factory=lambda: deque(maxlen=_MOST_POINTS))
    ground: _Place | None = None


class Climbs:
    """Who is higher up than he stood."""

    def __init__(self, config: ClimbConfig, zone: Zone) -> None:
        self._config = config
        self._zone = zone
        self._ways: dict[int, _Way] = {}

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """See `Judge`."""
        self._forget_old(frame.pts_s)
        bodies = bodies_of(tracks, frame)
        places = [self._place(seen, bodies[seen.track_id], frame) for seen in people]
        found = [
            (seen, self._look(seen, place, bodies[seen.track_id], seen.track_id in inside))
            for seen, place in zip(people, places, strict=True)
        ]
        return [Finding(seen, why) for seen, why in found]  # who is seen on the ground is not up there

    def forget(self) -> None:
        """See `Judge`."""
        self._ways.clear()

    def _look(self, seen: Sighting, place: _Place, body: Body, is_inside: bool) -> tuple[Gate, ...]:
        """Take in where somebody is; return what shows that he climbs."""
        if seen.continues in self._ways:
            self._ways[seen.track_id] = self._ways.pop(seen.continues)
        way = self._ways.setdefault(seen.track_id, _Way())
        self._add(way, place)
        if not is_inside:
            way.ground = None
            return ()
        base = way.ground or max(way.places, key=lambda one: one.low_px)
        why = self._why(base, place, way, body)
        way.ground = base if why else None
        return why

    def _add(self, way: _Way, place: _Place) -> None:
        last = way.places[-1] if way.places else None
        if last and last.low_px - place.low_px > last.height_px * (_JITTER + _FASTEST * (place.pts_s - last.pts_s)):
            way.places.clear()
            way.ground = None
        way.places.append(place)
        while exceeded(place.pts_s - way.places[0].pts_s, self._config.rise_s):
            way.places.popleft()

    def _why(self, base: _Place, place: _Place, way: _Way, body: Body) -> tuple[Gate, ...]:
        height_px = max(median(one.height_px for one in way.places), 1.0)
        rise = min(base.low_px - place.low_px, base.top_px - place.top_px) / height_px
        arms = shows("arms_up", body)
        least = min(_LIFT, self._config.rise) if arms else self._config.rise
        gates = (
            Gate("rise", rise, least, "body heights"),
            Gate("from_ground", _GROUND - base.above, 0.0, "body heights"),
            Gate("kept_height", place.height_px / max(base.height_px, 1.0), _LEAST_HEIGHT, "heights"),
        )
        return (*gates, *((arms,) if arms else ())) if all(gate.margin >= 0 for gate in gates) else ()

    def _place(self, seen: Sighting, body: Body, frame: Frame) -> _Place:
        ankles = [point[1] for index in ANKLES if (point := body.point(index))]
        x_px, foot_px = seen.foot_px
        low_px = max(ankles) if len(ankles) == len(ANKLES) else foot_px
        down = np.column_stack((np.full(len(_BELOW), x_px), low_px + _BELOW * seen.height_px))
        outside = ~self._zone.contains((down / (frame.width, frame.height)).astype(np.float32))
        above = float(_BELOW[outside][0]) if outside.any() else math.inf
        return _Place(seen.pts_s, above, low_px, seen.xyxy[1], seen.height_px)

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - _MEMORY_S
        self._ways = {key: way for key, way in self._ways.items() if way.places[-1].pts_s >= horizon_s}
