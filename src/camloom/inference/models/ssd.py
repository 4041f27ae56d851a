"""SSD as TensorFlow trains it, before its post-processing: box offsets from fixed anchors."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import log, sqrt

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import Candidates, best_per_row, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of an SSD card; the names are those of TensorFlow's `ssd_anchor_generator`.

    Attributes:
        feature_maps: cells per side of each square feature map.
        min_scale, max_scale: anchor size on the first and last map, as a share of the canvas.
        aspect_ratios: width over height of the anchors of each cell.
        reduce_boxes_in_lowest_layer: the first map has three anchors only, the first of size 0.1.
        box_scales: what the offsets y, x, h, w were multiplied with in training.
        first_class: column of the first name; 1 where column 0 is the background.
    """

    feature_maps: tuple[int, ...] = Field(default=(19, 10, 5, 3, 2, 1), min_length=2)
    min_scale: float = Field(default=0.2, gt=0, le=1)
    max_scale: float = Field(default=0.95, gt=0, le=1)
    aspect_ratios: tuple[float, ...] = (1.0, 2.0, 0.5, 3.0, 1 / 3)
    reduce_boxes_in_lowest_layer: bool = True
    box_scales: tuple[float, float, float, float] = (10.0, 10.0, 5.0, 5.0)
    first_class: int = Field(default=1, ge=0, le=1)


class Ssd:
    """SSD heads of the TensorFlow object detection API: box offsets y, x, h, w and class logits.

    Source: W. Liu et al., SSD: Single Shot MultiBox Detector, ECCV 2016; the anchors and the coding are
    those of the API's `multiple_grid_anchor_generator` and `faster_rcnn_box_coder`; scores are sigmoids.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._columns = len(card.class_names) + self._options.first_class
        self._anchors = generate_anchors(self._options)
        self._scales = np.asarray(self._options.box_scales, np.float32)
        self._canvas = np.asarray([card.input.width, card.input.height] * 2, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are offsets and logits for every anchor."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        boxes, scores = self._names(shapes_of(outputs))
        logits = rows(outputs, scores, self._columns)[:, self._options.first_class :]
        anchors, class_id, logit = best_per_row(logits, log(min_confidence / (1 - min_confidence)))
        xyxy = self._boxes(rows(outputs, boxes, 4)[anchors], self._anchors[anchors])
        with np.errstate(over="ignore"):
            confidence = np.reciprocal(1 + np.exp(-logit))
        found = Candidates(xyxy, confidence, class_id)
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left = dict(output_shapes)
        boxes = take(left, len(self._anchors), 4, card=self._card, what="box")
        return boxes, take(left, len(self._anchors), self._columns, card=self._card, what="class")

    def _boxes(self, raw: FloatArray, anchors: FloatArray) -> FloatArray:
        offsets = raw / self._scales
        center_yx = offsets[:, :2] * anchors[:, 2:] + anchors[:, :2]
        with np.errstate(over="ignore"):  # a hostile size gives infinity: the box is dropped later
            half_hw = np.exp(offsets[:, 2:]) * anchors[:, 2:] * np.float32(0.5)
        yxyx = np.concatenate((center_yx - half_hw, center_yx + half_hw), axis=1)
        return yxyx[:, [1, 0, 3, 2]] * self._canvas


def generate_anchors(options: Options) -> FloatArray:
    """Return the anchors y, x, h, w of all maps, (N, 4), as shares of the canvas: map, row, column, shape."""
    grids = []
    for cells, shapes in zip(options.feature_maps, _shapes_per_map(options), strict=True):
        center = (np.arange(cells) + 0.5) / cells
        y, x, shape = np.meshgrid(center, center, np.arange(len(shapes)), indexing="ij")
        height_width = np.asarray(shapes)[shape.ravel()]
        grids.append(np.column_stack((y.ravel(), x.ravel(), height_width)))
    return np.concatenate(grids).astype(np.float32)


def _shapes_per_map(options: Options) -> Iterator[list[tuple[float, float]]]:
    """Yield the (height, width) of every anchor of a cell, map by map."""
    scales = [*np.linspace(options.min_scale, options.max_scale, len(options.feature_maps)), 1.0]
    for level, (scale, next_scale) in enumerate(pairwise(scales)):
        if level == 0 and options.reduce_boxes_in_lowest_layer:
            sizes = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
        else:
            # One more square, between this map's size and the next one's.
            sizes = [*((scale, ratio) for ratio in options.aspect_ratios), (sqrt(scale * next_scale), 1.0)]
        yield [(size / sqrt(ratio), size * sqrt(ratio)) for size, ratio in sizes]
