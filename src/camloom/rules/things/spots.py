"""Places where something is seen again and again, whatever ids a tracker gives it."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from camloom.rules.gate import exceeded
from camloom.rules.incident import Incident
from camloom.rules.subjects.subjects import Sighting

_BUCKETS = 20
_MOST_SPOTS = 256
# Boxes of one thing that lies there are not a third larger or smaller from frame to frame.
_SIZE_RATIO = 0.6


@dataclass(slots=True)
class _Bucket:
    """A part of the window: frames that were looked at, those on which it was seen, and the areas of its box."""

    since_s: float
    frames: int = 0
    seen: int = 0
    area: float = 0.0
    area_squared: float = 0.0


@dataclass(slots=True)
class Spot:
    """Something at a place.

    Attributes:
        home: its first sighting; what moves away from there, however slowly, is not lying there.
        seen: its last one.
        since_s: when it was first seen.
        incident: the open incident about it, if any.
    """

    window_s: float
    home: Sighting
    seen: Sighting
    since_s: float
    incident: Incident | None = None
    buckets: deque[_Bucket] = field(default_factory=deque)

    @property
    def lay_s(self) -> float:
        """Time from its first to its last sighting."""
        return self.seen.pts_s - self.since_s

    @property
    def share(self) -> float:
        """Share of the frames of the window on which it was seen."""
        return sum(one.seen for one in self.buckets) / max(sum(one.frames for one in self.buckets), 1)

    @property
    def change(self) -> float:
        """Standard deviation of the area of its box over the window, as a share of its mean."""
        count = max(sum(one.seen for one in self.buckets), 1)
        mean = sum(one.area for one in self.buckets) / count
        variance = sum(one.area_squared for one in self.buckets) / count - mean * mean
        return math.sqrt(max(variance, 0.0)) / max(mean, 1e-9)

    def note(self, now_s: float, seen: Sighting | None) -> None:
        """Take in a frame on which it was seen, or not."""
        bucket = self._bucket(now_s)
        bucket.frames += 1
        if seen is not None:
            area = (seen.xyxy[2] - seen.xyxy[0]) * seen.height_px
            bucket.seen, bucket.area = bucket.seen + 1, bucket.area + area
            bucket.area_squared += area * area
            self.seen = seen

    def _bucket(self, now_s: float) -> _Bucket:
        if not self.buckets or exceeded(now_s - self.buckets[-1].since_s, self.window_s / _BUCKETS):
            self.buckets.append(_Bucket(now_s))
        while len(self.buckets) > 1 and exceeded(now_s - self.buckets[1].since_s, self.window_s):
            self.buckets.popleft()
        return self.buckets[-1]


class Spots:
    """All places at which something is.

    Args:
        window_s: how far back shares are counted.
        reach: how far the middle of a box may be from where it was first seen, as a share of its diagonal.
    """

    def __init__(self, window_s: float, reach: float) -> None:
        self._window_s = window_s
        self._reach = reach
        self.items: list[Spot] = []

    def update(self, here: Sequence[Sighting], now_s: float) -> None:
        """Take in what is in the zone on a frame; what lies where nothing lay begins a spot."""
        free = list(self.items)
        for seen in here:
            spot = min(free, key=lambda one: _apart(one, seen), default=None)
            if spot is None or _apart(spot, seen) > self._reach:
                self._begin(seen, now_s)
            else:
                free.remove(spot)
                spot.note(now_s, seen)
        for spot in free:
            spot.note(now_s, None)

    def forget(self, spots: Sequence[Spot]) -> None:
        """Forget some of them."""
        if spots:
            self.items = [one for one in self.items if not any(one is gone for gone in spots)]

    def _begin(self, seen: Sighting, now_s: float) -> None:
        if len(self.items) >= _MOST_SPOTS:
            quiet = [one for one in self.items if one.incident is None]
            if not quiet:
                return
            self.forget([min(quiet, key=lambda one: one.seen.pts_s)])
        spot = Spot(self._window_s, seen, seen, now_s)
        spot.note(now_s, seen)
        self.items.append(spot)


def _apart(spot: Spot, new: Sighting) -> float:
    """Return how far a box is from a spot in diagonals of the first box there; infinite if it is of another thing.

    What grows in its place, as smoke does, still covers the middle of where it began.
    """
    small, large = sorted((_diagonal(spot.seen), _diagonal(new)))
    if spot.seen.class_name != new.class_name or small < _SIZE_RATIO * large:
        return math.inf
    x, y = _middle(spot.home)
    new_x, new_y = _middle(new)
    x0, y0, x1, y1 = new.xyxy
    covered = x0 <= x <= x1 and y0 <= y <= y1
    off = math.hypot(new_x - x, new_y - y)
    return off / max(_diagonal(new if covered else spot.home), 1e-9)


def _diagonal(seen: Sighting) -> float:
    x0, y0, x1, y1 = seen.xyxy
    return math.hypot(x1 - x0, y1 - y0)


def _middle(seen: Sighting) -> tuple[float, float]:
    x0, y0, x1, y1 = seen.xyxy
    return (x0 + x1) / 2, (y0 + y1) / 2
