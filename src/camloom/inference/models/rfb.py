"""Ultra-Light-Fast-Generic-Face-Detector (RFB and slim): finished face boxes, still to be thinned out."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.outputs import Candidates, best_per_row, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a card of this family.

    Attributes:
        strides: px of the canvas per grid cell, for each level.
        anchors: boxes per cell, for each level. Both only tell how many rows there are.
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32, 64), min_length=1)
    anchors: tuple[int, ...] = (3, 2, 2, 3)

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if len(self.anchors) != len(self.strides):
            raise ValueError("anchors: needs a number for each stride")
        return self


class Rfb:
    """Scores after the softmax, the background first, and boxes x1, y1, x2, y2 as shares of the input; no points.

    Source: Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB; the head is that of S. Liu et al., Receptive Field
    Block Net, ECCV 2018, with its priors decoded inside the model.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        options = read_options(card, Options)
        self._count = int(np.dot(Grid.of(card.input, options.strides).level_sizes, options.anchors))
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are a box and scores for every prior of this input size."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        boxes, scores = self._names(shapes_of(outputs))
        table = np.ascontiguousarray(rows(outputs, scores, 1 + len(self._card.class_names))[:, 1:])
        hits, class_id, confidence = best_per_row(table, min_confidence)
        found = Candidates(rows(outputs, boxes, 4)[hits] * self._canvas, confidence, class_id)
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left = dict(output_shapes)
        boxes = take(left, self._count, 4, card=self._card, what="box")
        return boxes, take(left, self._count, 1 + len(self._card.class_names), card=self._card, what="class")
