"""Average precision at IoU 0.5 per class, against ground truth or against another model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from camloom.detections import Detections
from camloom.errors import ConfigError, ModelError
from camloom.geometry import BoolArray, FloatArray, box_iou
from camloom.inference.base import LoadedModel
from camloom.inference.preprocess import on_canvas
from camloom.toolchain.datasets.labels import Labels
from camloom.toolchain.datasets.mot import read_mot_people
from camloom.toolchain.evaluation.voc_ap import area_under_curve
from camloom.toolchain.frames import FrameSet

LOW_CONFIDENCE = 0.05
_MIN_IOU = 0.5
_PEOPLE = ("person", "pedestrian", "people", "human")
_FEW_BOXES = 10


@dataclass(frozen=True, slots=True)
class ClassAccuracy:
    """How well one class is found.

    Attributes:
        truth_boxes: how many there are to find.
        ap50: area under the precision-recall curve at IoU 0.5, 0..1.
    """

    name: str
    truth_boxes: int
    ap50: float


def accuracy_by_class(
    found: Sequence[Detections], truth: Sequence[Detections], class_names: Sequence[str]
) -> tuple[ClassAccuracy, ...]:
    """Return the accuracy of every class that is in the truth.

    Args:
        found: of each frame, down to a low confidence.
        truth: of each frame.
        class_names: both count their classes by these.
    """
    return tuple(_class_accuracies(found, truth, class_names))


def mean_ap50(classes: Sequence[ClassAccuracy]) -> float:
    """Return the mean over the classes with enough boxes to say something, 0..1; over all if none has."""
    judged = judged_classes(classes)
    return sum(one.ap50 for one in judged) / max(len(judged), 1)


def judged_classes(classes: Sequence[ClassAccuracy]) -> tuple[ClassAccuracy, ...]:
    """Return the classes with at least ten boxes in the truth; all if there is none."""
    return tuple(one for one in classes if one.truth_boxes >= _FEW_BOXES) or tuple(classes)


def average_precision(found: Sequence[Detections], truth: Sequence[FloatArray]) -> float:
    """Return AP50 of one class: the area under its whole curve, see `claims`.

    Args:
        found: of each frame, of this class alone.
        truth: boxes of each frame, (N, 4) px.
    """
    of_all = [
        claim for one, boxes in zip(found, truth, strict=True) for claim in claims(one.xyxy, one.confidence, boxes)
    ]
    return area_under_curve(of_all, sum(len(boxes) for boxes in truth))


def claims(xyxy: FloatArray, confidence: FloatArray, truth: FloatArray) -> list[tuple[float, int]]:
    """Return what came of each box found on one frame: its confidence, and 1 for a hit or 0 for a miss.

    The most confident box comes first; it takes the true one that it overlaps most among those not yet taken.

    Args:
        xyxy, confidence: (N, 4) px and (N,), of one class.
        truth: (M, 4) px.
    """
    overlap, taken = box_iou(xyxy, truth), np.zeros(len(truth), bool)
    order = np.argsort(-confidence, kind="stable").tolist()
    return [(float(confidence[row]), int(_claim(overlap[row], taken))) for row in order]


def detect(model: LoadedModel, frames: FrameSet, min_confidence: float) -> Iterator[Detections]:
    """Yield what a model finds on each frame."""
    session = model.compiled.session()
    for buffer in frames:
        canvas, letterbox = on_canvas(model.card.input, buffer)
        yield model.family.decode(session.run(canvas), letterbox, min_confidence)


def read_mot_truth(path: Path, class_names: tuple[str, ...], frames: Sequence[int]) -> list[Detections]:
    """Read people from a file in MOT Challenge layout (frame from 1, id, left, top, width, height px, mark, class).

    Args:
        path: the file, see `read_mot_people`.
        class_names: of the model; one of them means people.
        frames: indices from 0.

    Raises:
        ConfigError: the file cannot be read, is of another layout, or names none of these frames.
        ModelError: the model knows no people.
    """
    person = next((class_names.index(name) for name in _PEOPLE if name in class_names), None)
    if person is None:
        raise ModelError("the truth is of people, and the model has no class for them")
    by_frame = read_mot_people(path)
    truth = [_as_found(by_frame.get(index), person, class_names) for index in frames]
    if not any(len(one) for one in truth):
        raise ConfigError(f"{path} names nobody on these frames", "Give the truth of this very video")
    return truth


def _class_accuracies(
    found: Sequence[Detections], truth: Sequence[Detections], class_names: Sequence[str]
) -> Iterator[ClassAccuracy]:
    present = sorted({int(class_id) for one in truth for class_id in one.class_id})
    for class_id in present:
        claims = [one.select(one.class_id == class_id) for one in found]
        boxes = [one.xyxy[one.class_id == class_id] for one in truth]
        count = sum(len(each) for each in boxes)
        yield ClassAccuracy(class_names[class_id], count, average_precision(claims, boxes))


def _claim(overlap: FloatArray, taken: BoolArray) -> bool:
    free = np.where(taken, 0.0, overlap)
    if len(free) == 0 or free.max() < _MIN_IOU:
        return False
    taken[free.argmax()] = True
    return True


def _as_found(labels: Labels | None, person: int, class_names: tuple[str, ...]) -> Detections:
    """Return marked people as a model would that is sure of them."""
    if labels is None:
        return Detections.empty(class_names)
    count = len(labels)
    return Detections(labels.xyxy, np.ones(count, np.float32), np.full(count, person, np.int64), class_names)
