"""SCRFD: faces, with or without five points, as distances from anchor centres on three grids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.keypoints import FACE_POINTS, best_of, face_keypoints
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of an SCRFD card.

    Attributes:
        strides: px of the canvas per grid cell, for each level.
        anchors: boxes per cell.
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32), min_length=1)
    anchors: int = Field(default=2, ge=1, le=16)


@dataclass(frozen=True, slots=True)
class _Level:
    """Names of the outputs of one stride, its rows and columns of cells, and its first row in the grid."""

    scores: str
    boxes: str
    points: str
    size: tuple[int, int]
    first_cell: int


class Scrfd:
    """SCRFD heads: score, distances left, top, right, bottom, and five points, in strides from the anchor's centre.

    Source: J. Guo et al., Sample and Computation Redistribution for Efficient Face Detection, ICLR 2022; the
    coding is that of InsightFace's exporter. An anchor's centre is the corner of its cell. Outputs are tables with
    a row per cell and anchor, or the maps (anchors x values, rows, columns) from which those tables are made.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        options = read_options(card, Options)
        self._strides, self._anchors = options.strides, options.anchors
        self._grid = Grid.of(card.input, self._strides)
        self._sizes = [(ceil(card.input.height / s), ceil(card.input.width / s)) for s in self._strides]

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless every stride has scores and boxes, and all or none of them five points."""
        self._levels(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into faces in px of the source frame, with keypoints if it has them."""
        levels = self._levels(shapes_of(outputs))
        parts = [self._read_level(level, outputs, min_confidence) for level in levels]
        cells, confidence, sides, points = (np.concatenate(column) for column in zip(*parts, strict=True))
        stride = self._grid.stride[cells]
        center = self._grid.xy[cells] * stride
        with np.errstate(over="ignore", invalid="ignore"):  # hostile values are dropped later
            xyxy = np.concatenate((center - sides[:, :2] * stride, center + sides[:, 2:] * stride), axis=1)
            has_points = bool(levels[0].points)
            placed = points.reshape(-1, FACE_POINTS, 2) * stride[:, None] + center[:, None] if has_points else None
        boxes = Candidates(xyxy, confidence, np.zeros(len(cells), np.int64))
        if placed is None:
            return boxes.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)
        keypoints = face_keypoints(placed, confidence, range(FACE_POINTS))
        return best_of(boxes, keypoints, self._card, letterbox)

    def _levels(self, output_shapes: Mapping[str, tuple[int, ...]]) -> list[_Level]:
        left = dict(output_shapes)
        scores = list(self._take_each(left, 1, "score"))
        boxes = list(self._take_each(left, 4, "box"))
        points = list(self._take_each(left, 2 * FACE_POINTS, "keypoint")) if left else [""] * len(boxes)
        first_cells = np.cumsum((0, *self._grid.level_sizes[:-1])).tolist()
        return [_Level(*each) for each in zip(scores, boxes, points, self._sizes, first_cells, strict=True)]

    def _take_each(self, left: dict[str, tuple[int, ...]], columns: int, what: str) -> Iterator[str]:
        for stride, (height, width) in zip(self._strides, self._sizes, strict=True):
            named = f"stride {stride} {what}"
            try:
                yield take(left, self._anchors * columns, height, width, card=self._card, what=named)
            except ModelError:
                yield take(left, height * width * self._anchors, columns, card=self._card, what=named)

    def _read_level(
        self, level: _Level, outputs: Tensors, min_confidence: float
    ) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
        """Return cell, confidence, raw box and raw points (K, 10 or 0) of what one level found."""
        scores = self._table(outputs, level.scores, 1, level.size)[:, 0]
        hits = np.flatnonzero(scores >= np.float32(min_confidence))
        boxes = self._table(outputs, level.boxes, 4, level.size)[hits]
        points = np.zeros((len(hits), 0), np.float32)
        if level.points:
            points = self._table(outputs, level.points, 2 * FACE_POINTS, level.size)[hits]
        return hits // self._anchors + level.first_cell, scores[hits], boxes, points

    def _table(self, outputs: Tensors, name: str, columns: int, size: tuple[int, int]) -> FloatArray:
        """Return an output with a row per cell and anchor, whichever way it was exported."""
        if outputs[name].shape[-3:] != (self._anchors * columns, *size):
            return rows(outputs, name, columns)
        maps = np.asarray(outputs[name], dtype=np.float32).reshape(self._anchors, columns, -1)
        return maps.transpose(2, 0, 1).reshape(-1, columns)
