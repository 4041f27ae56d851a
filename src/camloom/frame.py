"""A decoded picture and when it was taken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

ImageArray = npt.NDArray[np.uint8]


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
        """Write the whole picture, scaled, into `target`, (h, w, 3) uint8 BGR, h and w even."""

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
    """

    source_id: str
    index: int
    pts_s: float
    captured_at: datetime
    ready_s: float
    discont: bool
    buffer: FrameBuffer

    @property
    def width(self) -> int:
        """Width in px."""
        return self.buffer.width

    @property
    def height(self) -> int:
        """Height in px."""
        return self.buffer.height
