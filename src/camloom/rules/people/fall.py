"""The rule about falls: somebody who stood lies, all at once, and does not get up."""

import math
from collections import deque
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Gate
from camloom.frame import Frame
from camloom.rules.conditions.conditions import ConditionConfig, Finding
from camloom.rules.conditions.judge import JudgedRule
from camloom.rules.gate import exceeded
from camloom.rules.people.body import Body, bodies_of
from camloom.rules.people.postures import lying
from camloom.rules.subjects.subjects import Sighting
from camloom.tracks import Tracks

# Boxes of people, width over height: standing 0.3 to 0.5, sitting or bending up to 1.1, lying across 1.5 to 4.
_STANDING_ASPECT = 0.75
_STANDING_DEG = 40.0
# Whoever lies is this much lower than he stood.
_LOWER = 0.65
# Trackers lose who falls and find a new box: within this many of his heights it is he.
_HEIR_REACH = 1.0
_MEMORY_S = 10.0
_HEIGHTS_S = 3.0
_MOST_HEIGHTS = 100


class FallConfig(ConditionConfig):
    """A rule about falls."""

    classes: tuple[str, ...] = Field(default=("person",), description="only objects of these classes; empty: all")
    min_time_s: float = Field(default=5.0, ge=0, le=3600, description="least time of lying")
    gap_s: float = Field(default=2.0, ge=0, le=60, description="an object away for no longer than this was never away")
    turn_s: float = Field(default=1.5, gt=0, le=60, description="longest time from standing to lying")
    slow_ok: bool = Field(default=True, description="on: who lies down more slowly than turn_s is none")
    min_aspect: float = Field(
        default=1.3, gt=0.8, le=10, description="where no joints are seen: least width over height of who lies"
    )


class FallRule(JudgedRule):
    """Somebody who stood lies within `turn_s` and stays so.

    By the joints where a pose model gives them: trunk and legs nearer to level than to upright. Else by the box: it
    was upright, then it is wider than `min_aspect` and lower than 0.65 of what it was. Who falls along the line of
    sight is seen by his joints at best. The value is the time of lying in s.
    """

    Config: ClassVar[type[BaseModel]] = FallConfig

    def __init__(self, config: FallConfig, scene: Scene) -> None:
        super().__init__(config, scene, "person.fell", Falls(config))


@dataclass(slots=True)
class _Stance:
    """What is known of one person.

    Attributes:
        stood_s: when he was last seen standing.
        heights: when he stood how high, px, in the seconds before that: on the way down he is smaller already.
        seen: the last sighting.
        took_s: from standing to lying; None while he does not lie.
    """

    stood_s: float
    seen: Sighting
    heights: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_MOST_HEIGHTS))
    took_s: float | None = None

    @property
    def stood_px(self) -> float:
        """How high he stood."""
        return max(height_px for _, height_px in self.heights)

    def stand(self, seen: Sighting) -> None:
        """Take in that he stands."""
        self.stood_s, self.seen, self.took_s = seen.pts_s, seen, None
        self.heights.append((seen.pts_s, seen.height_px))
        while seen.pts_s - self.heights[0][0] > _HEIGHTS_S:
            self.heights.popleft()


class Falls:
    """Who lies, having stood a moment before."""

    def __init__(self, config: FallConfig) -> None:
        self._config = config
        self._stances: dict[int, _Stance] = {}
        self._known: dict[int, float] = {}

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """See `Judge`."""
        self._forget_old(frame.pts_s)
        self._hand_over(people)
        bodies = bodies_of(tracks, frame)
        found = [(seen, self._look(seen, bodies[seen.track_id])) for seen in people]
        return [Finding(seen, why) for seen, why in found if why and seen.track_id in inside]

    def forget(self) -> None:
        """See `Judge`."""
        self._stances.clear()
        self._known.clear()

    def _look(self, seen: Sighting, body: Body) -> tuple[Gate, ...]:
        """Take in how somebody is; return what shows that he fell."""
        stance = self._stances.get(seen.track_id)
        if _stands(body):
            self._stances.setdefault(seen.track_id, _Stance(seen.pts_s, seen)).stand(seen)
            return ()
        if stance is None:
            return ()
        stance.seen = seen
        how = self._lies(body, stance)
        if not how:
            return ()
        if stance.took_s is None:
            stance.took_s = seen.pts_s - stance.stood_s
        spare_s = self._config.turn_s - stance.took_s
        if not self._config.slow_ok:
            return how
        return () if exceeded(-spare_s, 0) else (Gate("within_turn", max(spare_s, 0.0), 0.0, "s"), *how)

    def _lies(self, body: Body, stance: _Stance) -> tuple[Gate, ...]:
        by_joints, trunk = lying(body), body.trunk_deg
        if by_joints is not None and by_joints.margin >= 0:
            return (by_joints,)
        if trunk is not None and trunk <= _STANDING_DEG:
            return ()  # sits, or leans
        aspect = Gate("min_aspect", body.aspect, self._config.min_aspect, "width/height")
        height = (body.xyxy[3] - body.xyxy[1]) / stance.stood_px
        lower = Gate("lower_than_stood", _LOWER - height, 0.0, "standing heights")
        return (aspect, lower) if min(aspect.margin, lower.margin) >= 0 else ()

    def _hand_over(self, people: list[Sighting]) -> None:
        """Let ids that are new take over from those who were lost beside them a moment ago."""
        here = {seen.track_id for seen in people}
        for seen in people:
            if seen.continues in self._stances:
                self._stances[seen.track_id] = self._stances.pop(seen.continues)
            if seen.track_id in self._known or seen.track_id in self._stances:
                continue
            near = [(_reach(stance, seen), key) for key, stance in self._stances.items() if key not in here]
            reach, key = min(near, default=(math.inf, 0))
            if reach <= _HEIR_REACH:
                self._stances[seen.track_id] = self._stances.pop(key)
        self._known.update((seen.track_id, seen.pts_s) for seen in people)

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - _MEMORY_S
        self._known = {key: seen_s for key, seen_s in self._known.items() if seen_s >= horizon_s}
        self._stances = {key: stance for key, stance in self._stances.items() if stance.seen.pts_s >= horizon_s}


def _stands(body: Body) -> bool:
    if body.aspect > _STANDING_ASPECT:
        return False
    return all(angle is None or angle <= _STANDING_DEG for angle in (body.trunk_deg, body.legs_deg))


def _reach(stance: _Stance, seen: Sighting) -> float:
    """Return how far a new person is from the feet or the middle of one who was lost, in his standing heights."""
    if seen.pts_s - stance.seen.pts_s > 2.0:
        return math.inf
    x0, y0, x1, y1 = stance.seen.xyxy
    middle = (seen.xyxy[0] + seen.xyxy[2]) / 2, (seen.xyxy[1] + seen.xyxy[3]) / 2
    places = [((x0 + x1) / 2, y1), ((x0 + x1) / 2, (y0 + y1) / 2)]
    return min(math.dist(middle, place) for place in places) / stance.stood_px
