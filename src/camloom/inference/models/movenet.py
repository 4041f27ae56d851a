"""MoveNet: the 17 COCO keypoints of one person, or of up to six."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.geometry import BoolArray, FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.keypoints import best_of
from camloom.inference.models.outputs import Candidates, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox

KEYPOINTS = 17
_MANY_COLUMNS = 3 * KEYPOINTS + 5
_FAR = 10.0  # no point of a sane model lies further away, in widths of the canvas


class Options(StrictModel):
    """Settings of a MoveNet card.

    Attributes:
        keypoint_confidence: points from here on count as seen.
        min_keypoints: a person of whom fewer are seen is none.
        margin: the single-person model gives no box: it is drawn around the points seen and widened by this share
            of its width and height on every side, for head and hands reach further than their joints.
    """

    keypoint_confidence: float = Field(default=0.3, gt=0, lt=1)
    min_keypoints: int = Field(default=5, ge=2, le=KEYPOINTS)
    margin: float = Field(default=0.1, ge=0, le=1)


class MoveNet:
    """MoveNet, single-person (1, 1, 17, 3) or multi-person (1, N, 56).

    Source: model cards MoveNet.SinglePose and MoveNet.MultiPose (Google, 2021). Points are y, x, score, places as
    shares of the input, in the order of COCO (T.-Y. Lin et al., ECCV 2014); a row for many people ends with
    ymin, xmin, ymax, xmax, score of the person. The single-person model says nothing of the person as a whole: the
    confidence is the mean score of the points seen. Points that are not seen are kept with their low score.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._canvas = np.asarray([card.input.width, card.input.height], np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are 17 points of one person, or rows of 56 of many."""
        self._name(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into people with 17 keypoints, in px of the source frame."""
        name, single = self._name(shapes_of(outputs))
        table = rows(outputs, name, 3 * KEYPOINTS if single else _MANY_COLUMNS)
        keypoints = self._keypoints(table)
        seen = keypoints[:, :, 2] >= np.float32(self._options.keypoint_confidence)
        with np.errstate(over="ignore", invalid="ignore"):  # hostile values are dropped later
            xyxy, confidence = self._from_points(keypoints, seen) if single else self._from_row(table)
        enough = (seen.sum(axis=1) >= self._options.min_keypoints) & (confidence >= np.float32(min_confidence))
        boxes = Candidates(xyxy, confidence, np.zeros(len(table), np.int64))
        kept = np.flatnonzero(enough)
        return best_of(boxes.select(kept), keypoints[kept], self._card, letterbox)

    def _name(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, bool]:
        try:
            return take(dict(output_shapes), KEYPOINTS, 3, card=self._card, what="keypoint"), True
        except ModelError:
            what = "keypoint (17x3) or person"
            return take(dict(output_shapes), -1, _MANY_COLUMNS, card=self._card, what=what), False

    def _keypoints(self, table: FloatArray) -> FloatArray:
        """Return x, y in px of the canvas and confidence, (N, 17, 3); a point that cannot be true is 0, 0, 0."""
        points = table[:, : 3 * KEYPOINTS].reshape(-1, KEYPOINTS, 3)[:, :, [1, 0, 2]]
        sound = (np.abs(points) < _FAR).all(axis=2, keepdims=True)  # NaN is not near either
        scale = np.asarray([*self._canvas, 1], np.float32)
        return np.where(sound, points, np.float32(0)) * scale

    def _from_points(self, keypoints: FloatArray, seen: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return a box and a confidence from the points that are seen; 0 where none is."""
        shown = seen[:, :, None]
        low = np.where(shown, keypoints[:, :, :2], np.float32(np.inf)).min(axis=1)
        high = np.where(shown, keypoints[:, :, :2], np.float32(-np.inf)).max(axis=1)
        confidence = (keypoints[:, :, 2] * seen).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        margin = (high - low) * np.float32(self._options.margin)
        return np.concatenate((low - margin, high + margin), axis=1), confidence.astype(np.float32)

    def _from_row(self, table: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the box and the confidence that a row for many people ends with."""
        xyxy = table[:, [52, 51, 54, 53]] * np.tile(self._canvas, 2)
        return xyxy, table[:, 55]
