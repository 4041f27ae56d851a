"""Average precision and recall as COCO counts them.

Source: "Detection evaluation" of cocodataset.org, after Lin et al., "Microsoft COCO: Common Objects in Context"
(ECCV 2014). The tests compare every figure with faster-coco-eval.

For each class and picture the most confident boxes choose first. A box takes the free object that it overlaps most,
if by the threshold at least. Crowds and objects of another size are taken last, any number of boxes may take a crowd,
and a box on one of these counts neither way; nor does a box of another size that takes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from camloom.detections import Detections
from camloom.geometry import BoolArray
from camloom.toolchain.datasets.labels import Labels

Array = npt.NDArray[np.float64]

IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0.0, 1.0, 101)
MAX_BOXES = (1, 10, 100)
SIZES = ("all", "small", "medium", "large")
_AREAS_PX = np.array([[0, 1e10], [0, 32**2], [32**2, 96**2], [96**2, 1e10]], np.float64)
_AT_50, _AT_75 = 0, 5


@dataclass(frozen=True, slots=True)
class ClassScores:
    """One class. None where nothing of it is in the pictures."""

    name: str
    objects: int
    ap: float | None
    ap50: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class CocoScores:
    """COCO's twelve figures, 0 to 1; None where there is nothing to find of that kind.

    Attributes:
        ap: mean over IoU 0.50 to 0.95 in steps of 0.05, and over the classes.
        ap_small, ap_medium, ap_large: objects under 32 x 32 px, up to 96 x 96 px, and larger.
        recall_1, recall_10, recall_100: with so many boxes a picture and class at most.
    """

    ap: float | None
    ap50: float | None
    ap75: float | None
    ap_small: float | None
    ap_medium: float | None
    ap_large: float | None
    recall_1: float | None
    recall_10: float | None
    recall_100: float | None
    recall_small: float | None
    recall_medium: float | None
    recall_large: float | None
    classes: tuple[ClassScores, ...]


@dataclass(frozen=True, slots=True)
class _Matched:
    """The boxes of one class on one picture, the most confident first.

    Attributes:
        confidence: (D,)
        hit: (A, T, D) took an object, by range of sizes and threshold.
        aside: (A, T, D) counts neither way.
        objects: (A,) objects to find.
    """

    confidence: Array
    hit: BoolArray
    aside: BoolArray
    objects: npt.NDArray[np.int64]


def coco_scores(pairs: Iterable[tuple[Detections, Labels]], class_names: Sequence[str]) -> CocoScores:
    """Compare what a model found with the truth.

    Args:
        pairs: found and true, picture by picture; class numbers of both count in `class_names`.
        class_names: all classes to score.
    """
    by_class: list[list[_Matched]] = [[] for _ in class_names]
    for found, truth in pairs:
        for class_id in np.union1d(found.class_id, truth.class_id).tolist():
            of_class = found.select(found.class_id == class_id)
            by_class[class_id].append(_match(of_class, truth.select(truth.class_id == class_id)))
    curves = [_Curves.of(matched) for matched in by_class]
    precision = np.stack([curve.precision for curve in curves], axis=-1)  # (A, T, R, C)
    recall = np.stack([curve.recall for curve in curves], axis=-1)  # (M, A, T, C)
    return CocoScores(
        ap=_mean(precision[0]),
        ap50=_mean(precision[0, _AT_50]),
        ap75=_mean(precision[0, _AT_75]),
        ap_small=_mean(precision[1]),
        ap_medium=_mean(precision[2]),
        ap_large=_mean(precision[3]),
        recall_1=_mean(recall[0, 0]),
        recall_10=_mean(recall[1, 0]),
        recall_100=_mean(recall[2, 0]),
        recall_small=_mean(recall[2, 1]),
        recall_medium=_mean(recall[2, 2]),
        recall_large=_mean(recall[2, 3]),
        classes=tuple(curve.scores(name) for curve, name in zip(curves, class_names, strict=True)),
    )


def _mean(values: Array) -> float | None:
    known = values[values > -1]
    return float(known.mean()) if known.size else None


def _match(found: Detections, truth: Labels) -> _Matched:
    """Let the boxes of one class on one picture take its objects."""
    order = np.argsort(-found.confidence, kind="stable")[: MAX_BOXES[-1]]
    boxes = found.xyxy[order].astype(np.float64)
    aside_objects = truth.ignored | truth.crowd | _outside(truth.area_px.astype(np.float64))  # (A, G)
    overlap = _overlap(boxes, truth)
    hit, aside = _take(overlap, truth.crowd, aside_objects)
    aside |= ~hit & _outside(_area(boxes))[:, None, :]
    return _Matched(found.confidence[order].astype(np.float64), hit, aside, (~aside_objects).sum(axis=1))


def _area(xyxy: Array) -> Array:
    return np.asarray((xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1]))


def _outside(area_px: Array) -> BoolArray:
    """Tell which areas are of another size: (N,) -> (A, N)."""
    return np.asarray((area_px < _AREAS_PX[:, :1]) | (area_px > _AREAS_PX[:, 1:]))


def _overlap(boxes: Array, truth: Labels) -> Array:
    """Return IoU, or the share of the box that lies in a crowd: (D, 4), G objects -> (D, G)."""
    true = truth.xyxy.astype(np.float64)
    sides = np.minimum(boxes[:, None, 2:], true[None, :, 2:]) - np.maximum(boxes[:, None, :2], true[None, :, :2])
    shared = np.prod(np.maximum(sides, 0), axis=2)
    own = _area(boxes)[:, None]
    union = np.where(truth.crowd[None, :], own, own + _area(true)[None, :] - shared)
    return np.asarray(shared / np.maximum(union, 1e-12))


def _take(overlap: Array, crowd: BoolArray, aside_objects: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Match for all sizes and thresholds at once.

    Args:
        overlap: (D, G), the most confident box first.
        crowd: (G,) can be taken again and again.
        aside_objects: (A, G) taken last, and counting neither way.

    Returns:
        (A, T, D) took an object, (A, T, D) took one that counts neither way.
    """
    sizes, thresholds = len(_AREAS_PX), len(IOU_THRESHOLDS)
    hit = np.zeros((sizes, thresholds, len(overlap)), np.bool_)
    aside = np.zeros_like(hit)
    if not overlap.size:
        return hit, aside
    free = np.ones((sizes, thresholds, overlap.shape[1]), np.bool_)
    first_choice = 2.0 * ~aside_objects[:, None, :]  # more than any overlap
    least = IOU_THRESHOLDS[:, None]
    for row in np.flatnonzero(overlap.max(axis=1) >= IOU_THRESHOLDS[0]).tolist():
        fits = (free | crowd) & (overlap[row] >= least)
        wish = np.where(fits, overlap[row] + first_choice, -1.0)
        # Of equals the last is taken, as COCO's own program does.
        best = wish.shape[2] - 1 - wish[..., ::-1].argmax(axis=2)
        hit[..., row] = fits.any(axis=2)
        aside[..., row] = hit[..., row] & np.take_along_axis(aside_objects, best, axis=1)
        size, threshold = np.nonzero(hit[..., row])
        free[size, threshold, best[size, threshold]] = False
    return hit, aside


