"""Average precision as Pascal VOC counts it since 2010: the area under the whole curve, at one IoU.

Source: Everingham et al., "The Pascal Visual Object Classes Challenge: A Retrospective" (IJCV 2015), and the
development kit of 2012, section 3.4: each box belongs to the object that it overlaps most; the first box that
overlaps enough is a hit, later ones are misses; boxes on difficult objects count neither way.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from camloom.detections import Detections
from camloom.geometry import box_iou
from camloom.toolchain.datasets.labels import Labels

_HIT, _MISS, _ASIDE = 1, 0, -1
Array = npt.NDArray[np.float64]


def voc_ap(
    pairs: Iterable[tuple[Detections, Labels]], class_names: Sequence[str], min_iou: float = 0.5
) -> dict[str, float | None]:
    """Return the average precision of each class, 0 to 1; None where there is nothing to find.

    Args:
        pairs: found and true, picture by picture; class numbers of both count in `class_names`.
        class_names: all classes to score.
        min_iou: what counts as found.
    """
    claims: list[list[tuple[float, int]]] = [[] for _ in class_names]
    objects = [0] * len(class_names)
    for found, truth in pairs:
        for class_id in np.union1d(found.class_id, truth.class_id).tolist():
            true = truth.select(truth.class_id == class_id)
            objects[class_id] += int((~_hard(true)).sum())
            claims[class_id] += _claims(found.select(found.class_id == class_id), true, min_iou)
    scored = zip(class_names, claims, objects, strict=True)
    return {name: area_under_curve(of_class, count) if count else None for name, of_class, count in scored}


def area_under_curve(claims: list[tuple[float, int]], objects: int) -> float:
    """Return the area under precision over recall, with precision never rising.

    Args:
        claims: confidence, and 1 for a hit, 0 for a miss, -1 for what counts neither way; any order.
        objects: how many there are to find.
    """
    counted = sorted((claim for claim in claims if claim[1] != _ASIDE), key=lambda claim: -claim[0])
    hits = np.cumsum([outcome for _, outcome in counted], dtype=np.float64)
    precision = hits / np.arange(1, len(hits) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.diff(hits / max(objects, 1), prepend=0.0)
    return float(steps @ best_from_here)


def _hard(truth: Labels) -> npt.NDArray[np.bool_]:
    return np.asarray(truth.ignored | truth.crowd)


def _claims(found: Detections, truth: Labels, min_iou: float) -> list[tuple[float, int]]:
    """Return what came of each box of one class on one picture."""
    overlap, hard = box_iou(found.xyxy, truth.xyxy), _hard(truth)
    taken = np.zeros(len(truth), bool)
    outcomes: list[tuple[float, int]] = []
    for row in np.argsort(-found.confidence, kind="stable").tolist():
        outcome = _MISS
        best = int(overlap[row].argmax()) if len(truth) else -1
        if best >= 0 and overlap[row, best] >= min_iou:
            outcome = _ASIDE if hard[best] else _MISS if taken[best] else _HIT
            taken[best] = True
        outcomes.append((float(found.confidence[row]), outcome))
    return outcomes
