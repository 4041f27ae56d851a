"""YuNet: faces with five points from an anchor-free head on three grids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.keypoints import FACE_POINTS, best_of, face_keypoints
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a YuNet card.

    Attributes:
        strides: px of the canvas per grid cell, for each level.
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32), min_length=1)


@dataclass(frozen=True, slots=True)
class _Level:
    """Names of the outputs of one stride, and its first row in the grid."""

    scores: tuple[str, str]
    boxes: str
    points: str
    first_cell: int


class YuNet:
    """YuNet heads: class, objectness, box and five points for every cell of three strides.

    Source: W. Wu et al., YuNet: A Tiny Millisecond-level Face Detector, Machine Intelligence Research 2023; the
    coding is that of OpenCV's FaceDetectorYN. Centres and points are offsets from the cell and sizes are
    logarithms, all in strides; the confidence is the geometric mean of class and objectness.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._strides = read_options(card, Options).strides
        self._grid = Grid.of(card.input, self._strides)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless every stride has two scores, a box and five points per cell."""
        list(self._levels(output_shapes))

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into faces with five keypoints, in px of the source frame."""
        levels = self._levels(shapes_of(outputs))
        parts = [self._read_level(level, outputs, min_confidence) for level in levels]
        cells, confidence, sides, points = (np.concatenate(column) for column in zip(*parts, strict=True))
        with np.errstate(over="ignore", invalid="ignore"):  # a hostile size gives infinity: the box is dropped later
            boxes = Candidates(self._boxes(sides, cells), confidence, np.zeros(len(cells), np.int64))
            placed = (points.reshape(-1, FACE_POINTS, 2) + self._grid.xy[cells, None]) * self._grid.stride[cells, None]
        keypoints = face_keypoints(placed, confidence, range(FACE_POINTS))
        return best_of(boxes, keypoints, self._card, letterbox)

    def _levels(self, output_shapes: Mapping[str, tuple[int, ...]]) -> Iterator[_Level]:
        left = dict(output_shapes)
        first_cell = 0
        for stride, cells in zip(self._strides, self._grid.level_sizes, strict=True):
            # Class and objectness look alike, and are multiplied: which is which does not matter.
            first = take(left, cells, 1, card=self._card, what=f"stride {stride} class")
            second = take(left, cells, 1, card=self._card, what=f"stride {stride} objectness")
            boxes = take(left, cells, 4, card=self._card, what=f"stride {stride} box")
            points = take(left, cells, 2 * FACE_POINTS, card=self._card, what=f"stride {stride} keypoint")
            yield _Level((first, second), boxes, points, first_cell)
            first_cell += cells

    def _read_level(
        self, level: _Level, outputs: Tensors, min_confidence: float
    ) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
        """Return cell, confidence, raw box and raw points of what one level found."""
        first, second = (np.clip(rows(outputs, name, 1)[:, 0], 0, 1) for name in level.scores)
        confidence = np.sqrt(first * second)
        cells = np.flatnonzero(confidence >= np.float32(min_confidence))
        points = rows(outputs, level.points, 2 * FACE_POINTS)[cells]
        return cells + level.first_cell, confidence[cells], rows(outputs, level.boxes, 4)[cells], points

    def _boxes(self, raw: FloatArray, cells: IntArray) -> FloatArray:
        stride = self._grid.stride[cells]
        center = (raw[:, :2] + self._grid.xy[cells]) * stride
        half = np.exp(raw[:, 2:]) * stride * np.float32(0.5)
        return np.concatenate((center - half, center + half), axis=1)
