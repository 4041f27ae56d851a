"""What is in a picture, as people marked it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from camloom.detections import IntArray
from camloom.geometry import BoolArray, FloatArray, box_area

MAX_COORDINATE_PX = 1e6
_KEPT_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Box:
    """One marked object.

    Attributes:
        xyxy: px of the picture.
        crowd: the box is round a group that was not marked one by one (COCO's `iscrowd`).
        ignored: to be neither found nor missed (VOC's `difficult`, MOT's mark 0).
        area_px: of the object itself where that is known, else None: that of the box.
    """

    xyxy: tuple[float, float, float, float]
    class_id: int
    crowd: bool = False
    ignored: bool = False
    area_px: float | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """All marked objects of one picture, a row each.

    Attributes:
        xyxy: (N, 4) float32, px of the picture.
        class_id: (N,) int64, index into the class names of the dataset.
        crowd: (N,) bool, see `Box`.
        ignored: (N,) bool, see `Box`.
        area_px: (N,) float32, for the question whether an object is small, medium or large.
    """

    xyxy: FloatArray
    class_id: IntArray
    crowd: BoolArray
    ignored: BoolArray
    area_px: FloatArray

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> "Labels":
        """Put marked objects into one table."""
        xyxy = np.array([box.xyxy for box in boxes], np.float32).reshape(-1, 4)
        areas = zip(boxes, box_area(xyxy).tolist(), strict=True)
        return cls(
            xyxy=xyxy,
            class_id=np.array([box.class_id for box in boxes], np.int64),
            crowd=np.array([box.crowd for box in boxes], np.bool_),
            ignored=np.array([box.ignored for box in boxes], np.bool_),
            area_px=np.array([of_box if box.area_px is None else box.area_px for box, of_box in areas], np.float32),
        )

    def __len__(self) -> int:
        return len(self.xyxy)

    def select(self, rows: BoolArray) -> "Labels":
        """Return only the rows of a mask (N,)."""
        return Labels(self.xyxy[rows], self.class_id[rows], self.crowd[rows], self.ignored[rows], self.area_px[rows])

    def with_classes(self, class_id: IntArray) -> "Labels":
        """Return the same objects under other class numbers, (N,)."""
        return Labels(self.xyxy, class_id, self.crowd, self.ignored, self.area_px)


@dataclass(frozen=True, slots=True)
class Picture:
    """A labelled picture.

    Attributes:
        path: a picture file, or the video that it is a frame of.
        frame: which decoded frame of the video, from 0; None for a picture file.
    """

    path: Path
    labels: Labels
    frame: int | None = None

    @property
    def name(self) -> str:
        """File name, with the number of the frame in a video."""
        return self.path.name if self.frame is None else f"{self.path.name}#{self.frame}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled pictures.

    Attributes:
        layout: `coco`, `yolo`, `voc` or `mot`.
        problems: one line each for the first entries that were left out because they are broken.
        problem_count: how many were left out in all.
    """

    name: str
    layout: str
    class_names: tuple[str, ...]
    pictures: tuple[Picture, ...]
    problems: tuple[str, ...] = ()
    problem_count: int = 0

    @property
    def boxes(self) -> int:
        """How many objects are marked in all."""
        return sum(len(picture.labels) for picture in self.pictures)


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with single entries, so that none is left out silently."""

    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, where: object, what: str) -> None:
        """Note one: where (file and line), and what is wrong there."""
        self.count += 1
        if len(self.lines) < _KEPT_PROBLEMS:
            self.lines.append(" ".join(f"{where}: {what}".split())[:300])


def finite(values: Iterable[Any]) -> list[float]:
    """Return numbers from a file as floats.

    Raises:
        ValueError: one is no number, not finite, or absurdly large.
    """
    numbers = []
    for value in values:
        number = as_float(value)
        if not math.isfinite(number) or abs(number) > MAX_COORDINATE_PX:
            raise ValueError(f"{str(value)[:40]} is no sensible number")
        numbers.append(number)
    return numbers


def as_float(value: Any) -> float:
    """Return a number from a file; ValueError if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{str(value)[:40]!r} is no number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a number is too large") from None


def corners(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Check the corners of a box, x1 y1 x2 y2; ValueError if it has no area."""
    x1, y1, x2, y2 = values
    if not (x2 > x1 and y2 > y1):
        raise ValueError(f"a box of {x2 - x1:g} x {y2 - y1:g} px")
    return x1, y1, x2, y2
