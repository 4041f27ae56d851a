"""Where objects stand, worked out once for all rules of a stream.

Most rules have nothing to do with most objects. So nothing is made for each object and rule: all zones are looked at
in one pass, all lines in another, and an object becomes a `Sighting` when a rule asks for it, once for all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np

from camloom.geometry import Anchor, BoolArray, FloatArray, Line, LineSet, Zone, ZoneSet, anchor_y
from camloom.rules.subjects.columns import Columns, Stretch
from camloom.rules.subjects.sightings import Sighting

NEAR = 0
# A zone drawn along the edge of the picture must hold those whom the edge cuts off.
_EDGE_SHARE = np.float32(0.002)
_OTHER_EDGE = np.float32(1 - 0.002)


@dataclass(frozen=True)
class Reach:
    """What is far from a line: farther than both.

    Args:
        share: of the picture's height.
        heights: of the object.
    """

    line: Line
    share: float
    heights: float


class Places:
    """At which zones and lines the rules of a stream look, from which anchors, and where objects stand to these.

    Zones and lines are those that were asked for; whoever asks once asks on every frame.
    """

    def __init__(self) -> None:
        self.anchors: list[Anchor] = []
        self.zones: list[tuple[Zone, int]] = []
        self.reaches: list[tuple[Reach, int]] = []
        self._zone_set: ZoneSet | None = None
        self._reach_set: _ReachSet | None = None
        self._newest: Standing | None = None

    def look(self, stretch: Stretch) -> "Standing":
        """Return where the objects of some frames stand; of the same frames, the same."""
        newest = self._newest
        if newest is None or newest.stretch is not stretch or len(newest.y) < len(self.anchors):
            newest = self._newest = Standing(self, stretch)
        return newest

    def zone_set(self) -> ZoneSet:
        """Return all zones."""
        known = self._zone_set
        if known is None or len(known) < len(self.zones):
            known = self._zone_set = ZoneSet([zone for zone, _ in self.zones], [level for _, level in self.zones])
        return known

    def reach_set(self, aspect: float) -> "_ReachSet":
        """Return all lines, for pictures of that shape."""
        known = self._reach_set
        if known is None or len(known) < len(self.reaches) or known.aspect != aspect:
            reaches, levels = [reach for reach, _ in self.reaches], [level for _, level in self.reaches]
            known = self._reach_set = _ReachSet(reaches, levels, aspect)
        return known


class Beside(NamedTuple):
    """Where the rows of a frame are relative to a line.

    Attributes:
        distances: signed, in shares of the picture's height, (N,).
        keys: of each row: where it is far, the track id plus one, negative on side B; elsewhere NEAR.
    """

    distances: FloatArray
    keys: list[int]


class _ReachSet:
    def __init__(self, reaches: Sequence[Reach], levels: Sequence[int], aspect: float) -> None:
        self.aspect = aspect
        self._lines = LineSet([reach.line for reach in reaches], levels, aspect)
        self._share = np.array([[reach.share] for reach in reaches])
        self._heights = np.array([[reach.heights] for reach in reaches])

    def __len__(self) -> int:
        return len(self._share)

    def beside(self, standing: "Standing") -> list[list[Beside]]:
        """Return where the rows of each frame are relative to each line."""
        stretch = standing.stretch
        distances = self._lines.side(standing.x, standing.y)
        exact = distances.astype(np.float64)
        least = np.maximum(self._share, self._heights * stretch.heights())
        sides = (exact >= least).view(np.int8) - (exact <= -least).view(np.int8)
        keys = (sides * (stretch.track_id + 1)).tolist()
        if len(stretch.offsets) == 2:
            return [[Beside(*one)] for one in zip(distances, keys, strict=True)]
        return [
            [Beside(far[begin:end], key[begin:end]) for begin, end in pairwise(stretch.offsets)]
            for far, key in zip(distances, keys, strict=True)
        ]


class Standing:
    """Where the objects of some frames stand.

    Attributes:
        stretch: the frames.
        x: of the anchors, (N,) 0..1.
        y: for each anchor, (anchors, N) 0..1.
    """

    def __init__(self, places: Places, stretch: Stretch) -> None:
        self.stretch = stretch
        self._places = places
        left, top, right, bottom = stretch.sides
        points = np.empty((1 + len(places.anchors), len(left)), np.float32)
        self.x, self.y = points[0], points[1:]
        np.divide((left + right) * np.float32(0.5), stretch.width, out=self.x)
        for level, anchor in enumerate(places.anchors):
            np.divide(anchor_y(top, bottom, anchor), stretch.height, out=self.y[level])
        np.maximum(points, _EDGE_SHARE, out=points)
        np.minimum(points, _OTHER_EDGE, out=points)
        self._x: list[list[float]] = stretch.split(self.x.tolist())
        self._y: list[list[list[float]]] = [stretch.split(one.tolist()) for one in self.y]
        self._inside: list[list[list[int]]] = []
        self._beside: list[list[Beside]] = []

    def points(self, number: int, level: int) -> tuple[list[float], list[float]]:
        """Return x and y of the rows of a frame."""
        return self._x[number], self._y[level][number]

    def points_norm(self, number: int, level: int) -> FloatArray:
        """Return the points of the rows of a frame, (N, 2)."""
        rows = slice(self.stretch.offsets[number], self.stretch.offsets[number + 1])
        return np.stack((self.x[rows], self.y[level, rows]), axis=1)

    def inside(self, number: int, zone: int) -> list[int]:
        """Return the rows of a frame that are inside a zone."""
        if zone >= len(self._inside):
            self._inside = _rows_of(self._places.zone_set().contains(self.x, self.y), self.stretch.offsets)
        return self._inside[zone][number]

    def beside(self, number: int, reach: int) -> Beside:
        """Return where the rows of a frame are relative to a line."""
        if reach >= len(self._beside):
            self._beside = self._places.reach_set(self.stretch.width / self.stretch.height).beside(self)
        return self._beside[reach][number]


class Viewpoint:
    """What a rule sees that takes one point of each box for the object.

    Args:
        anchor: the point.
        places: of all viewpoints of the stream.
    """

    def __init__(self, anchor: Anchor, places: Places) -> None:
        self.level = len(places.anchors)
        self._places = places
        self._numbers: dict[int, int] = {}
        self._newest: Rows | None = None
        places.anchors.append(anchor)

    def look(self, columns: Columns) -> "Rows":
        """Return the rows of a frame; of the same frame, the same."""
        rows = self._newest
        if rows is None or rows.columns is not columns:
            rows = self._newest = Rows(self, self._places.look(columns.stretch), columns)
        return rows

    def forget(self) -> None:
        """Forget the last frame: the stream is over or broke."""
        self._newest = None

    def zone_number(self, zone: Zone) -> int:
        """Return the number of a zone among the places."""
        number = self._numbers.get(id(zone))
        if number is None:
            number = self._numbers[id(zone)] = len(self._places.zones)
            self._places.zones.append((zone, self.level))
        return number

    def reach_number(self, reach: Reach) -> int:
        """Return the number of a line among the places."""
        number = self._numbers.get(id(reach))
        if number is None:
            number = self._numbers[id(reach)] = len(self._places.reaches)
            self._places.reaches.append((reach, self.level))
        return number


class Rows:
    """The objects of one frame, a row each, as seen from one viewpoint."""

    def __init__(self, viewpoint: Viewpoint, standing: Standing, columns: Columns) -> None:
        self.columns = columns
        self._viewpoint = viewpoint
        self._standing = standing
        self._number = columns.number
        self._made: list[Sighting | None] = [None] * len(columns.ids)
        self._x, self._y = standing.points(columns.number, viewpoint.level)

    @property
    def points_norm(self) -> FloatArray:
        """The anchors, (N, 2) 0..1."""
        return self._standing.points_norm(self._number, self._viewpoint.level)

    def sightings(self, rows: Iterable[int]) -> list[Sighting]:
        """Return the objects of some rows."""
        made = self._made
        return [made[row] or self._make(row) for row in rows]

    def make(self, row: int, continues: int | None) -> Sighting:
        """Return the object of a row anew, as one that continues another."""
        columns = self.columns
        x0, y0, x1, y1 = columns.boxes[row]
        return Sighting(
            columns.ids[row],
            columns.class_names[columns.class_ids[row]],
            columns.confidences[row],
            (x0, y0, x1, y1),
            (self._x[row], self._y[row]),
            columns.pts_s,
            continues,
            () if columns.attributes is None else columns.attributes[row],
        )

    def point_norm(self, row: int) -> tuple[float, float]:
        """Return the anchor of a row, 0..1."""
        return self._x[row], self._y[row]

    def inside(self, zone: Zone) -> list[int]:
        """Return the rows inside a zone."""
        return self._standing.inside(self._number, self._viewpoint.zone_number(zone)) if self._made else []

    def beside(self, reach: Reach) -> Beside:
        """Return where the rows are relative to a line."""
        return self._standing.beside(self._number, self._viewpoint.reach_number(reach))

    def _make(self, row: int) -> Sighting:
        seen = self._made[row] = self.make(row, None)
        return seen


def _rows_of(masks: BoolArray, offsets: list[int]) -> list[list[list[int]]]:
    """Return, for each mask (M, N) and each frame, the rows that are set.

    Args:
        offsets: where each frame begins among the N, and where the last one ends.
    """
    found: list[list[list[int]]] = [[[] for _ in offsets[1:]] for _ in masks]
    numbers, places = np.nonzero(masks)
    frames = (np.searchsorted(offsets, places, side="right") - 1).tolist() if len(found[0]) > 1 else repeat(0)
    for number, place, frame in zip(numbers.tolist(), places.tolist(), frames, strict=False):
        found[number][frame].append(place - offsets[frame])
    return found
