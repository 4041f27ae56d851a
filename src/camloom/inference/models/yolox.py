"""YOLOX: one table of box, objectness and class scores over three grids."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox

_OBJECTNESS = 4
_FIRST_CLASS = 5


class Options(StrictModel):
    """Settings of a YOLOX card.

    Attributes:
        strides: px of the canvas per grid cell, in the order of the rows.
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32), min_length=1)


class Yolox:
    """YOLOX heads as exported without `decode_in_inference`: rows of x, y, w, h, objectness, classes.

    Source: Z. Ge et al., YOLOX: Exceeding YOLO Series in 2021, arXiv:2107.08430. Centres are offsets from
    the grid cell, sizes are logarithms, both in strides; objectness and classes are after the sigmoid.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._columns = _FIRST_CLASS + len(card.class_names)
        self._grid = Grid.of(card.input, read_options(card, Options).strides)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a table with a row per grid cell and a column per class."""
        self._table(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        table = rows(outputs, self._table(shapes_of(outputs)), self._columns)
        # The score is objectness times class score, both at most 1: most rows fall before any other work.
        cells = np.flatnonzero(table[:, _OBJECTNESS] >= np.float32(min_confidence))
        survivors = table[cells]
        class_scores = survivors[:, _FIRST_CLASS:]
        class_id = class_scores.argmax(axis=1)
        confidence = survivors[:, _OBJECTNESS] * class_scores[np.arange(len(cells)), class_id]
        strong = np.flatnonzero(confidence >= np.float32(min_confidence))
        xyxy = self._boxes(survivors[strong, :4], cells[strong])
        found = Candidates(xyxy, confidence[strong], class_id[strong])
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _table(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        return take(dict(output_shapes), len(self._grid.xy), self._columns, card=self._card, what="YOLOX")

    def _boxes(self, raw: FloatArray, cells: IntArray) -> FloatArray:
        stride = self._grid.stride[cells]
        center = (raw[:, :2] + self._grid.xy[cells]) * stride
        with np.errstate(over="ignore"):  # a hostile size gives infinity: the box is dropped later
            half = np.exp(raw[:, 2:]) * stride * np.float32(0.5)
        return np.concatenate((center - half, center + half), axis=1)
