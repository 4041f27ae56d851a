"""Shared by the families: find a model's outputs, refuse those that do not fit, build detections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from camloom.config import StrictModel, first_problem
from camloom.detections import Detections, IntArray
from camloom.errors import ModelError
from camloom.geometry import BoolArray, FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.nms import class_aware_nms, strongest
from camloom.inference.preprocess import Letterbox

Shapes = Mapping[str, tuple[int, ...]]
_Options = TypeVar("_Options", bound=StrictModel)

_MAX_CANDIDATES = 1000  # bounds the cost of NMS, whatever a model puts out
_MAX_DETECTIONS = 300
_FAR_PX = 1e5  # no box of a sane model reaches further than this from the canvas


def read_options(card: ModelCard, kind: type[_Options]) -> _Options:
    """Return the card's options, checked. ModelError names the first that is wrong."""
    try:
        return kind.model_validate(card.options)
    except ValidationError as error:
        raise ModelError(f"model card '{card.name}': options.{first_problem(error)}", "Mend the card") from error


def shapes_of(outputs: Tensors) -> dict[str, tuple[int, ...]]:
    """Return the shape of every output."""
    return {name: tensor.shape for name, tensor in outputs.items()}


def take(shapes: dict[str, tuple[int, ...]], *shape: int, card: ModelCard, what: str) -> str:
    """Remove and return the first output whose last sizes are `shape`; -1 on either side fits any size.

    Outputs of equal shape are taken in the model's own order.

    Raises:
        ModelError: there is none; the text lists those there are.
    """
    name = next((name for name, found in shapes.items() if _fits(found, shape)), None)
    if name is None:
        wanted = "x".join(str(size) if size >= 0 else "N" for size in shape)
        there = ", ".join(f"{n} {'x'.join(map(str, s))}" for n, s in shapes.items()) or "none"
        raise ModelError(
            f"the model does not fit its card '{card.name}': it has no {what} output of size {wanted} (left: {there})",
            "Check class_names, input size and options in the card",
        )
    del shapes[name]
    return name


