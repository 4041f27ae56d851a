"""DETR and its kin: a set of queries, each a box with class scores, without NMS."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units, corners
from camloom.inference.models.finished import FinishedOutputs, find_finished, read_finished
from camloom.inference.models.outputs import (
    Candidates,
    best_per_row,
    read_options,
    rows,
    sane_rows,
    shapes_of,
    take,
)
from camloom.inference.preprocess import Letterbox

_BOX = 4


class Options(StrictModel):
    """Settings of a DETR card.

    Attributes:
        scores: what the class scores of a raw model are: logits for a `sigmoid` each (RT-DETR, D-FINE, Deformable
            DETR), logits for a `softmax` whose last column is "no object" (DETR), or probabilities (`none`).
        first_class: label of the first name in a model that ends in labels, boxes and scores; in a raw one the
            column of the first name.
        units: of the boxes of a model that ends in labels, boxes and scores.
    """

    scores: Literal["sigmoid", "softmax", "none"] = "sigmoid"
    first_class: int = Field(default=0, ge=0)
    units: Units = "auto"


@dataclass(frozen=True, slots=True)
class _Raw:
    """Outputs with the class scores and the boxes of the queries; the same name if one table holds both."""

    scores: str
    boxes: str


class Detr:
    """RT-DETR, D-FINE, DETR: cx, cy, w, h as shares of the canvas and class scores for each of Q queries.

    Three layouts, told apart by their shapes: scores (Q, C) beside boxes (Q, 4); one table (Q, 4 + C) whose scores
    are probabilities; or labels (Q,), boxes (Q, 4) as x1, y1, x2, y2 and scores (Q,) of a model that ends with its
    own post-processing. The latter mostly has a second input with the picture's size: give it the size of the
    canvas in the card's `input.constants`.

    Source: N. Carion et al., End-to-End Object Detection with Transformers, ECCV 2020; Y. Zhao et al., DETRs Beat
    YOLOs on Real-time Object Detection, CVPR 2024; Y. Peng et al., D-FINE, ICLR 2025.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._classes = self._options.first_class + len(card.class_names) + (self._options.scores == "softmax")
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless the outputs have one of the three layouts."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        names = self._names(shapes_of(outputs))
        if isinstance(names, FinishedOutputs):
            options = self._options
            found = read_finished(outputs, names, self._card, options.first_class, min_confidence, options.units)
        else:
            found = self._read_queries(outputs, names, min_confidence)
        return found.detections(self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> FinishedOutputs | _Raw:
        if len(output_shapes) >= 3:
            return find_finished(output_shapes, self._card)
        # With four classes only a name tells the scores from the boxes.
        left = dict(sorted(output_shapes.items(), key=lambda item: "box" not in item[0].lower()))
        if len(left) == 1:
            table = take(left, -1, _BOX + self._classes, card=self._card, what="DETR")
            return _Raw(table, table)
        boxes = take(left, -1, _BOX, card=self._card, what="box")
        return _Raw(take(left, -1, self._classes, card=self._card, what="class"), boxes)

    def _read_queries(self, outputs: Tensors, names: _Raw, min_confidence: float) -> Candidates:
        if names.scores == names.boxes:
            table = rows(outputs, names.scores, _BOX + self._classes)
            boxes, scores = table[:, :_BOX], table[:, _BOX:]
        else:
            boxes, scores = rows(outputs, names.boxes, _BOX), rows(outputs, names.scores, self._classes)
        if len(boxes) != len(scores):
            raise ModelError(f"model '{self._card.name}' put out {len(boxes)} boxes and {len(scores)} rows of scores")
        raw = self._options.scores != "none" and names.scores != names.boxes
        queries, class_id, confidence = self._best(scores, min_confidence, raw)
        found = Candidates(corners(boxes[queries], self._canvas), confidence, class_id)
        return found.select(sane_rows(found))

    def _best(self, scores: FloatArray, min_confidence: float, raw: bool) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the queries at or above a confidence, the best class of each and its probability."""
        first, last = self._options.first_class, self._options.first_class + len(self._card.class_names)
        if raw and self._options.scores == "sigmoid":
            queries, class_id, logit = best_per_row(scores[:, first:last], log(min_confidence / (1 - min_confidence)))
            with np.errstate(over="ignore"):
                return queries, class_id, np.reciprocal(1 + np.exp(-logit))
        probabilities = _softmax(scores) if raw else scores
        return best_per_row(probabilities[:, first:last], min_confidence)


def _softmax(logits: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile logit gives NaN, which is above no threshold
        power = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(power / power.sum(axis=1, keepdims=True), dtype=np.float32)
