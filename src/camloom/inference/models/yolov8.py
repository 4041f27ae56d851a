"""YOLOv8 and its kin: one table of box and class scores without objectness, and keypoints or masks beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from camloom.detections import Detections, IntArray
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import canvas_scale, corners, last_places
from camloom.inference.models.outputs import (
    Candidates,
    best_per_column,
    best_per_row,
    read_options,
    shapes_of,
    surviving_rows,
    take,
)
from camloom.inference.models.yolo_extras import Extras, TableOptions
from camloom.inference.preprocess import Letterbox

_BOX = 4


@dataclass(frozen=True, slots=True)
class _Names:
    """Outputs of the model; `columns` is whether boxes lie in columns, as in most exports."""

    table: str
    columns: bool
    prototypes: str


class YoloV8:
    """YOLOv8, YOLO11 and others of this head: cx, cy, w, h, a score per class, then what the task adds.

    The table is (4 + C + extra, N) or its transpose. A card of task `pose` has its keypoints as extra columns,
    one of task `segmentation` mask coefficients and a second output with the prototypes.

    Source: Ultralytics' documentation of YOLOv8 exports; scores are after the sigmoid, boxes decoded.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        options = read_options(card, TableOptions)
        self._units = options.units
        self._extras = Extras(card, options.keypoint_values, options.mask_coefficients)
        self._first_extra = _BOX + len(card.class_names)
        self._columns = self._first_extra + self._extras.columns

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a table with a value per class, and prototypes where the task needs them."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        names = self._names(shapes_of(outputs))
        raw = np.asarray(outputs[names.table], dtype=np.float32)
        table = raw.reshape(raw.shape[-2:])
        by_row = table.T if names.columns else table  # a view: (N, columns)
        scale = canvas_scale(self._units, last_places(by_row[:, :2]), self._card.input)
        places, class_id, confidence = self._best(table, names.columns, min_confidence)
        chosen = by_row[places]
        found = Candidates(corners(chosen[:, :_BOX], scale), confidence, class_id)
        kept = surviving_rows(found, self._card.nms_iou)
        extra = chosen[kept, self._first_extra :]
        return self._extras.detections(found.select(kept), extra, scale, outputs, names.prototypes, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> _Names:
        left = dict(output_shapes)
        try:
            table, columns = take(left, self._columns, -1, card=self._card, what="YOLOv8"), True
        except ModelError:
            table, columns = take(left, -1, self._columns, card=self._card, what="YOLOv8 (or transposed)"), False
        return _Names(table, columns, self._extras.find(left))

    def _best(self, table: FloatArray, columns: bool, min_confidence: float) -> tuple[IntArray, IntArray, FloatArray]:
        if columns:
            return best_per_column(table[_BOX : self._first_extra], min_confidence)
        return best_per_row(table[:, _BOX : self._first_extra], min_confidence)
