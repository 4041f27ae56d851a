"""YOLOv3 and others with anchors: raw heads, one per stride, or what ncnn and OpenCV make of them."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.anchor_heads import AnchorHeads, Coding
from camloom.inference.models.boxes import Units, canvas_scale
from camloom.inference.models.outputs import (
    Candidates,
    best_per_row,
    known_rows,
    read_options,
    rows,
    shapes_of,
    take,
)
from camloom.inference.preprocess import Letterbox

_COLUMNS = 6
_BOX_AND_OBJECTNESS = 5


class Options(StrictModel):
    """Settings of a YOLOv3 card.

    Attributes:
        anchors: width, height in px of the canvas of each anchor of each head; none: the model ends in a table.
        strides: px of the canvas per cell of each head, in the order of `anchors`.
        coding: how the heads code sizes: `yolov3` (and YOLOv4) or `yolov5` (and YOLOv7).
        xy_scale: how far a centre may leave its cell, YOLOv4's `scale_x_y`; 1 in YOLOv3, always 2 in YOLOv5.
        activated: the heads end in a sigmoid already, as those made for some accelerators.
        first_class: label of the first name in a table; ncnn counts from 1.
        units: of the boxes of a table.
        decoded: the outputs are rows of boxes already, as OpenCV makes them of each head of Darknet.
    """

    anchors: tuple[tuple[tuple[float, float], ...], ...] = ()
    strides: tuple[int, ...] = ()
    coding: Coding = "yolov3"
    xy_scale: float = Field(default=1.0, ge=1, le=2)
    activated: bool = False
    first_class: int = Field(default=1, ge=0)
    units: Units = "share"
    decoded: bool = False

    @model_validator(mode="after")
    def _one_stride_per_head(self) -> "Options":
        if len(self.anchors) != len(self.strides) or any(stride < 1 for stride in self.strides):
            raise ValueError("anchors and strides: one list of anchors and one stride for every head")
        if any(not head or min(map(min, head)) <= 0 for head in self.anchors):
            raise ValueError("anchors: every head needs at least one, of a size above 0")
        if self.activated and self.coding == "yolov3":
            raise ValueError("activated: a head of YOLOv3 has sizes that are no sigmoids")
        if self.decoded and self.anchors:
            raise ValueError("decoded: rows that are decoded have no anchors any more")
        return self


class YoloV3:
    """YOLOv3, YOLOv4, YOLO-Fastest and raw heads of YOLOv5: boxes as offsets from anchors.

    With `anchors` in the card the outputs are raw heads, see `AnchorHeads`. With `decoded` they are rows of OpenCV's
    layer Region, for each anchor of each cell: centre, width and height as shares of the input, objectness, and the
    score of each class, with the objectness in it. With neither, the model ends in the table of ncnn's layer
    Yolov3DetectionOutput: rows of label, score, x1, y1, x2, y2 as shares of the input, NMS done.

    Source: J. Redmon and A. Farhadi, YOLOv3: An Incremental Improvement, arXiv:1804.02767.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)
        options = self._options
        scale = 2.0 if options.coding == "yolov5" else options.xy_scale
        self._heads = AnchorHeads(card, options.anchors, options.strides, options.coding, scale, options.activated)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a head for every stride, or the table, or rows of as many classes."""
        if self._options.decoded:
            self._decoded(output_shapes)
        elif self._options.anchors:
            self._heads.find(output_shapes)
        else:
            self._table(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        if not self._options.anchors and not self._options.decoded:
            return self._read_table(outputs, min_confidence).sane().detections(self._card, letterbox)
        read = self._read_decoded if self._options.decoded else self._heads.read
        found = read(outputs, min_confidence).sane().suppressed(self._card.nms_iou)
        return found.detections(self._card, letterbox)

    def _read_table(self, outputs: Tensors, min_confidence: float) -> Candidates:
        name = next(iter(outputs)) if _nothing_in(outputs) else self._table(shapes_of(outputs))
        table = rows(outputs, name, _COLUMNS)
        scale = canvas_scale(self._options.units, table[:, 2:], self._card.input)
        keep, class_id = known_rows(self._card, table[:, 0], table[:, 1], self._options.first_class, min_confidence)
        with np.errstate(over="ignore", invalid="ignore"):  # an absurd box is dropped as not sane
            return Candidates(table[keep, 2:] * scale, table[keep, 1], class_id)

    def _read_decoded(self, outputs: Tensors, min_confidence: float) -> Candidates:
        columns = _BOX_AND_OBJECTNESS + len(self._card.class_names)
        table = np.concatenate([rows(outputs, name, columns) for name in self._decoded(shapes_of(outputs))])
        scores = np.ascontiguousarray(table[:, _BOX_AND_OBJECTNESS:])
        row, class_id, score = best_per_row(scores, min_confidence)
        with np.errstate(over="ignore", invalid="ignore"):  # an absurd box is dropped as not sane
            centre, half = table[row, :2], table[row, 2:4] * np.float32(0.5)
            share = np.concatenate((centre - half, centre + half), axis=1)
            return Candidates(share * self._canvas, score, class_id)

    def _decoded(self, output_shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
        """Return the names of the outputs, each of them rows for one head."""
        left = dict(output_shapes)
        columns = _BOX_AND_OBJECTNESS + len(self._card.class_names)
        return [take(left, -1, columns, card=self._card, what="decoded YOLO") for _ in output_shapes]

    def _table(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        return take(dict(output_shapes), -1, _COLUMNS, card=self._card, what="YOLOv3 (N x 6)")


def _nothing_in(outputs: Tensors) -> bool:
    """Tell whether the one output is empty: ncnn gives no table at all where nothing was found."""
    return len(outputs) == 1 and next(iter(outputs.values())).size == 0
