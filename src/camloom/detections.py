"""What a model found on one frame."""

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from camloom.geometry import BoolArray, FloatArray

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vote:
    """What one reading of one crop said.

    Args:
        confidence: 0..1.
        height_px: of the object's box.
    """

    value: str
    confidence: float
    height_px: float


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of one object, such as colour=red.

    Args:
        confidence: 0..1.
        model: name of the card of the model that said so.
        votes: the readings that it was made of, oldest first; two attributes are the same whatever these are.
    """

    name: str
    value: str
    confidence: float
    model: str
    votes: tuple[Vote, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CropReading:
    """What a model read in the crop of one object on one frame, before other readings had a say.

    Attributes:
        model: name and version of its card, `name@version`.
        embedding: (D,) float32 of unit length; None where it read none.
        sharpness: of what the model saw, 0 (blurred) to 1.
    """

    model: str
    embedding: FloatArray | None
    sharpness: float


@dataclass(frozen=True, slots=True)
class Detections:
    """Objects found on one frame, a row each.

    Attributes:
        xyxy: (N, 4) float32, px of the source frame.
        confidence: (N,) float32, 0..1.
        class_id: (N,) int64, index into `class_names`.
        class_names: the names of all classes of the model.
        keypoints: (N, K, 3) float32: x px, y px, confidence; zeros in a row not read yet.
        masks: (N, H, W) bool.
        embedding: (N, D) float32 of unit length; zeros in a row not read yet.
        attributes: N tuples of attributes.
        fresh: N tuples of what was read in crops on this very frame; `embedding` and `attributes` are what the
            readings of several frames agree on.
    """

    xyxy: FloatArray
    confidence: FloatArray
    class_id: IntArray
    class_names: tuple[str, ...]
    keypoints: FloatArray | None = None
    masks: BoolArray | None = None
    embedding: FloatArray | None = None
    attributes: tuple[tuple[Attribute, ...], ...] | None = None
    fresh: tuple[tuple[CropReading, ...], ...] | None = None

    @classmethod
    def empty(cls, class_names: tuple[str, ...] = ()) -> Self:
        """Return detections with no row."""
        return cls(
            xyxy=np.zeros((0, 4), np.float32),
            confidence=np.zeros(0, np.float32),
            class_id=np.zeros(0, np.int64),
            class_names=class_names,
        )

    def __len__(self) -> int:
        return len(self.xyxy)

    def name_of(self, row: int) -> str:
        """Return the class name of a row."""
        return self.class_names[int(self.class_id[row])]

    def select(self, rows: BoolArray | IntArray) -> Self:
        """Return only some rows, given as a mask (N,) or as indices (M,); every column follows."""
        index: IntArray = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows, dtype=np.int64)
        columns: dict[str, Any] = {name: _take(getattr(self, name), index) for name in self.columns()}
        return type(self)(**columns, class_names=self.class_names)

    @classmethod
    @cache
    def columns(cls) -> tuple[str, ...]:
        """Return the names of the per-row fields."""
        return tuple(f.name for f in fields(cls) if f.name != "class_names")


def _take(column: object, index: IntArray) -> object:
    if column is None:
        return None
    if isinstance(column, np.ndarray):
        return column[index]
    assert isinstance(column, tuple)
    return tuple(column[int(i)] for i in index)
