"""NanoDet: class scores and box-side distributions on a grid per stride."""

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
from camloom.inference.models.outputs import Candidates, best_per_row, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a NanoDet card.

    Attributes:
        strides: px of the canvas per grid cell, for each level.
        bins: steps of each side's distribution (`reg_max + 1` in the training configuration).
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32), min_length=1)
    bins: int = Field(default=8, ge=2, le=64)


@dataclass(frozen=True, slots=True)
class _Level:
    """Names of the outputs of one stride, and its first row in the grid."""

    scores: str
    sides: str
    first_cell: int


class NanoDet:
    """NanoDet heads: scores after the sigmoid, distances left/top/right/bottom as distributions.

    Source: R. Lyu, NanoDet (github.com/RangiLyu/nanodet); the distributions are those of X. Li et al.,
    Generalized Focal Loss, NeurIPS 2020: a side is the expected value of a softmax over `bins`, in strides.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._grid = Grid.of(card.input, self._options.strides)
        self._levels: tuple[_Level, ...] = ()
        bins = self._options.bins
        self._moments = np.stack((np.arange(bins), np.ones(bins))).astype(np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are scores and distances for every stride."""
        self._levels = tuple(self._find_levels(output_shapes))

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        levels = self._levels or self._find_levels(shapes_of(outputs))
        parts = [self._read_level(level, outputs, min_confidence) for level in levels]
        cells, class_id, confidence, sides = (np.concatenate(column) for column in zip(*parts, strict=True))
        distance = self._expected(sides)
        center = self._grid.xy[cells] + np.float32(0.5)
        xyxy = np.concatenate((center - distance[:, :2], center + distance[:, 2:]), axis=1) * self._grid.stride[cells]
        found = Candidates(xyxy, confidence, class_id)
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _find_levels(self, output_shapes: Mapping[str, tuple[int, ...]]) -> Iterator[_Level]:
        left = dict(output_shapes)
        first_cell, class_count = 0, len(self._card.class_names)
        for stride, cells in zip(self._options.strides, self._grid.level_sizes, strict=True):
            scores = take(left, cells, class_count, card=self._card, what=f"stride {stride} class")
            sides = take(left, cells, 4 * self._options.bins, card=self._card, what=f"stride {stride} distance")
            yield _Level(scores, sides, first_cell)
            first_cell += cells

    def _read_level(
        self, level: _Level, outputs: Tensors, min_confidence: float
    ) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
        """Return cell, class, confidence and raw sides of what one level found."""
        scores = rows(outputs, level.scores, len(self._card.class_names))
        cells, class_id, confidence = best_per_row(scores, min_confidence)
        sides = rows(outputs, level.sides, 4 * self._options.bins)[cells]
        return cells + level.first_cell, class_id, confidence, sides

    def _expected(self, sides: FloatArray) -> FloatArray:
        """Return the mean of each side's softmax distribution: (K, 4 x bins) -> (K, 4), in strides."""
        # Bins first: numpy is several times slower at reducing along a short last axis.
        logits = np.ascontiguousarray(sides.reshape(-1, self._options.bins).T)
        with np.errstate(invalid="ignore", over="ignore"):  # a hostile logit gives NaN: the box is dropped later
            weighted, total = self._moments @ np.exp(logits - logits.max(axis=0, initial=-np.inf))
        return np.asarray((weighted / total).reshape(-1, 4), dtype=np.float32)
