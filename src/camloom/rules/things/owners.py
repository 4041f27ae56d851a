"""Whose a thing is: who was at it when it appeared, and who of them is near it now."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from camloom.rules.gate import exceeded
from camloom.rules.subjects.subjects import Sighting

_HISTORY_S = 20.0
_MOST_FRAMES = 400
_BEFORE_S = 2.0
_EDGE_SHARE = 0.02
# Detectors lose who stands still; whoever is lost in mid picture is thought to be there for so long.
_LOST_S = 10.0

PixelXYXY = tuple[float, float, float, float]


def distance_heights(seen: Sighting, thing: PixelXYXY) -> float:
    """Return how far a person's feet are from a thing's box, in the person's body heights."""
    y = seen.xyxy[3]
    off_x = max(thing[0] - seen.xyxy[2], seen.xyxy[0] - thing[2], 0.0)
    off_y = max(thing[1] - y, y - thing[3], 0.0)
    return math.hypot(off_x, off_y) / max(seen.height_px, 1.0)


def at_edge(seen: Sighting, width: int, height: int) -> bool:
    """Tell whether a box touches the edge of the picture: somebody comes in or goes out there."""
    x0, y0, x1, y1 = seen.xyxy
    dx, dy = _EDGE_SHARE * width, _EDGE_SHARE * height
    return x0 <= dx or y0 <= dy or x1 >= width - dx or y1 >= height - dy


class Witness:
    """Remembers for 20 s who was where."""

    def __init__(self) -> None:
        self._frames: deque[list[Sighting]] = deque(maxlen=_MOST_FRAMES)

    def see(self, people: list[Sighting], now_s: float) -> None:
        """Take in a frame."""
        if people:
            self._frames.append(people)
        while self._frames and exceeded(now_s - self._frames[0][0].pts_s, _HISTORY_S):
            self._frames.popleft()

    def at(self, thing: PixelXYXY, since_s: float, near: float) -> list[Sighting]:
        """Return the last sighting of each who was within `near` body heights of a thing since about a time."""
        found: dict[int, Sighting] = {}
        for seen in (seen for people in self._frames for seen in people):
            if seen.pts_s >= since_s - _BEFORE_S and distance_heights(seen, thing) <= near:
                found.pop(seen.continues if seen.continues is not None else seen.track_id, None)
                found[seen.track_id] = seen
        return list(found.values())

    def clear(self) -> None:
        """Forget everybody."""
        self._frames.clear()


@dataclass(slots=True)
class Attendance:
    """Who belongs to a thing, and when one of them was last with it.

    Attributes:
        owners: last sighting of each, by track.
        attended_s: stream time at which one was last within `owner_far`.
        nearest: distance of the nearest owner in view now, body heights; None: none is in view.
        left: those of the owners who were last seen at the edge of the picture, on their way out.
    """

    owners: dict[int, Sighting]
    attended_s: float
    nearest: float | None = None
    left: set[int] = field(default_factory=set)
    _callers: dict[int, float] = field(default_factory=dict)

    def update(self, people: list[Sighting], thing: PixelXYXY, far: float, now_s: float, size: tuple[int, int]) -> None:
        """Take in a frame of a size in px: who of the owners is here, and how near."""
        present = [seen for seen in people if seen.track_id in self.owners or seen.continues in self.owners]
        for seen in present:
            self.owners.pop(seen.continues if seen.continues is not None else seen.track_id, None)
            self.owners[seen.track_id] = seen
        self.left = {key for key, seen in self.owners.items() if at_edge(seen, *size)}
        distances = [distance_heights(seen, thing) for seen in present]
        self.nearest = min(distances, default=None)
        if self._somebody_is_with(thing, far, now_s):
            self.attended_s = now_s

    def _somebody_is_with(self, thing: PixelXYXY, far: float, now_s: float) -> bool:
        """Tell whether an owner is near, in view or lost a moment ago in mid picture, where nobody can go out."""
        return any(
            distance_heights(seen, thing) <= far
            and (seen.pts_s >= now_s or (key not in self.left and now_s - seen.pts_s <= _LOST_S))
            for key, seen in self.owners.items()
        )

    def stay(self, people: Iterable[Sighting], thing: PixelXYXY, near: float, least_s: float) -> None:
        """Make an owner of whoever stays at the thing for a while: it is not unattended."""
        here = {seen.track_id: seen for seen in people if distance_heights(seen, thing) <= near}
        self._callers = {key: self._callers.get(key, seen.pts_s) for key, seen in here.items()}
        for key, seen in here.items():
            if seen.pts_s - self._callers[key] >= least_s:
                self.owners[key] = seen

    def adopt(self, newcomers: Iterable[Sighting], thing: PixelXYXY, far: float, now_s: float) -> None:
        """Take a new id near the thing for an owner whose own id was lost in mid picture: trackers do lose them.

        Args:
            newcomers: who is seen for the first time.
        """
        lost = [key for key, seen in self.owners.items() if seen.pts_s < now_s and key not in self.left]
        for seen in newcomers:
            if lost and seen.track_id not in self.owners and distance_heights(seen, thing) <= far:
                del self.owners[lost.pop()]
                self.owners[seen.track_id] = seen
