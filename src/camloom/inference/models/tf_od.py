"""Detectors of the TensorFlow object detection API with their post-processing inside."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import Candidates, known_rows, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a TensorFlow object detection card.

    Attributes:
        first_class: number that the graph gives to the first name; 1 in most frozen graphs, 0 in TFLite.
        max_detections: rows of the outputs.
    """

    first_class: int = Field(default=1, ge=0)
    max_detections: int = Field(default=100, ge=1)


class TfOd:
    """Post-processed TensorFlow detectors: boxes, classes, scores and count, in this order.

    Source: `exporter.py` and `TFLite_Detection_PostProcess` of the TensorFlow object detection API. Boxes
    are ymin, xmin, ymax, xmax as shares of the input; NMS is already done.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are boxes, classes, scores and a count."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        boxes, *columns = self._names(shapes_of(outputs))
        classes, scores, count = (rows(outputs, name, 1)[:, 0] for name in columns)
        scores = np.where(np.arange(len(scores)) < count[0], scores, np.float32(0))
        keep, class_id = known_rows(self._card, classes, scores, self._options.first_class, min_confidence)
        yxyx = rows(outputs, boxes, 4)[keep]
        found = Candidates(yxyx[:, [1, 0, 3, 2]] * self._canvas, scores[keep], class_id[keep])
        return found.sane().detections(self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str, str, str]:
        left, most = dict(output_shapes), self._options.max_detections
        boxes = take(left, most, 4, card=self._card, what="box")
        classes = take(left, most, card=self._card, what="class")
        scores = take(left, most, card=self._card, what="score")
        return boxes, classes, scores, take(left, 1, card=self._card, what="count")
