"""Zones and lines as the user draws them, and the scene that rules look at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, model_validator

from camloom.config.model import StrictModel
from camloom.errors import ConfigError
from camloom.geometry import Anchor, Line, Zone

_T = TypeVar("_T")
_XY = tuple[float, float]
# Zones are grown on a grid of this many cells a side: a thousandth of the picture is less than anybody can draw.
_GRID = 1000
_MIN_AREA = 1e-6


def _inside_picture(point: _XY) -> _XY:
    if not all(0.0 <= share <= 1.0 for share in point):
        raise ValueError(f"point {point} is outside the picture: vertices are shares of it, 0 to 1")
    return point


Point = Annotated[_XY, AfterValidator(_inside_picture)]


class ZoneConfig(StrictModel):
    """A polygon on the picture."""

    name: str = Field(min_length=1)
    vertices: tuple[Point, ...] = Field(
        max_length=500, description="corners in order, each x, y as shares 0..1 of the picture"
    )
    anchor: Anchor = Anchor.BOTTOM_CENTER

    @model_validator(mode="after")
    def _has_area(self) -> "ZoneConfig":
        if len(set(self.vertices)) < 3:
            raise ValueError(
                f"zone '{self.name}' needs at least three different points, it has {len(set(self.vertices))}"
            )
        if (edges := crossing_edges(self.vertices)) is not None:
            first, second = (" to ".join(str(number) for number in self._numbers(edge)) for edge in edges)
            raise ValueError(
                f"zone '{self.name}' crosses itself: its edge from corner {first} cuts the one from corner {second}; "
                "give the corners in order around the zone"
            )
        if abs(_area(self.vertices)) < _MIN_AREA:
            raise ValueError(f"zone '{self.name}' has no area: its corners lie on one line; move one of them")
        return self

    def build(self) -> Zone:
        """Return the geometry."""
        return Zone(self.name, self.vertices, self.anchor)

    def grown(self, margin: float) -> "ZoneConfig":
        """Return the zone with a margin around it, cut at the edge of the picture.

        Args:
            margin: share of the picture's width to the sides, of its height up and down. The ground far away is
                foreshortened in height much as the picture is wide, so one share serves both.
        """
        name = f"{self.name}+{margin:g}"
        return ZoneConfig(name=name, vertices=_grown(self.vertices, margin), anchor=self.anchor)

    def outside(self) -> "ZoneConfig":
        """Return the rest of the picture: its outline, with a cut from the left edge to the zone and around that.

        ValidationError: the zone is the whole picture, nothing is left.
        """
        first = min(range(len(self.vertices)), key=lambda index: self.vertices[index])
        around = (*self.vertices[first:], *self.vertices[: first + 1])
        cut = (0.0, around[0][1])
        rest = (*((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), cut)
        hole = around if _area(around) < 0 else around[::-1]
        return ZoneConfig(name=f"outside {self.name}", vertices=(*rest, *hole, cut), anchor=self.anchor)

    def _numbers(self, edge: int) -> tuple[int, int]:
        return edge + 1, (edge + 1) % len(self.vertices) + 1


class LineConfig(StrictModel):
    """A directed segment on the picture; side A is on the right hand when looking from start to end."""

    name: str = Field(min_length=1)
    start: Point
    end: Point
    anchor: Anchor = Anchor.BOTTOM_CENTER

    @model_validator(mode="after")
    def _has_length(self) -> "LineConfig":
        if self.start == self.end:
            raise ValueError(f"line '{self.name}' starts and ends at the same point")
        return self

    def build(self) -> Line:
        """Return the geometry."""
        return Line(self.name, self.start, self.end, self.anchor)


class Scene:
    """The zones and lines of a task by name: what rules are given to look at.

    Args:
        memory: folder for what rules must remember longer than the process lives; None: they remember nothing.
    """

    def __init__(self, zones: tuple[Zone, ...] = (), lines: tuple[Line, ...] = (), memory: Path | None = None) -> None:
        self.memory = memory
        self.zones = {zone.name: zone for zone in zones}
        self.lines = {line.name: line for line in lines}

    def zone(self, name: str) -> Zone:
        """Return a zone; ConfigError if there is none of that name."""
        return _named(self.zones, name, "zone")

    def line(self, name: str) -> Line:
        """Return a line; ConfigError if there is none of that name."""
        return _named(self.lines, name, "line")


def _named(known: dict[str, _T], name: str, what: str) -> _T:
    if name not in known:
        raise ConfigError(f"there is no {what} '{name}'", f"Known: {', '.join(known) or 'none'}")
    return known[name]


def crossing_edges(vertices: tuple[_XY, ...]) -> tuple[int, int] | None:
    """Return the first two edges of a closed polygon that cut each other, by their first corner; None: simple."""
    edges = list(zip(vertices, (*vertices[1:], vertices[0]), strict=True))
    return next((pair for pair in _apart(len(edges)) if _cut(edges[pair[0]], edges[pair[1]])), None)


def _apart(count: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of edges that share no corner."""
    for first in range(count):
        for second in range(first + 2, count - (first == 0)):
            yield first, second


def _cut(one: tuple[_XY, _XY], other: tuple[_XY, _XY]) -> bool:
    """Tell whether two segments cross properly; those that only touch do no harm."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: _XY, b: _XY, c: _XY) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(vertices: tuple[_XY, ...]) -> float:
    pairs = zip(vertices, (*vertices[1:], vertices[0]), strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _grown(vertices: tuple[_XY, ...], margin: float) -> tuple[_XY, ...]:
    """Return the outline of all points within a distance of a polygon (Minkowski sum with a disc), on a grid."""
    import cv2
    import numpy as np

    outside = np.ones((_GRID + 1, _GRID + 1), np.uint8)
    cv2.fillPoly(outside, [np.rint(np.array(vertices) * _GRID).astype(np.int32)], (0,))
    away = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown = (away <= margin * _GRID).astype(np.uint8)
    outlines, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = cv2.approxPolyDP(max(outlines, key=len), 1.0, closed=True)
    return tuple((float(x) / _GRID, float(y) / _GRID) for x, y in outline.reshape(-1, 2))
