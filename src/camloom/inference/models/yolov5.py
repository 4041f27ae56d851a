"""YOLOv5 and its kin: one table of decoded boxes with objectness and class scores."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units, canvas_scale, corners, last_places
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, surviving_rows, take
from camloom.inference.models.yolo_extras import Extras
from camloom.inference.preprocess import Letterbox

_OBJECTNESS = 4
_FIRST_CLASS = 5


class Options(StrictModel):
    """Settings of a YOLOv5 card.

    Attributes:
        units: of the boxes; `px` in ONNX, `share` in TFLite.
        mask_coefficients: prototypes of a segmentation model.
    """

    units: Units = "auto"
    mask_coefficients: int = Field(default=32, ge=1, le=256)


class YoloV5:
    """YOLOv5, YOLOv6 and YOLOv7 exported with their grids decoded: cx, cy, w, h, objectness, a score per class.

    A box counts with objectness times its best class score. A card of task `segmentation` has mask coefficients
    as extra columns and a second output with the prototypes. Files that end in the raw heads, one output per
    stride, are of family `yolov3` with the option `coding: yolov5`.

    Source: Ultralytics' documentation of YOLOv5 exports.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        options = read_options(card, Options)
        self._units = options.units
        self._extras = Extras(card, 3, options.mask_coefficients)
        self._first_extra = _FIRST_CLASS + len(card.class_names)
        self._columns = self._first_extra + self._extras.columns

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a table with a column per class, and prototypes where needed."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        name, prototypes = self._names(shapes_of(outputs))
        table = rows(outputs, name, self._columns)
        # Both scores are at most 1, so that most rows fall before any other work.
        chosen = table[np.flatnonzero(table[:, _OBJECTNESS] >= np.float32(min_confidence))]
        scale = canvas_scale(self._units, last_places(table[:, :2]), self._card.input)
        class_id = chosen[:, _FIRST_CLASS : self._first_extra].argmax(axis=1)
        confidence = _product(chosen, class_id)
        strong = np.flatnonzero(confidence >= np.float32(min_confidence))
        found = Candidates(corners(chosen[strong, :4], scale), confidence[strong], class_id[strong])
        kept = surviving_rows(found, self._card.nms_iou)
        extra = chosen[strong[kept], self._first_extra :]
        return self._extras.detections(found.select(kept), extra, scale, outputs, prototypes, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left = dict(output_shapes)
        table = take(left, -1, self._columns, card=self._card, what="YOLOv5")
        return table, self._extras.find(left)


def _product(chosen: FloatArray, class_id: IntArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile score gives NaN, which is above no threshold
        return chosen[:, _OBJECTNESS] * chosen[np.arange(len(chosen)), _FIRST_CLASS + class_id]
