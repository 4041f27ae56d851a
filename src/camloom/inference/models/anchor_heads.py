"""Raw heads of a YOLO with anchors: what its last convolutions put out, one tensor per stride."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log
from typing import Literal

import numpy as np

from camloom.detections import IntArray
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import corners
from camloom.inference.models.outputs import Candidates, shapes_of, take

Coding = Literal["yolov3", "yolov5"]

_OBJECTNESS = 4
_FIRST_CLASS = 5
_UNSCALED = np.ones(4, np.float32)


@dataclass(frozen=True, slots=True)
class _Head:
    """One output.

    Attributes:
        layout: order of its axes: a for anchors, c for the columns of a box, h and w for the cells.
        anchors: (A, 2) float32 width, height, px of the canvas.
    """

    name: str
    layout: Literal["achw", "ahwc", "hwac"]
    stride: int
    width: int
    anchors: FloatArray


class AnchorHeads:
    """Heads with, for each anchor of each cell, x, y, w, h, objectness and C class scores.

    A head of h x w cells is (A x (5 + C), h, w), (h, w, A x (5 + C)) or (A, h, w, 5 + C). With s the sigmoid,
    k the `xy_scale`, the centre is (k s(x) - (k - 1) / 2 + cell) strides; the size is exp(w) anchors in YOLOv3 and
    (2 s(w))^2 anchors in YOLOv5. A box counts with objectness times its best class score.
    """

    def __init__(
        self,
        card: ModelCard,
        anchors: Sequence[Sequence[tuple[float, float]]],
        strides: Sequence[int],
        coding: Coding,
        xy_scale: float,
        activated: bool,
    ) -> None:
        self._card = card
        self._levels = [(stride, np.asarray(sizes, np.float32)) for stride, sizes in zip(strides, anchors, strict=True)]
        self._coding = coding
        self._xy_scale = np.float32(xy_scale)
        self._activated = activated
        self._columns = _FIRST_CLASS + len(card.class_names)

    def find(self, output_shapes: Mapping[str, tuple[int, ...]]) -> list[_Head]:
        """Return the head of every stride. ModelError when one is missing."""
        left = dict(output_shapes)
        return [self._find_head(left, stride, anchors) for stride, anchors in self._levels]

    def read(self, outputs: Tensors, min_confidence: float) -> Candidates:
        """Return all boxes at or above a confidence, px of the canvas, before NMS."""
        parts = [self._read_head(head, outputs, min_confidence) for head in self.find(shapes_of(outputs))]
        xyxy, confidence, class_id = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Candidates(xyxy, confidence, class_id)

    def _find_head(self, left: dict[str, tuple[int, ...]], stride: int, anchors: FloatArray) -> _Head:
        spec, count, columns = self._card.input, len(anchors), self._columns
        height, width = ceil(spec.height / stride), ceil(spec.width / stride)
        layouts: tuple[tuple[Literal["achw", "ahwc", "hwac"], tuple[int, ...]], ...] = (
            ("ahwc", (count, height, width, columns)),
            ("hwac", (height, width, count * columns)),
            ("achw", (count * columns, height, width)),
        )
        for layout, shape in layouts:
            try:
                name = take(left, *shape, card=self._card, what=f"stride {stride} head")
            except ModelError:
                if layout == "achw":  # the last: its shape is the one to complain of
                    raise
                continue
            return _Head(name, layout, stride, width, anchors)
        raise AssertionError("the last layout either fits or raises")

    def _read_head(
        self, head: _Head, outputs: Tensors, min_confidence: float
    ) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return boxes (K, 4), confidence (K,) and class (K,) of one head."""
        cells = self._by_anchor(np.asarray(outputs[head.name], dtype=np.float32), head)
        least = min_confidence if self._activated else log(min_confidence / (1 - min_confidence))
        # The class score is at most 1: most cells fall by their objectness alone, before any other work.
        anchor, cell = np.nonzero(cells[:, :, _OBJECTNESS] >= np.float32(least))
        chosen = cells[anchor, cell]
        scores = chosen[:, _OBJECTNESS:] if self._activated else _sigmoid(chosen[:, _OBJECTNESS:])
        class_id = scores[:, 1:].argmax(axis=1)
        with np.errstate(over="ignore", invalid="ignore"):  # NaN is above no threshold
            confidence = scores[:, 0] * scores[np.arange(len(scores)), 1 + class_id]
        strong = np.flatnonzero(confidence >= np.float32(min_confidence))
        xyxy = self._boxes(chosen[strong, :4], head, anchor[strong], cell[strong])
        return xyxy, confidence[strong], class_id[strong]

    def _by_anchor(self, tensor: FloatArray, head: _Head) -> FloatArray:
        """Return a view of a head as (A, h x w, 5 + C)."""
        count = len(head.anchors)
        if head.layout == "achw":
            return tensor.reshape(count, self._columns, -1).transpose(0, 2, 1)
        if head.layout == "hwac":
            return tensor.reshape(-1, count, self._columns).transpose(1, 0, 2)
        return tensor.reshape(count, -1, self._columns)

    def _boxes(self, raw: FloatArray, head: _Head, anchor: IntArray, cell: IntArray) -> FloatArray:
        corner = np.stack((cell % head.width, cell // head.width), axis=1).astype(np.float32)
        xy = raw[:, :2] if self._activated else _sigmoid(raw[:, :2])
        scale, stride = self._xy_scale, np.float32(head.stride)
        with np.errstate(over="ignore", invalid="ignore"):  # a hostile size gives infinity: the box is dropped later
            center = (xy * scale - (scale - 1) / 2 + corner) * stride
            size = self._sizes(raw[:, 2:]) * head.anchors[anchor]
        return corners(np.concatenate((center, size), axis=1), _UNSCALED)

    def _sizes(self, raw: FloatArray) -> FloatArray:
        """Return sizes in anchors."""
        if self._coding == "yolov3":
            return np.asarray(np.exp(raw), dtype=np.float32)
        share = raw if self._activated else _sigmoid(raw)
        return 4 * share * share


def _sigmoid(values: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(np.reciprocal(1 + np.exp(-values)), dtype=np.float32)
