"""The ways of all subjects relative to one line. Whoever is far from it costs next to nothing."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from camloom.rules.lines.path import Crossing, Path
from camloom.rules.subjects.rows import NEAR, Beside, Reach
from camloom.rules.subjects.sightings import Sighting
from camloom.rules.subjects.subjects import SeenRows

_NOTHING = Beside(np.zeros(0, np.float32), [])


@dataclass(slots=True)
class Walk:
    """An object's path, and its crossing that waits for the debounce."""

    path: Path
    pending: Crossing | None = None
    pending_s: float = 0.0


class _Look(NamedTuple):
    """A frame, and where its rows are relative to the line."""

    sightings: SeenRows
    beside: Beside


class Walks:
    """Keeps the walks by track.

    Of somebody who is settled far from the line, on the side where he was on the frame before, no path needs to be
    followed: it is made again from that frame as soon as he comes near, crosses over, or is lost.

    Args:
        reach: the line, and what is far from it. Farther than that, an object is settled at once.
        memory_s: whoever is not seen for longer is forgotten.
    """

    def __init__(self, reach: Reach, memory_s: float) -> None:
        self._reach = reach
        self._memory_s = memory_s
        self._followed: dict[int, Walk] = {}
        self._oldest_s = -math.inf
        # By key (see `Beside`): since when each of those settled far away has been clear of the line.
        self._settled: dict[int, float | None] = {}
        self._now: _Look | None = None
        self._before: _Look | None = None

    def followed(self) -> list[Walk]:
        """Return the walks of those who are near the line, or have a crossing pending, or are lost."""
        return list(self._followed.values())

    def clear(self) -> None:
        """Forget everybody."""
        self._followed.clear()
        self._settled.clear()
        self._now = self._before = None

    def look(self, sightings: SeenRows, now_s: float) -> list[int]:
        """Take in a frame; return the rows of those whose walks go on in a way that matters."""
        before = self._before = self._now
        now = self._now = _Look(sightings, sightings.beside(self._reach) if len(sightings) else _NOTHING)
        if before is not None:
            for track_id in sightings.missing(before.sightings):
                self._follow(track_id, before)
        if self._oldest_s < now_s - self._memory_s:
            self._forget_old(now_s)
        return sightings.unlike(now.beside.keys, self._settled)

    def distance(self, row: int) -> float:
        """Return the signed distance of a row to the line, in shares of the picture's height."""
        assert self._now is not None, "look() comes first"
        return float(self._now.beside.distances[row])

    def of(self, seen: Sighting, distance: float) -> Walk:
        """Return the walk of somebody as it was on the frame before; a new one, if there was none."""
        if seen.continues is not None and seen.continues in self._followed:
            self._followed[seen.track_id] = self._followed.pop(seen.continues)
        walk = self._followed.get(seen.track_id)
        if walk is None and self._before is not None:
            walk = self._follow(seen.track_id, self._before)
        if walk is None:
            walk = self._followed[seen.track_id] = Walk(Path(seen.point_norm, distance, seen.pts_s))
        return walk

    def settle(self, row: int, walk: Walk) -> None:
        """Stop following the walk of a row, which has gone on to where it is now, if that is far from the line."""
        assert self._now is not None, "look() comes first"
        key = self._now.beside.keys[row]
        if key != NEAR and walk.pending is None:
            del self._followed[abs(key) - 1]
            self._settled[key] = walk.path.clear_s

    def _follow(self, track_id: int, before: _Look) -> Walk | None:
        """Follow somebody again who was settled far from the line on the frame before."""
        for key, side in ((track_id + 1, 1), (-track_id - 1, -1)):
            if key in self._settled:
                row = before.sightings.row_of(track_id)
                point_norm, seen_s = before.sightings.point_norm(row), before.sightings.columns.pts_s
                distance = float(before.beside.distances[row])
                path = Path(point_norm, distance, seen_s, side, seen_s, self._settled.pop(key))
                walk = self._followed[track_id] = Walk(path)
                return walk
        return None

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - self._memory_s
        self._followed = {key: walk for key, walk in self._followed.items() if walk.path.seen_s >= horizon_s}
        self._oldest_s = min((walk.path.seen_s for walk in self._followed.values()), default=horizon_s)
