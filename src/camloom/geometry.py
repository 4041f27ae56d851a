"""Boxes, points, lines and zones. numpy only; pixels unless a name ends in `_norm`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


class Anchor(StrEnum):
    """The point of a box that stands for the object."""

    BOTTOM_CENTER = "bottom_center"
    CENTER = "center"
    TOP_CENTER = "top_center"


_ANCHOR_Y_SHARE = {Anchor.BOTTOM_CENTER: 1.0, Anchor.CENTER: 0.5, Anchor.TOP_CENTER: 0.0}


def anchor_points(xyxy: FloatArray, anchor: Anchor = Anchor.BOTTOM_CENTER) -> FloatArray:
    """Return the anchor point of each box: (N, 4) px -> (N, 2) px."""
    points = np.empty((len(xyxy), 2), np.float32)
    points[:, 0] = (xyxy[:, 0] + xyxy[:, 2]) * 0.5
    points[:, 1] = anchor_y(xyxy[:, 1], xyxy[:, 3], anchor)
    return points


def anchor_y(top: FloatArray, bottom: FloatArray, anchor: Anchor) -> FloatArray:
    """Return how low the anchor point of each box is, in the unit of the box."""
    share = _ANCHOR_Y_SHARE[anchor]
    return bottom if share == 1.0 else top + (bottom - top) * np.float32(share)


def box_area(xyxy: FloatArray) -> FloatArray:
    """Return the area of each box in px²: (N, 4) -> (N,). Inverted boxes have area 0."""
    sides = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], dtype=np.float32)


def box_iou(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the intersection over union of every pair: (N, 4), (M, 4) -> (N, M), 0..1."""
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(bottom_right - top_left, 0)
    intersection = sides[..., 0] * sides[..., 1]
    union = box_area(a)[:, None] + box_area(b)[None, :] - intersection
    return np.asarray(intersection / np.maximum(union, 1e-9), dtype=np.float32)


def _polygon_edges(vertices: tuple[tuple[float, float], ...]) -> tuple[FloatArray, ...]:
    """Return x0, y0, y1 and dx/dy of each edge; dx/dy is 0 where it is level (no ray along x meets it)."""
    start = np.asarray(vertices, dtype=np.float32).reshape(-1, 2)
    dx, dy = (np.roll(start, -1, axis=0) - start).T
    slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)
    return start[:, 0], start[:, 1], start[:, 1] + dy, slope


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon drawn on the picture.

    Args:
        name: what rules call it.
        vertices_norm: at least three (x, y) pairs, 0..1 of the picture's width and height.
        anchor: the point of a box that must be inside.

    Attributes:
        edges: x0, y0, y1 and dx/dy of each.
    """

    name: str
    vertices_norm: tuple[tuple[float, float], ...]
    anchor: Anchor = Anchor.BOTTOM_CENTER
    edges: tuple[FloatArray, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", _polygon_edges(self.vertices_norm))

    def contains(self, points_norm: FloatArray) -> BoolArray:
        """Tell which points lie inside: (N, 2) 0..1 -> (N,). Even-odd rule (W. R. Franklin, PNPOLY)."""
        x0, y0, y1, slope = self.edges
        px, py = points_norm[:, :1], points_norm[:, 1:2]
        spans = (y0 > py) != (y1 > py)
        crosses = spans & (px < slope * (py - y0) + x0)
        return np.asarray(np.logical_xor.reduce(crosses, axis=1))


@dataclass(frozen=True, slots=True)
class Line:
    """A directed segment drawn on the picture, from `start_norm` to `end_norm`.

    Looking from start to end on the screen, side A is on the right hand (y grows downwards), where
    `side` is positive. `A->B` is a crossing from that side to the other.
    """

    name: str
    start_norm: tuple[float, float]
    end_norm: tuple[float, float]
    anchor: Anchor = Anchor.BOTTOM_CENTER

    def side(self, points_norm: FloatArray, aspect: float = 1.0) -> FloatArray:
        """Return the signed distance to the infinite line: (N, 2) -> (N,).

        Args:
            points_norm: 0..1 of the picture.
            aspect: width / height of the picture; with it the distance is in shares of the height.
        """
        start_x, start_y, along_x, along_y = self.weights(aspect)
        x, y = points_norm[:, 0], points_norm[:, 1]
        return np.asarray((y - start_y) * along_x - (x - start_x) * along_y, dtype=np.float32)

    def weights(self, aspect: float) -> tuple[float, float, float, float]:
        """Return x and y of the start, and what a way down and a way to the right from there count in `side`."""
        start_x, start_y = self.start_norm
        along_x, along_y = (self.end_norm[0] - start_x) * aspect, self.end_norm[1] - start_y
        length = max(math.hypot(along_x, along_y), 1e-9)
        return start_x, start_y, along_x / length, along_y * aspect / length

    def length(self, aspect: float = 1.0) -> float:
        """Return the length; with the aspect of the picture in shares of its height."""
        dx, dy = self.end_norm[0] - self.start_norm[0], self.end_norm[1] - self.start_norm[1]
        return math.hypot(dx * aspect, dy)

    def position(self, points_norm: FloatArray) -> FloatArray:
        """Return where each point projects on the segment: 0 at start, 1 at end: (N, 2) -> (N,)."""
        start = np.asarray(self.start_norm, dtype=np.float32)
        along = np.asarray(self.end_norm, dtype=np.float32) - start
        length_sq = max(float(along @ along), 1e-12)
        return np.asarray((points_norm - start) @ along / length_sq, dtype=np.float32)


class ZoneSet:
    """Several zones, asked at once: what `Zone.contains` says of each, in one pass over the edges of all.

    Args:
        zones: at least one.
        levels: for each zone, which row of `y` it is about.
    """

    def __init__(self, zones: Sequence[Zone], levels: Sequence[int]) -> None:
        columns = zip(*(zone.edges for zone in zones), strict=True)
        self._edges = tuple(np.concatenate(column)[:, None] for column in columns)
        counts = [len(zone.vertices_norm) for zone in zones]
        self._starts = np.cumsum([0, *counts[:-1]])
        self._level = _one_or_all(np.repeat(levels, counts))

    def __len__(self) -> int:
        return len(self._starts)

    def contains(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Tell which points lie inside each zone.

        Args:
            x: (N,) 0..1.
            y: (levels, N) 0..1.

        Returns:
            (Z, N)
        """
        x0, y0, y1, slope = self._edges
        py = y[self._level]
        spans = (y0 > py) != (y1 > py)
        crosses = spans & (x < slope * (py - y0) + x0)
        return np.asarray(np.bitwise_xor.reduceat(crosses.view(np.uint8), self._starts, axis=0).view(np.bool_))


class LineSet:
    """Several lines, asked at once: what `Line.side` says of each.

    Args:
        lines: at least one.
        levels: for each line, which row of `y` it is about.
        aspect: width / height of the picture.
    """

    def __init__(self, lines: Sequence[Line], levels: Sequence[int], aspect: float) -> None:
        self._weights = tuple(np.array([line.weights(aspect) for line in lines], np.float32).T[:, :, None])
        self._level = _one_or_all(np.array(levels))

    def side(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the signed distance to each infinite line: (N,), (levels, N) -> (L, N)."""
        start_x, start_y, along_x, along_y = self._weights
        return np.asarray((y[self._level] - start_y) * along_x - (x - start_x) * along_y)


def _one_or_all(levels: npt.NDArray[np.int64]) -> int | npt.NDArray[np.int64]:
    return int(levels[0]) if (levels == levels[0]).all() else levels
