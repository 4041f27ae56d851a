"""The labelled street video (PETS2009 S2.L1) as tracks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from benchmarks.event_accuracy import SIZE_PX

from camloom.detections import Detections
from camloom.frame import Frame, ImageArray, PixelBox
from camloom.tracks import Tracks

FPS = 10.0


class NoPixels:
    """The size of the labelled video."""

    width, height = SIZE_PX
    pix_fmt = "yuv420p"

    def to_bgr(self) -> ImageArray:
        return np.zeros((self.height, self.width, 3), np.uint8)

    def resize_into(self, target: ImageArray) -> None:
        target[:] = 0

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        target[:] = 0

    def luma(self, width: int, height: int) -> ImageArray:
        return np.zeros((height, width), np.uint8)


def labelled_tracks(path: Path) -> Iterator[tuple[Frame, Tracks]]:
    """Yield the labelled boxes of each frame as tracks (MOT layout, frames from 1)."""
    table = np.loadtxt(path, delimiter=",")
    for index in range(int(table[:, 0].max())):
        rows = table[table[:, 0] == index + 1]
        xyxy = np.hstack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6])).astype(np.float32)
        count = len(rows)
        people = Detections(xyxy, np.ones(count, np.float32), np.zeros(count, np.int64), ("person",))
        taken = datetime(2009, 6, 1, tzinfo=UTC) + timedelta(seconds=index / FPS)
        frame = Frame("street", index, index / FPS, taken, 0.0, False, NoPixels())
        yield frame, Tracks.of(people, rows[:, 1].astype(np.int64), np.zeros(count))
