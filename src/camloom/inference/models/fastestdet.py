"""FastestDet: one small grid with a box, an objectness and class scores per cell."""

from collections.abc import Mapping

import numpy as np

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import corners
from camloom.inference.models.outputs import Candidates, read_options, shapes_of, take
from camloom.inference.preprocess import Letterbox

_FIRST_CLASS = 5
_OBJECTNESS_POWER = 0.6
_CLASS_POWER = 0.4


class Options(StrictModel):
    """A FastestDet card has no settings: the grid's size is that of the output."""


class FastestDet:
    """FastestDet heads (5 + C, h, w): objectness, x, y, w, h and class scores of each cell.

    Objectness and classes are probabilities already; the tanh of x, y is the way from the cell's corner to the
    box's centre, in cells, and the sigmoid of w, h its size as a share of the canvas. The confidence is
    objectness^0.6 x class^0.4.

    Source: Q. Ma, FastestDet (github.com/dog-qiuqiu/FastestDet).
    """

    def __init__(self, card: ModelCard) -> None:
        read_options(card, Options)
        self._card = card
        self._columns = _FIRST_CLASS + len(card.class_names)
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a grid with a plane per class."""
        self._grid(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        raw = np.asarray(outputs[self._grid(shapes_of(outputs))], dtype=np.float32)
        height, width = raw.shape[-2:]
        planes = raw.reshape(self._columns, height * width)
        # The class score is at most 1: cells whose objectness alone is too low fall before any other work.
        enough = min_confidence ** (1 / _OBJECTNESS_POWER) * 0.999
        cells = np.flatnonzero(planes[0] >= np.float32(enough))
        chosen = planes[:, cells].T
        class_id, confidence = _scores(chosen)
        strong = np.flatnonzero(confidence >= np.float32(min_confidence))
        xyxy = self._boxes(chosen[strong], cells[strong], width, height)
        found = Candidates(xyxy, confidence[strong], class_id[strong])
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _grid(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        return take(dict(output_shapes), self._columns, -1, -1, card=self._card, what="FastestDet")

    def _boxes(self, raw: FloatArray, cells: IntArray, width: int, height: int) -> FloatArray:
        corner = np.stack((cells % width, cells // width), axis=1).astype(np.float32)
        center = (np.tanh(raw[:, 1:3]) + corner) / np.asarray([width, height], np.float32)
        with np.errstate(over="ignore"):
            size = np.reciprocal(1 + np.exp(-raw[:, 3:5]))
        return corners(np.concatenate((center, size), axis=1), self._canvas)


def _scores(chosen: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the best class and the confidence of each cell; NaN where a score is none."""
    classes = chosen[:, _FIRST_CLASS:]
    class_id = classes.argmax(axis=1)
    with np.errstate(invalid="ignore", over="ignore"):
        best = classes[np.arange(len(classes)), class_id] ** np.float32(_CLASS_POWER)
        return class_id, chosen[:, 0] ** np.float32(_OBJECTNESS_POWER) * best