def _fits(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    split = len(found) - len(wanted)
    if split < 0 or any(size not in (1, -1) for size in found[:split]):
        return False
    return found[split:] == wanted or all(f == w or -1 in (f, w) for f, w in zip(found[split:], wanted, strict=True))


def rows(outputs: Tensors, name: str, columns: int) -> FloatArray:
    """Return an output as a table, (N, columns) float32; a view where it can be."""
    return np.asarray(outputs[name], dtype=np.float32).reshape(-1, columns)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes as decoded, before they are cleaned.

    Attributes:
        xyxy: (N, 4) float32, px of the canvas.
        confidence: (N,) float32.
        class_id: (N,) int64, index into the card's class names.
    """

    xyxy: FloatArray
    confidence: FloatArray
    class_id: IntArray

    def select(self, index: IntArray) -> "Candidates":
        """Return only some rows, given as indices."""
        return Candidates(self.xyxy[index], self.confidence[index], self.class_id[index])

    def sane(self) -> "Candidates":
        """Return the rows that can be true: no NaN, no infinity, nothing absurdly far away."""
        near = np.abs(self.xyxy).max(axis=1, initial=0.0) < _FAR_PX
        good = near & np.isfinite(self.confidence)
        return self if good.all() else self.select(np.flatnonzero(good))

    def suppressed(self, max_iou: float) -> "Candidates":
        """Return the rows that survive class-aware NMS among the strongest, best first."""
        crowded = len(self.confidence) > _MAX_CANDIDATES
        top = self.select(strongest(self.confidence, _MAX_CANDIDATES)) if crowded else self
        return top.select(class_aware_nms(top.xyxy, top.confidence, top.class_id, max_iou)[:_MAX_DETECTIONS])

    def detections(self, card: ModelCard, letterbox: Letterbox) -> Detections:
        """Return them in px of the source frame, without those that lie outside it."""
        xyxy = letterbox.to_source(self.xyxy)
        found = Detections(xyxy, np.minimum(self.confidence, np.float32(1)), self.class_id, card.class_names)
        visible = np.logical_and.reduce(xyxy[:, 2:] > xyxy[:, :2], axis=1)
        return found if visible.all() else found.select(visible)


def known_rows(
    card: ModelCard, labels: FloatArray, confidence: FloatArray, first_class: int, min_confidence: float
) -> tuple[IntArray, IntArray]:
    """Find the rows that have a class of the card and enough confidence, in a table of finished detections.

    Args:
        card: says which classes there are.
        labels: (N,) class numbers as the model writes them.
        confidence: (N,)
        first_class: the number that stands for the card's first name.
        min_confidence: rows below are left out.

    Returns:
        (K,) rows, (K,) class index of each.
    """
    # Compared as floats: a NaN or a huge label fails here, before the cast would make something of it.
    known = (labels >= first_class) & (labels < first_class + len(card.class_names))
    keep = np.flatnonzero(known & (confidence >= np.float32(min_confidence)))
    return keep, labels[keep].astype(np.int64) - first_class


def best_per_row(scores: FloatArray, min_score: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Find the rows with a class at or above a threshold.

    A model scores thousands of places times dozens of classes and nearly all are far below the threshold:
    one comparison of the flat table is several times cheaper than a maximum over each row.

    Args:
        scores: (N, C) table, C-contiguous for speed.
        min_score: the threshold, on the scale of the scores.

    Returns:
        (K,) rows in rising order, (K,) best class of each, (K,) its score.
    """
    flat = scores.reshape(-1)
    hits = np.flatnonzero(flat >= np.float32(min_score))
    if len(hits) > len(scores):  # a model gone wild, or none at all: sorting all that would take too long
        every_row = np.arange(len(scores))
        best = scores.argmax(axis=1)
        sure = np.flatnonzero(scores[every_row, best] >= np.float32(min_score))
        return sure, best[sure], scores[sure, best[sure]]
    row, class_id = np.divmod(hits, scores.shape[1])
    score = flat[hits]
    is_new = row[1:] != row[:-1]
    if is_new.all():  # nearly always: no row has two classes
        return row, class_id, score
    order = np.lexsort((-score, row))
    best = order[np.concatenate(([True], is_new))]
    return row[best], class_id[best], score[best]


def best_per_column(scores: FloatArray, min_score: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Find the columns with a class at or above a threshold: `best_per_row` of a table that lies on its side.

    Args:
        scores: (C, N) table, C-contiguous for speed.
        min_score: the threshold, on the scale of the scores.

    Returns:
        (K,) columns in rising order, (K,) best class of each, (K,) its score.
    """
    flat = scores.reshape(-1)
    hits = np.flatnonzero(flat >= np.float32(min_score))
    if len(hits) > scores.shape[1]:  # no sane model: sorting them all would take longer than looking at every column
        return _best_of_all_columns(scores, min_score)
    class_id, column = np.divmod(hits, scores.shape[1])
    score = flat[hits]
    order = np.lexsort((-score, column))
    is_new = np.diff(column[order], prepend=-1) > 0
    best = order[is_new]
    return column[best], class_id[best], score[best]


def _best_of_all_columns(scores: FloatArray, min_score: float) -> tuple[IntArray, IntArray, FloatArray]:
    class_id = scores.argmax(axis=0)
    score = scores[class_id, np.arange(scores.shape[1])]
    column = np.flatnonzero(score >= np.float32(min_score))
    return column, class_id[column], score[column]


def sane_rows(found: Candidates, limit: int = _MAX_DETECTIONS) -> IntArray:
    """Return the rows that `Candidates.sane` keeps, only the strongest if there are more than `limit`."""
    near = np.abs(found.xyxy).max(axis=1, initial=0.0) < _FAR_PX
    rows_left = np.flatnonzero(near & np.isfinite(found.confidence))
    return rows_left[strongest(found.confidence[rows_left], limit)]


def surviving_rows(found: Candidates, max_iou: float) -> IntArray:
    """Return the rows that are sane and survive class-aware NMS, best first.

    Rows rather than boxes: a model with keypoints or masks has more to pick by them.
    """
    top = sane_rows(found, _MAX_CANDIDATES)
    kept = class_aware_nms(found.xyxy[top], found.confidence[top], found.class_id[top], max_iou)
    return top[kept[:_MAX_DETECTIONS]]


def with_columns(
    found: Candidates,
    card: ModelCard,
    letterbox: Letterbox,
    *,
    keypoints: FloatArray | None = None,
    masks: BoolArray | None = None,
) -> Detections:
    """Return clean candidates in px of the source frame with what else the model says of each.

    Args:
        found: N of them, sane.
        card: names their classes.
        letterbox: says where the picture lies on the canvas.
        keypoints: (N, K, 3) float32 in px of the canvas, confidence.
        masks: (N, H, W) bool, each over the whole frame.
    """
    xyxy = letterbox.to_source(found.xyxy)
    rows_seen = np.flatnonzero((xyxy[:, 2:] > xyxy[:, :2]).all(axis=1))
    points = None if keypoints is None else points_to_source(keypoints, letterbox)
    confidence = np.minimum(found.confidence, np.float32(1))
    everything = Detections(xyxy, confidence, found.class_id, card.class_names, keypoints=points, masks=masks)
    return everything if len(rows_seen) == len(xyxy) else everything.select(rows_seen)


def points_to_source(points: FloatArray, letterbox: Letterbox) -> FloatArray:
    """Map keypoints from canvas px to source px: (..., 3) x, y, confidence -> the same.

    A keypoint may lie outside the frame and stays there; one that is not finite, or absurdly far away, becomes
    0, 0 with confidence 0.
    """
    offset = np.asarray([letterbox.x, letterbox.y], np.float32)
    scale_x, scale_y = letterbox.source_width / letterbox.width, letterbox.source_height / letterbox.height
    with np.errstate(over="ignore", invalid="ignore"):
        xy = (points[..., :2] - offset) * np.asarray([scale_x, scale_y], np.float32)
        confidence = np.clip(points[..., 2:], 0, 1)
        near = np.abs(xy).max(axis=-1, keepdims=True, initial=0.0) < _FAR_PX
    seen = near & np.isfinite(confidence)
    return np.where(seen, np.concatenate((xy, confidence), axis=-1), np.float32(0))
