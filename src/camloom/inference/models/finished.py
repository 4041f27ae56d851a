"""Three outputs of one length: the boxes, labels and scores of detections that need no more work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units, canvas_scale
from camloom.inference.models.outputs import Candidates, known_rows, rows, sane_rows, take

_LABEL_WORDS = ("label", "class", "cls")
_SCORE_WORDS = ("score", "conf", "prob")

BoxOrder = Literal["xyxy", "yxyx"]
"""x1, y1, x2, y2, or y1, x1, y2, x2 as TensorFlow writes them."""


@dataclass(frozen=True, slots=True)
class FinishedOutputs:
    """Names of the outputs of a model that ends in finished detections."""

    boxes: str
    labels: str
    scores: str


def find_finished(output_shapes: Mapping[str, tuple[int, ...]], card: ModelCard) -> FinishedOutputs:
    """Find boxes (N, 4), labels (N,) and scores (N,), by their names where these say it, else in this order.

    Raises:
        ModelError: one of them is missing.
    """
    left = dict(sorted(output_shapes.items(), key=lambda item: "box" not in item[0].lower()))
    boxes = take(left, -1, 4, card=card, what="box")
    left = {name: shape for name, shape in left.items() if "num" not in name.lower()}
    labels = _take_named(left, _LABEL_WORDS, _SCORE_WORDS, card, "label")
    return FinishedOutputs(boxes, labels, _take_named(left, _SCORE_WORDS, _LABEL_WORDS, card, "score"))


def read_finished(
    outputs: Tensors,
    names: FinishedOutputs,
    card: ModelCard,
    first_class: int,
    min_confidence: float,
    units: Units = "px",
    order: BoxOrder = "xyxy",
) -> Candidates:
    """Return the detections at or above a confidence, px of the canvas; nothing absurd among them.

    Args:
        outputs: of the model.
        names: which of them are what; labels and scores change places where only the scores are whole numbers.
        card: says which classes there are, and the size of the canvas.
        first_class: the label of the card's first class.
        min_confidence: what is below is left out.
        units: of the boxes.
        order: of the numbers of a box.

    Raises:
        ModelError: the outputs are not of one length.
    """
    label_name, score_name = names.labels, names.scores
    if _whole(outputs[score_name]) and not _whole(outputs[label_name]):
        label_name, score_name = score_name, label_name
    boxes, labels, scores = rows(outputs, names.boxes, 4), _column(outputs, label_name), _column(outputs, score_name)
    if not len(boxes) == len(labels) == len(scores):
        raise ModelError(
            f"model '{card.name}' put out {len(boxes)} boxes, {len(labels)} labels and {len(scores)} scores",
            "Its outputs are not those of its family",
        )
    keep, class_id = known_rows(card, labels, scores, first_class, min_confidence)
    xyxy = boxes[keep] if order == "xyxy" else boxes[keep][:, [1, 0, 3, 2]]
    with np.errstate(over="ignore", invalid="ignore"):  # an absurd box is dropped as not sane
        found = Candidates(xyxy * canvas_scale(units, boxes, card.input), scores[keep], class_id)
    return found.select(sane_rows(found))


def _take_named(
    left: dict[str, tuple[int, ...]], words: tuple[str, ...], others: tuple[str, ...], card: ModelCard, what: str
) -> str:
    """Take the vector whose name has one of the words; else the first whose name has none of the others."""
    named = {name: shape for name, shape in left.items() if _has(name, words)}
    unnamed = {name: shape for name, shape in left.items() if not _has(name, (*words, *others))}
    name = take({**named, **unnamed}, -1, card=card, what=what)
    del left[name]
    return name


def _has(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.lower() for word in words)


def _whole(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bool:
    return bool(np.issubdtype(values.dtype, np.integer))


def _column(outputs: Tensors, name: str) -> FloatArray:
    return rows(outputs, name, 1)[:, 0]
