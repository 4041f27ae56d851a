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
from camloom.toolchain.frames import FrameSet
from camloom.toolchain.voc_ap import area_under_curve

LOW_CONFIDENCE = 0.05
_MIN_IOU = 0.5
_MAX_TRUTH_BYTES = 256 << 20
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
        path: the file; rows with mark 0 and of other classes than people (1) are left out.
        class_names: of the model; one of them means people.
        frames: indices from 0.

    Raises:
        ConfigError: the file cannot be read, is of another layout, or names none of these frames.
        ModelError: the model knows no people.
    """
    person = next((class_names.index(name) for name in _PEOPLE if name in class_names), None)
    if person is None:
        raise ModelError("the truth is of people, and the model has no class for them")
    table = _mot_table(path)
    truth = [_people(table[table[:, 0] == index + 1], person, class_names) for index in frames]
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


def _mot_table(path: Path) -> FloatArray:
    hint = "It takes rows of: frame, id, left, top, width, height, mark, class"
    try:
        if path.stat().st_size > _MAX_TRUTH_BYTES:
            raise ConfigError(f"{path} is too large for a truth file", hint)
        table = np.loadtxt(path, delimiter=",", ndmin=2, dtype=np.float64)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no table of numbers"
        raise ConfigError(f"cannot read {path}: {reason}", hint) from error
    if table.shape[1] < 6 or not np.isfinite(table[:, :6]).all():
        raise ConfigError(f"{path} is not in MOT layout", hint)
    keep = np.ones(len(table), bool)
    if table.shape[1] > 6:
        keep &= table[:, 6] != 0
    if table.shape[1] > 7:
        keep &= np.isin(table[:, 7], (1, -1))
    return np.asarray(table[keep, :6], dtype=np.float32)


def _people(rows: FloatArray, person: int, class_names: tuple[str, ...]) -> Detections:
    xyxy = np.concatenate((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]), axis=1).astype(np.float32)
    return Detections(xyxy, np.ones(len(rows), np.float32), np.full(len(rows), person, np.int64), class_names)
