"""The rule about a fence: who gets over or through it, and not who walks along it."""

import math
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Line
from camloom.rules.gate import RuleGate, exceeded
from camloom.rules.lines.crossings import Crossed, CrossingCount, Crossings, OverLineConfig
from camloom.rules.lines.line import LineDirection
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting
from camloom.tracks import Tracks

# The motion over the fence is looked at from this long before it, and looks are kept for longer than it may take.
_BEFORE_S = 1.0
_KEEP_S = 10.0
_MOST_LOOKS = 300


class FenceConfig(OverLineConfig):
    """A rule about a fence."""

    direction: LineDirection = Field(default=LineDirection.BOTH, description="both, a_to_b or b_to_a")
    band: float = Field(
        default=0.02, ge=0, le=0.5, description="the box must come so near to the line, share of the picture's height"
    )
    min_angle_deg: float = Field(
        default=30.0, ge=0, le=80, description="least angle of the motion to the line: below it, it goes along"
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """Where somebody was, in heights of the picture, and whether his box was at the fence."""

    pts_s: float
    x: float
    y: float
    at_fence: bool


class FenceRule:
    """Somebody crosses the line of a fence while his body is at it. The value is how many have.

    It is a crossing as of the rule `line`, and besides: on the way over, the box was seen within `band` of the line,
    and the motion went across, not along. The line has an end: who goes around it does not cross.
    """

    Config: ClassVar[type[BaseModel]] = FenceConfig

    def __init__(self, config: FenceConfig, scene: Scene) -> None:
        self._line = scene.line(config.line)
        self.gate = RuleGate(config.gate)
        self._config = config
        self._crossings = Crossings(config, config.line, config.direction, scene)
        self._subjects = subjects_of(scene, config, self._line.anchor)
        self._looks: dict[int, deque[_Look]] = {}
        self._count = CrossingCount(self.gate, config.gate.debounce_s)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        for seen in self._subjects.observe(tracks, frame).items:
            self._look(seen, frame)
        self._forget_old(frame.pts_s)
        return [event for one in self._crossings.update(tracks, frame) for event in self._judge(one, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. A crossing has no end; the count stays."""
        self._crossings.clear(frame)
        self._looks.clear()
        self._subjects.forget()
        self.gate.forget()
        return []

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is on the line."""
        return self._crossings.holding

    def _look(self, seen: Sighting, frame: Frame) -> None:
        if seen.continues is not None:
            self.gate.inherit(seen.continues, seen.track_id)
            if seen.continues in self._looks:
                self._looks[seen.track_id] = self._looks.pop(seen.continues)
        looks = self._looks.setdefault(seen.track_id, deque(maxlen=_MOST_LOOKS))
        aspect, band = frame.width / frame.height, self._config.band
        x0, y0, x1, y1 = (end_px / frame.height for end_px in seen.xyxy)
        at_fence = _meets(self._line, aspect, (x0 - band, y0 - band, x1 + band, y1 + band))
        looks.append(_Look(seen.pts_s, seen.point_norm[0] * aspect, seen.point_norm[1], at_fence))

    def _judge(self, one: Crossed, frame: Frame) -> list[Event]:
        looks = self._looks.get(one.track_id, deque())
        begin_s = max(one.left_s, one.crossed_s - _BEFORE_S)
        over = [look for look in looks if not exceeded(begin_s, look.pts_s)]
        if not over or not self.gate.active(frame):
            return []
        near = Gate("looks_at_fence", sum(look.at_fence for look in over), 1)
        across = Gate("across", self._angle_deg(over, frame), self._config.min_angle_deg, "deg")
        if near.margin < 0 or across.margin < 0:
            return []
        return self._count.told(one, "fence.crossed", (*one.event.why, near, across), frame)

    def _angle_deg(self, over: list[_Look], frame: Frame) -> float:
        """Return the angle between the line and the way over it: 0 along, 90 straight across."""
        dx, dy = over[-1].x - over[0].x, over[-1].y - over[0].y
        (x0, y0), (x1, y1) = self._line.start_norm, self._line.end_norm
        line_x, line_y = (x1 - x0) * frame.width / frame.height, y1 - y0
        along, across = abs(dx * line_x + dy * line_y), abs(dx * line_y - dy * line_x)
        return math.degrees(math.atan2(across, along))

    def _forget_old(self, now_s: float) -> None:
        keep_s = _KEEP_S + self._config.gap_s + self._config.gate.debounce_s
        for key in [key for key, looks in self._looks.items() if exceeded(now_s - looks[-1].pts_s, keep_s)]:
            del self._looks[key]


def _meets(line: Line, aspect: float, box: tuple[float, float, float, float]) -> bool:
    """Tell whether a line has a point in a box, heights of the picture (Liang and Barsky's clipping)."""
    (x0, y0), (x1, y1) = line.start_norm, line.end_norm
    start, end = 0.0, 1.0
    for at, way, low, high in ((x0 * aspect, (x1 - x0) * aspect, box[0], box[2]), (y0, y1 - y0, box[1], box[3])):
        if way == 0:
            if not low <= at <= high:
                return False
            continue
        enter, leave = sorted(((low - at) / way, (high - at) / way))
        start, end = max(start, enter), min(end, leave)
    return start <= end
