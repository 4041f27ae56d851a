"""BlazeFace: MediaPipe's face detector, offsets from anchors that have a place but no size."""

from collections.abc import Mapping
from math import log
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
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a BlazeFace card.

    Attributes:
        strides: px of the canvas per cell, for each grid: 8, 16 of the short range model at 128 px, 16, 32 of the
            back camera's at 256 px, 4 of the full range one at 192 px.
        anchors: how many anchors each cell has, for each grid; 2, 6 of the first two, 1 of the last.
        landmarks: points per face in the model's outputs.
        keypoint_order: which of them are the five points of a face, see `keypoints.FACE_POINTS`; -1 for one that
            there is not. BlazeFace knows the middle of the mouth but not its corners.
    """

    strides: tuple[int, ...] = Field(default=(8, 16), min_length=1)
    anchors: tuple[int, ...] = (2, 6)
    landmarks: int = Field(default=6, ge=1, le=100)
    keypoint_order: tuple[int, ...] = (0, 1, 2, -1, -1)

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if len(self.anchors) != len(self.strides) or not all(0 < count <= 16 for count in self.anchors):
            raise ValueError("anchors: needs a number from 1 to 16 for each stride")
        if not all(-1 <= index < self.landmarks for index in self.keypoint_order):
            raise ValueError(f"keypoint_order: counts the {self.landmarks} landmarks from 0; -1 is none")
        return self


class BlazeFace:
    """BlazeFace heads: centre, size and six points per anchor, and one logit.

    Source: V. Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, arXiv:1907.05047.
    All values are px of the canvas, centre and points counted from the anchor, x before y. Of faces that cover each
    other the best stays; the paper's blending, which steadies a box over time, is left to the tracker.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._columns = 4 + 2 * self._options.landmarks
        self._anchors = anchor_centers(card.input, self._options)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are coordinates and a score for every anchor."""
        self._names(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into faces with keypoints, in px of the source frame."""
        coordinates, scores = self._names(shapes_of(outputs))
        logits = rows(outputs, scores, 1)[:, 0]
        hits = np.flatnonzero(logits >= np.float32(log(min_confidence / (1 - min_confidence))))
        with np.errstate(over="ignore", invalid="ignore"):  # hostile values are dropped later
            confidence = np.reciprocal(1 + np.exp(-logits[hits]))
            pairs = rows(outputs, coordinates, self._columns)[hits].reshape(-1, 2 + self._options.landmarks, 2)
            center, half = pairs[:, 0] + self._anchors[hits], pairs[:, 1] * np.float32(0.5)
            xyxy = np.concatenate((center - half, center + half), axis=1)
            points = pairs[:, 2:] + self._anchors[hits, None]
        boxes = Candidates(xyxy, confidence, np.zeros(len(hits), np.int64))
        keypoints = face_keypoints(points, confidence, self._options.keypoint_order)
        return best_of(boxes, keypoints, self._card, letterbox)

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str]:
        left, count = dict(output_shapes), len(self._anchors)
        coordinates = take(left, count, self._columns, card=self._card, what="coordinate")
        return coordinates, take(left, count, 1, card=self._card, what="score")


def anchor_centers(spec: InputSpec, options: Options) -> FloatArray:
    """Return the centre of every anchor, (N, 2) px of the canvas: grid, row, column; anchors of a cell lie together."""
    grids = []
    for stride, count in zip(options.strides, options.anchors, strict=True):
        center = (Grid.of(spec, (stride,)).xy + np.float32(0.5)) * np.float32(stride)
        grids.append(np.repeat(center, count, axis=0))
    return np.concatenate(grids).astype(np.float32)
