"""The path of one object relative to a line: on which side it has settled, and where it came over."""

from dataclasses import dataclass
from typing import NamedTuple

from camloom.rules.gate import reached

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A path going over a line.

    Attributes:
        from_side: 1 if it came from side A, -1 from side B.
        point_norm, crossed_s: where and when it last came over the infinite line, interpolated.
        left_s: when it was last settled on the side it came from.
        travel, asked: how far it is beyond the line, and how far it had to be.
    """

    from_side: int
    point_norm: Point
    crossed_s: float
    left_s: float
    travel: float
    asked: float


class Hysteresis(NamedTuple):
    """How an object settles on a side of a line.

    Args:
        travel: at once, when it is this far from the line,
        near: or when it has not been nearer to the line than this
        settle_s: for this long.
    """

    travel: float
    near: float
    settle_s: float


@dataclass(slots=True)
class Path:
    """Where an object is relative to a line; distances in shares of the picture's height.

    A crossing is the way from being settled on one side to being settled on the other: a box that jitters
    about the line changes nothing (a Schmitt trigger). Whether it came over within the segment or went
    around an end is for the caller to say.

    Attributes:
        point_norm, distance, seen_s: place, signed distance to the infinite line and time of the last sighting.
        side: 1 when settled on A, -1 on B, 0 when it has only been seen near the line.
        settled_s: when it was last seen settled.
        clear_s: since when it has been clear of the line, on this side of it; None when it is not.
        crossed_norm, crossed_s: where and when it last came over the infinite line.
    """

    point_norm: Point
    distance: float
    seen_s: float
    side: int = 0
    settled_s: float = 0.0
    clear_s: float | None = None
    crossed_norm: Point = (0.0, 0.0)
    crossed_s: float = 0.0

    def step(self, point_norm: Point, distance: float, now_s: float, hysteresis: Hysteresis) -> Crossing | None:
        """Go to the next sighting; return the crossing that it completes, if any."""
        if (distance > 0) != (self.distance > 0):
            self._come_over(point_norm, distance, now_s)
        self.point_norm, self.distance, self.seen_s = point_norm, distance, now_s
        if not self._settles(hysteresis):
            return None
        before, left_s = self.side, self.settled_s
        self.side, self.settled_s = (1 if distance > 0 else -1), now_s
        if before in (0, self.side):
            return None
        asked = hysteresis.travel if abs(distance) >= hysteresis.travel else hysteresis.near
        return Crossing(before, self.crossed_norm, self.crossed_s, left_s, abs(distance), asked)

    def _come_over(self, point_norm: Point, distance: float, now_s: float) -> None:
        share = self.distance / (self.distance - distance)
        (x0, y0), (x1, y1) = self.point_norm, point_norm
        self.crossed_norm = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        self.crossed_s = self.seen_s + share * (now_s - self.seen_s)
        self.clear_s = None

    def _settles(self, hysteresis: Hysteresis) -> bool:
        away = abs(self.distance)
        if away < hysteresis.near:
            self.clear_s = None
            return False
        if self.clear_s is None:
            self.clear_s = self.seen_s
        return away >= hysteresis.travel or reached(self.seen_s - self.clear_s, hysteresis.settle_s)
