"""A decoded picture and when it was taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

ImageArray = npt.NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]
"""x0, y0, x1, y1 in whole px; x1 and y1 are the first that no longer belong to it."""


def aligned_box(xyxy: Sequence[float], width: int, height: int) -> PixelBox:
    """Return the part of a picture that a box touches, in whole samples of its colour.

    Corners are even, as 4:2:0 colour needs, but for those at the odd end of a picture. It is never empty: of a
    box that lies outside, the nearest edge of the picture is left.

    Args:
        xyxy: finite, px.
        width, height: of the picture, px.
    """
    x0, x1 = _aligned_span(xyxy[0], xyxy[2], width)
    y0, y1 = _aligned_span(xyxy[1], xyxy[3], height)
    return x0, y0, x1, y1


def _aligned_span(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(max(math.floor(start / 2) * 2, 0), (size - 1) // 2 * 2)
    return first, min(max(math.ceil(end / 2) * 2, first + 2), size)


class FrameBuffer(Protocol):
    """Where the pixels are. They stay there until somebody asks, in the size they ask for."""

    @property
    def width(self) -> int:
        """Width in px."""

    @property
    def height(self) -> int:
        """Height in px."""

    @property
    def pix_fmt(self) -> str:
        """FFmpeg's name of the pixel format."""

    def to_bgr(self) -> ImageArray:
        """Return the whole picture, (H, W, 3) uint8 BGR; made once, then cached."""

    def resize_into(self, target: ImageArray) -> None:
        """Write the whole picture, scaled, into `target`, (h, w, 3) uint8 BGR."""

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        """Write a part of the picture, scaled, into `target`, (h, w, 3) uint8 BGR.

        What is taken is `aligned_box(box_px, width, height)`.
        """

    def luma(self, width: int, height: int) -> ImageArray:
        """Return the brightness, scaled to (height, width) uint8."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture of one source.

    Attributes:
        index: position among the decoded frames of the source, from 0.
        pts_s: seconds on the stream clock; never backwards inside a segment. Rules compare this.
        captured_at: aware UTC time; people and storage see this.
        ready_s: `time.monotonic()` when its packet arrived; the age of a result counts from here.
        discont: a break in the stream came before this frame: reset trackers and rules.
        buffer: the pixels.
        usable: False while the picture is not worth analysing (black, frozen, covered ...): only rules that watch the
            camera itself see it.
    """

    source_id: str
    index: int
    pts_s: float
    captured_at: datetime
    ready_s: float
    discont: bool
    buffer: FrameBuffer
    usable: bool = True

    @property
    def width(self) -> int:
        """Width in px."""
        return self.buffer.width

    @property
    def height(self) -> int:
        """Height in px."""
        return self.buffer.height
