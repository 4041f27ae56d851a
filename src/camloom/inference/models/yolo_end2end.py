"""YOLO without NMS: a short table of finished boxes, as YOLOv10 and YOLO26 put out."""

from collections.abc import Mapping

import numpy as np

from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import canvas_scale
from camloom.inference.models.outputs import (
    Candidates,
    known_rows,
    read_options,
    rows,
    sane_rows,
    shapes_of,
    take,
)
from camloom.inference.models.yolo_extras import Extras, TableOptions
from camloom.inference.preprocess import Letterbox

_BOX = 4
_SCORE = 4
_CLASS = 5
_FIRST_EXTRA = 6


class YoloEnd2End:
    """YOLOv10, YOLO26 and any YOLO exported with NMS inside: x1, y1, x2, y2, score, class, then what the task adds.

    The table is (N, 6 + extra), usually with N = 300; unused rows have a score of 0. A card of task `pose` has its
    keypoints as extra columns, one of task `segmentation` mask coefficients and an output with the prototypes.

    Source: Ultralytics' guide to end-to-end detection; A. Wang et al., YOLOv10, NeurIPS 2024.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        options = read_options(card, TableOptions)
        self._units = options.units
        self._extras = Extras(card, options.keypoint_values, options.mask_coefficients)
        self._columns = _FIRST_EXTRA + self._extras.columns

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a table of finished boxes, and prototypes where the task needs them."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        name, prototypes = self._names(shapes_of(outputs))
        table = rows(outputs, name, self._columns)
        scale = canvas_scale(self._units, table[:, :_BOX], self._card.input)
        keep, class_id = known_rows(self._card, table[:, _CLASS], table[:, _SCORE], 0, min_confidence)
        chosen = table[keep]
        with np.errstate(over="ignore", invalid="ignore"):
            found = Candidates(chosen[:, :_BOX] * scale, chosen[:, _SCORE], class_id)
        sane = sane_rows(found)
        extra = chosen[sane, _FIRST_EXTRA:]
        return self._extras.detections(found.select(sane), extra, scale, outputs, prototypes, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left = dict(output_shapes)
        table = take(left, -1, self._columns, card=self._card, what="end-to-end YOLO")
        return table, self._extras.find(left)
