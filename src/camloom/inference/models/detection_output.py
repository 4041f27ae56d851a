"""Detectors that end in OpenVINO's DetectionOutput, or in boxes with labels."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import Candidates, known_rows, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a card of this family.

    Attributes:
        first_class: number that the model gives to the first name; 1 where 0 is the background.
    """

    first_class: int = Field(default=0, ge=0)


class DetectionOutput:
    """Detectors of the Open Model Zoo; NMS is already done inside.

    Two layouts, told apart by their shapes: a table (N, 7) of picture number, label, confidence, x1, y1, x2, y2
    as shares of the input (OpenVINO operation DetectionOutput-8; a negative picture number ends it), or a
    table (N, 5) of x1, y1, x2, y2 in px of the input and confidence beside (N,) labels.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._first_class = read_options(card, Options).first_class
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless the outputs have one of the two layouts."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        table, labels = self._names(shapes_of(outputs))
        read = self._read_pair(outputs, table, labels) if labels else self._read_table(outputs, table)
        xyxy, confidence, label = read
        keep, class_id = known_rows(self._card, label, confidence, self._first_class, min_confidence)
        return Candidates(xyxy[keep], confidence[keep], class_id).sane().detections(self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left = dict(output_shapes)
        try:
            return take(left, -1, 7, card=self._card, what="DetectionOutput"), ""
        except ModelError:
            boxes = take(left, -1, 5, card=self._card, what="DetectionOutput (N x 7) or box")
            return boxes, take(left, -1, card=self._card, what="label")

    def _read_table(self, outputs: Tensors, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        table = rows(outputs, name, 7)
        end = np.flatnonzero(table[:, 0] < 0)
        table = table[: end[0]] if len(end) else table
        return table[:, 3:] * self._canvas, table[:, 2], table[:, 1]

    def _read_pair(self, outputs: Tensors, boxes: str, labels: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        table = rows(outputs, boxes, 5)
        return table[:, :4], table[:, 4], rows(outputs, labels, 1)[:, 0]
