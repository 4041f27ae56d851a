"""The objects of a frame as columns, worked out once for all rules of a stream, and for several frames at once."""

from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from typing import TypeVar

import numpy as np

from camloom.detections import Attribute, IntArray
from camloom.frame import Frame
from camloom.geometry import FloatArray
from camloom.tracks import TimeArray, Tracks

Shown = tuple[Tracks, Frame]
_Number = TypeVar("_Number", int, float)


class Stretch:
    """The objects of some frames, one after the other; of a live stream there is one frame in each.

    Args:
        shown: at least one frame; all of the same size and with the same classes.

    Attributes:
        width, height: of the picture, px.
        class_names: of all classes.
        offsets: where each frame begins, and where the last one ends.
        track_id: of all objects, (N,).
        sides: their boxes, (4, N): x0, y0, x1, y1, px.
    """

    def __init__(self, shown: Sequence[Shown]) -> None:
        (tracks, frame), *others = shown
        self.width, self.height = frame.width, frame.height
        self.class_names = tracks.class_names
        self.offsets = [0, len(tracks)]
        ids, boxes, class_ids, confidences = tracks.track_id, tracks.xyxy, tracks.class_id, tracks.confidence
        if others:
            self.offsets = list(accumulate((len(one) for one, _ in shown), initial=0))
            ids = np.concatenate([one.track_id for one, _ in shown])
            boxes = np.concatenate([one.xyxy for one, _ in shown])
            class_ids = np.concatenate([one.class_id for one, _ in shown])
            confidences = np.concatenate([one.confidence for one, _ in shown])
        self.track_id: IntArray = ids
        self.sides: FloatArray = np.ascontiguousarray(boxes.T)
        self._lists: tuple[list[int], list[int], list[float], list[list[float]]] = (
            ids.tolist(),
            class_ids.tolist(),
            confidences.tolist(),
            boxes.tolist(),
        )

    def columns(self, shown: Sequence[Shown]) -> "list[Columns]":
        """Return the columns of the frames of which it was made."""
        ends = pairwise(self.offsets)
        return [Columns(self, number, span, *one) for number, (span, one) in enumerate(zip(ends, shown, strict=True))]

    def heights(self) -> TimeArray:
        """Return the heights of all boxes, (N,), shares of the picture's."""
        return np.asarray((self.sides[3].astype(np.float64) - self.sides[1]) / self.height)

    def split(self, numbers: list[_Number]) -> list[list[_Number]]:
        """Cut what goes with each object into what goes with those of each frame."""
        if len(self.offsets) == 2:
            return [numbers]
        return [numbers[begin:end] for begin, end in pairwise(self.offsets)]

    def lists(self, begin: int, end: int) -> tuple[list[int], list[int], list[float], list[list[float]]]:
        """Return ids, class ids, confidences and boxes of some objects."""
        ids, class_ids, confidences, boxes = self._lists
        if end - begin == len(ids):
            return self._lists
        return ids[begin:end], class_ids[begin:end], confidences[begin:end], boxes[begin:end]


class Columns:
    """The objects of one frame, a row each, in the order of the tracks.

    Attributes:
        stretch, number: where it is from, and which frame of it it is.
        ids, id_set: the track ids.
        rows: the numbers of all rows.
        class_ids: indices into `class_names`.
        confidences: 0..1.
        boxes: x0, y0, x1, y1, px.
        attributes: what models of crops read so far, if there are any.
        pts_s: when.
        height: of the picture, px.
    """

    def __init__(self, stretch: Stretch, number: int, span: tuple[int, int], tracks: Tracks, frame: Frame) -> None:
        self.stretch = stretch
        self.number = number
        self.ids, self.class_ids, self.confidences, self.boxes = stretch.lists(*span)
        self.id_set = frozenset(self.ids)
        self.rows = list(range(len(self.ids)))
        self.class_names = stretch.class_names
        self.attributes: tuple[tuple[Attribute, ...], ...] | None = tracks.attributes
        self.pts_s = frame.pts_s
        self.height = stretch.height
        self._track_id = tracks.track_id

    def __len__(self) -> int:
        return len(self.ids)

    def show(self, tracks: Tracks, frame: Frame) -> bool:
        """Tell whether these are the columns of a frame."""
        return self._track_id is tracks.track_id and self.pts_s == frame.pts_s

    def class_name(self, row: int) -> str:
        """Return what a row is."""
        return self.class_names[self.class_ids[row]]


class Watch:
    """Makes the columns of each frame of a stream."""

    def __init__(self) -> None:
        self._newest: Columns | None = None
        self._expected: dict[int, Columns] = {}

    def expect(self, shown: Sequence[Shown]) -> None:
        """Work out frames that will be looked at next, all at once."""
        self._expected = {}
        for _, group in groupby(shown, lambda one: (one[1].width, one[1].height, one[0].class_names)):
            some = list(group)
            for (tracks, _), columns in zip(some, Stretch(some).columns(some), strict=True):
                self._expected[id(tracks.track_id)] = columns

    def look(self, tracks: Tracks, frame: Frame) -> Columns:
        """Return the columns of a frame; the same ones, as long as it is the same frame."""
        newest = self._newest
        if newest is None or not newest.show(tracks, frame):
            newest = self._newest = self._find(tracks, frame)
        return newest

    def forget(self) -> None:
        """Forget the last frame: the stream is over or broke."""
        self._newest = None

    def _find(self, tracks: Tracks, frame: Frame) -> Columns:
        expected = self._expected.pop(id(tracks.track_id), None) if self._expected else None
        if expected is not None and expected.show(tracks, frame):
            return expected
        shown = ((tracks, frame),)
        return Stretch(shown).columns(shown)[0]