@dataclass(frozen=True, slots=True)
class _Curves:
    """One class over all pictures.

    Attributes:
        precision: (A, T, R) at each recall; -1 where there is nothing to find.
        recall: (M, A, T) by number of boxes a picture; -1 where there is nothing to find.
    """

    objects: int
    precision: Array
    recall: Array

    @classmethod
    def of(cls, matched: list[_Matched]) -> "_Curves":
        sizes, thresholds = len(_AREAS_PX), len(IOU_THRESHOLDS)
        precision = np.full((sizes, thresholds, len(RECALLS)), -1.0)
        recall = np.full((len(MAX_BOXES), sizes, thresholds), -1.0)
        objects = sum((one.objects for one in matched), start=np.zeros(sizes, np.int64))
        for size in np.flatnonzero(objects).tolist():
            for place, most in enumerate(MAX_BOXES):
                hits, misses = _counts(matched, size, most)
                recall[place, size] = hits[:, -1] / objects[size] if hits.shape[1] else 0.0
            precision[size] = _at_recalls(hits, misses, int(objects[size]))
        return cls(int(objects[0]), precision, recall)

    def scores(self, name: str) -> ClassScores:
        """Return the figures of this class over all sizes."""
        whole = self.precision[0]
        return ClassScores(name, self.objects, _mean(whole), _mean(whole[_AT_50]), _mean(self.recall[-1, 0]))


def _counts(matched: list[_Matched], size: int, most: int) -> tuple[Array, Array]:
    """Return hits and misses so far, from the most confident box of all pictures down: (T, N) each."""
    confidence = np.concatenate([one.confidence[:most] for one in matched])
    order = np.argsort(-confidence, kind="stable")
    hit = np.concatenate([one.hit[size, :, :most] for one in matched], axis=1)[:, order]
    counts = ~np.concatenate([one.aside[size, :, :most] for one in matched], axis=1)[:, order]
    return np.cumsum(hit & counts, axis=1, dtype=np.float64), np.cumsum(~hit & counts, axis=1, dtype=np.float64)


def _at_recalls(hits: Array, misses: Array, objects: int) -> Array:
    """Return the best precision at each recall or a higher one: (T, N) -> (T, R)."""
    result = np.zeros((len(hits), len(RECALLS)))
    for row, (hit, miss) in enumerate(zip(hits, misses, strict=True)):
        precision = hit / (hit + miss + np.spacing(1))
        best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
        place = np.searchsorted(hit / objects, RECALLS, side="left")
        reached = place < len(best_from_here)
        result[row, reached] = best_from_here[place[reached]]
    return result
