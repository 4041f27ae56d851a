"""What is in a calibration set: classes, sizes, light and repetition; and what it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from camloom.detections import Detections
from camloom.frame import FrameBuffer, ImageArray
from camloom.geometry import box_area

# COCO's borders between small, medium and large objects (cocodataset.org, detection evaluation), in px² of the picture.
SMALL_BELOW_PX2 = 32**2
LARGE_FROM_PX2 = 96**2
_BINS = 8
_THUMBNAIL = (32, 32)
_SAME_GREY_LEVELS = 2.0
_FEW_PICTURES = 100
_FEW_OBJECTS = 20
_NEARLY_ALL = 0.95
_DARK_BELOW, _BRIGHT_FROM = 2, 5


@dataclass(frozen=True, slots=True)
class Balance:
    """What a calibration set holds, as the float model sees it.

    Attributes:
        pictures: how many.
        objects: found per class, most frequent first.
        small, medium, large: objects by area as COCO divides them.
        brightness: pictures per eighth of the scale of mean brightness, dark first.
        repeated: pictures that look like an earlier one of the set.
    """

    pictures: int
    objects: dict[str, int]
    small: int
    medium: int
    large: int
    brightness: tuple[int, ...]
    repeated: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the set lacks, a line each."""
        return tuple(text for wrong, text in (*self._of_objects(), *self._of_pictures()) if wrong)

    def _of_objects(self) -> list[tuple[bool, str]]:
        total = sum(self.objects.values())
        sizes = {"small": self.small, "medium": self.medium, "large": self.large}
        most_class = next(iter(self.objects), "")
        most_size = max(sizes, key=lambda size: sizes[size])
        few = [name for name, count in self.objects.items() if count < _FEW_OBJECTS]
        return [
            (total == 0, "the model finds nothing in these pictures: the ranges of its head stay unknown"),
            (_nearly_all(self.objects.get(most_class, 0), total), f"nearly all objects are of one class: {most_class}"),
            (_nearly_all(sizes[most_size], total), f"nearly all objects are {most_size}"),
            (bool(few), f"fewer than {_FEW_OBJECTS} objects of: {', '.join(few)}"),
        ]

    def _of_pictures(self) -> list[tuple[bool, str]]:
        dark, bright = sum(self.brightness[:_DARK_BELOW]), sum(self.brightness[_BRIGHT_FROM:])
        return [
            (self.pictures < _FEW_PICTURES, f"only {self.pictures} pictures: 100 to 300 are usual"),
            (2 * self.repeated > self.pictures, f"{self.repeated} of {self.pictures} pictures repeat an earlier one"),
            (not dark, "no dark picture: if the cameras run at night, add some"),
            (not bright, "no bright picture: if the cameras see sunlight, add some"),
        ]


class BalanceTally:
    """Sums up `Balance` picture by picture."""

    def __init__(self) -> None:
        self._areas: list[float] = []
        self._names: list[str] = []
        self._levels: list[float] = []
        self._thumbnails: list[ImageArray] = []
        self._repeated = 0

    def add(self, buffer: FrameBuffer, found: Detections) -> None:
        """Take one more picture and what was found on it."""
        self._areas += box_area(found.xyxy).tolist()
        self._names += [found.name_of(row) for row in range(len(found))]
        thumbnail = buffer.luma(*_THUMBNAIL)
        self._levels.append(float(thumbnail.mean()))
        if self._seen(thumbnail):
            self._repeated += 1
        else:
            self._thumbnails.append(thumbnail)

    def result(self) -> Balance:
        """Return the balance of all pictures."""
        areas = np.asarray(self._areas)
        small, large = int((areas < SMALL_BELOW_PX2).sum()), int((areas >= LARGE_FROM_PX2).sum())
        names, counts = np.unique(np.asarray(self._names, dtype=str), return_counts=True)
        order = np.argsort(-counts, kind="stable")
        histogram, _ = np.histogram(self._levels, bins=_BINS, range=(0, 256))
        return Balance(
            pictures=len(self._levels),
            objects={str(names[i]): int(counts[i]) for i in order},
            small=small,
            medium=len(areas) - small - large,
            large=large,
            brightness=tuple(histogram.tolist()),
            repeated=self._repeated,
        )

    def _seen(self, thumbnail: ImageArray) -> bool:
        """Whether a picture differs from an earlier one by less than noise, on average over a small copy."""
        if not self._thumbnails:
            return False
        difference = np.abs(np.stack(self._thumbnails).astype(np.int16) - thumbnail)
        return bool(difference.mean(axis=(1, 2)).min() < _SAME_GREY_LEVELS)


def balance_of(frames: Iterable[FrameBuffer], found: Iterable[Detections]) -> Balance:
    """Return the balance of pictures and of what was found on each."""
    tally = BalanceTally()
    for buffer, detections in zip(frames, found, strict=True):
        tally.add(buffer, detections)
    return tally.result()


def _nearly_all(part: int, total: int) -> bool:
    return total >= _FEW_OBJECTS and part > _NEARLY_ALL * total
