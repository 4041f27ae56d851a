"""RetinaFace: boxes and landmarks as offsets from priors; of faces, or of number plates."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.keypoints import best_of, face_keypoints
from camloom.inference.models.outputs import Candidates, best_per_row, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a RetinaFace card.

    Attributes:
        strides: px of the canvas per grid cell, for each level.
        min_sizes: sides of the square priors of each cell in px of the canvas, for each level.
        variances: what the offsets of centres and the logarithms of sizes were divided by in training.
        landmarks: points per object.
        keypoint_order: which of them comes first, second...; a face begins with the person's right eye, a number
            plate with the top left corner and goes on clockwise.
        logits: the scores are before the softmax.
    """

    strides: tuple[int, ...] = Field(default=(8, 16, 32), min_length=1)
    min_sizes: tuple[tuple[float, ...], ...] = ((16, 32), (64, 128), (256, 512))
    variances: tuple[float, float] = (0.1, 0.2)
    landmarks: int = Field(default=5, ge=1, le=100)
    keypoint_order: tuple[int, ...] = (0, 1, 2, 3, 4)
    logits: bool = False

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if len(self.min_sizes) != len(self.strides) or not all(self.min_sizes):
            raise ValueError("min_sizes: needs the sizes of each stride")
        if not all(0 <= index < self.landmarks for index in self.keypoint_order):
            raise ValueError(f"keypoint_order: counts the {self.landmarks} landmarks from 0")
        return self


class RetinaFace:
    """RetinaFace heads: box offsets, class scores with the background first, and landmark offsets, per prior.

    Source: J. Deng et al., RetinaFace: Single-Shot Multi-Level Face Localisation in the Wild, CVPR 2020; the coding
    with variances is that of W. Liu et al., SSD, ECCV 2016, and landmarks are offsets of the same kind.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._priors = generate_priors(card.input, self._options)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are offsets, scores and landmarks for every prior."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into objects with keypoints, in px of the source frame."""
        boxes, scores, landmarks = self._names(shapes_of(outputs))
        table = rows(outputs, scores, 1 + len(self._card.class_names))
        table = _softmax(table) if self._options.logits else table
        hits, class_id, confidence = best_per_row(np.ascontiguousarray(table[:, 1:]), min_confidence)
        priors = self._priors[hits]
        with np.errstate(over="ignore", invalid="ignore"):  # a hostile size gives infinity: the box is dropped later
            xyxy = self._boxes(rows(outputs, boxes, 4)[hits], priors)
            points = self._points(rows(outputs, landmarks, 2 * self._options.landmarks)[hits], priors)
        keypoints = face_keypoints(points, confidence, self._options.keypoint_order)
        return best_of(Candidates(xyxy, confidence, class_id), keypoints, self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str, str]:
        left, count = dict(output_shapes), len(self._priors)
        boxes = take(left, count, 4, card=self._card, what="box")
        scores = take(left, count, 1 + len(self._card.class_names), card=self._card, what="class")
        return boxes, scores, take(left, count, 2 * self._options.landmarks, card=self._card, what="landmark")

    def _boxes(self, raw: FloatArray, priors: FloatArray) -> FloatArray:
        of_center, of_size = self._options.variances
        center = priors[:, :2] + raw[:, :2] * np.float32(of_center) * priors[:, 2:]
        half = priors[:, 2:] * np.exp(raw[:, 2:] * np.float32(of_size)) * np.float32(0.5)
        return np.concatenate((center - half, center + half), axis=1)

    def _points(self, raw: FloatArray, priors: FloatArray) -> FloatArray:
        offsets = raw.reshape(-1, self._options.landmarks, 2) * np.float32(self._options.variances[0])
        return np.asarray(priors[:, None, :2] + offsets * priors[:, None, 2:], dtype=np.float32)


def generate_priors(spec: InputSpec, options: Options) -> FloatArray:
    """Return the priors x, y, w, h of all levels, (N, 4) px of the canvas: level, row, column, size."""
    levels = []
    for stride, sizes in zip(options.strides, options.min_sizes, strict=True):
        grid = Grid.of(spec, (stride,))
        center = np.repeat((grid.xy + np.float32(0.5)) * np.float32(stride), len(sizes), axis=0)
        side = np.tile(np.asarray(sizes, np.float32), len(grid.xy))
        levels.append(np.column_stack((center, side, side)))
    return np.concatenate(levels).astype(np.float32)


def _softmax(logits: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile logit gives NaN: below every threshold
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)
