"""How well two models agree about what they found: boxes by F1 and shift, readings by value."""

from dataclasses import dataclass

import numpy as np

from camloom.detections import Detections, IntArray
from camloom.geometry import FloatArray, box_iou
from camloom.inference.base import Reading

MIN_IOU = 0.5


@dataclass(frozen=True, slots=True)
class BoxAgreement:
    """How the boxes of two models agree.

    Attributes:
        boxes_a, boxes_b: found by each at the confidence of its card, over all frames.
        matched: pairs of the same class with an IoU of at least 0.5, one to one.
        f1: twice the pairs over all boxes of both; 1 when neither found anything.
        largest_shift_px: of any side of a matched box, in px of the source frame.
        largest_confidence_difference: of a matched box.
        largest_keypoint_shift_px: of matched boxes with keypoints; None where there are none.
    """

    boxes_a: int
    boxes_b: int
    matched: int
    f1: float
    largest_shift_px: float
    largest_confidence_difference: float
    largest_keypoint_shift_px: float | None = None


@dataclass(frozen=True, slots=True)
class ReadingAgreement:
    """How the readings of two crop models agree.

    Attributes:
        readings: crops read.
        same_attributes: share of crops of which both said the same, 0..1.
        min_embedding_cosine: of the least alike pair; None without embeddings.
        largest_keypoint_shift_px: None without keypoints.
    """

    readings: int
    same_attributes: float
    min_embedding_cosine: float | None = None
    largest_keypoint_shift_px: float | None = None


def match_boxes(a: Detections, b: Detections, min_iou: float = MIN_IOU) -> tuple[IntArray, IntArray]:
    """Pair boxes of the same class one to one, the best overlaps first.

    Args:
        a, b: detections of one frame, M and N rows.
        min_iou: pairs that overlap less are none.

    Returns:
        (K,) rows of a, (K,) rows of b.
    """
    overlap = np.where(a.class_id[:, None] == b.class_id[None, :], box_iou(a.xyxy, b.xyxy), 0)
    rows, columns = np.nonzero(overlap >= min_iou)
    order = np.argsort(-overlap[rows, columns], kind="stable")
    taken_a, taken_b = np.zeros(len(a), bool), np.zeros(len(b), bool)
    pairs: list[tuple[int, int]] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if not (taken_a[row] or taken_b[column]):
            taken_a[row] = taken_b[column] = True
            pairs.append((row, column))
    table = np.asarray(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


class BoxTally:
    """Sums up `BoxAgreement` frame by frame."""

    def __init__(self) -> None:
        self._boxes_a = self._boxes_b = self._matched = 0
        self._shift_px = self._confidence = 0.0
        self._keypoint_px: float | None = None

    def add(self, a: Detections, b: Detections) -> None:
        """Take the detections of both on one more frame."""
        rows_a, rows_b = match_boxes(a, b)
        self._boxes_a += len(a)
        self._boxes_b += len(b)
        self._matched += len(rows_a)
        self._shift_px = max(self._shift_px, _largest(a.xyxy[rows_a] - b.xyxy[rows_b]))
        self._confidence = max(self._confidence, _largest(a.confidence[rows_a] - b.confidence[rows_b]))
        if a.keypoints is not None and b.keypoints is not None:
            shift_px = _largest(a.keypoints[rows_a, :, :2] - b.keypoints[rows_b, :, :2])
            self._keypoint_px = max(self._keypoint_px or 0.0, shift_px)

    def result(self) -> BoxAgreement:
        """Return the agreement over all frames."""
        boxes = self._boxes_a + self._boxes_b
        f1 = 2 * self._matched / boxes if boxes else 1.0
        return BoxAgreement(
            self._boxes_a, self._boxes_b, self._matched, f1, self._shift_px, self._confidence, self._keypoint_px
        )


class ReadingTally:
    """Sums up `ReadingAgreement` crop by crop."""

    def __init__(self) -> None:
        self._count = self._same = 0
        self._cosine: float | None = None
        self._keypoint_px: float | None = None

    def add(self, a: Reading, b: Reading) -> None:
        """Take what both read in one more crop."""
        self._count += 1
        self._same += _said(a) == _said(b)
        if a.embedding is not None and b.embedding is not None:
            self._cosine = min(1.0 if self._cosine is None else self._cosine, float(a.embedding @ b.embedding))
        if a.keypoints is not None and b.keypoints is not None:
            shift_px = _largest(a.keypoints[:, :2] - b.keypoints[:, :2])
            self._keypoint_px = max(self._keypoint_px or 0.0, shift_px)

    def result(self) -> ReadingAgreement:
        """Return the agreement over all crops."""
        return ReadingAgreement(self._count, self._same / max(self._count, 1), self._cosine, self._keypoint_px)


def _said(reading: Reading) -> set[tuple[str, str]]:
    return {(attribute.name, attribute.value) for attribute in reading.attributes}


def _largest(difference: FloatArray) -> float:
    return float(np.abs(difference).max(initial=0.0))
