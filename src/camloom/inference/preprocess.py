"""From a picture of any size to the canvas that a model takes, and back again."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from camloom.frame import FrameBuffer, ImageArray
from camloom.geometry import FloatArray
from camloom.inference.card import InputSpec


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where the picture lies on the canvas.

    Attributes:
        canvas_width, canvas_height: size of the canvas, px.
        x, y, width, height: the part of it that the picture covers, px; even, as 4:2:0 colour needs.
        source_width, source_height: size of the frame, px.
        pad_value: grey of the rest.
    """

    canvas_width: int
    canvas_height: int
    x: int
    y: int
    width: int
    height: int
    source_width: int
    source_height: int
    pad_value: int

    @classmethod
    def fit(cls, spec: InputSpec, source_width: int, source_height: int) -> Self:
        """Place a picture on the canvas of a model as its card asks."""
        width, height = spec.width, spec.height
        if spec.fit == "letterbox":
            scale = min(spec.width / source_width, spec.height / source_height)
            width = max(_even(source_width * scale, spec.width), 2)  # cameras can send a strip
            height = max(_even(source_height * scale, spec.height), 2)
        centred = spec.pad == "center"
        x = _even((spec.width - width) / 2, spec.width) if centred else 0
        y = _even((spec.height - height) / 2, spec.height) if centred else 0
        x, y = min(x, spec.width - width), min(y, spec.height - height)
        return cls(spec.width, spec.height, x, y, width, height, source_width, source_height, spec.pad_value)

    def new_canvas(self) -> ImageArray:
        """Return an empty canvas, (H, W, 3) uint8, to be filled again and again."""
        return np.full((self.canvas_height, self.canvas_width, 3), self.pad_value, np.uint8)

    def fill(self, canvas: ImageArray, buffer: FrameBuffer) -> None:
        """Scale a picture onto its place on the canvas."""
        buffer.resize_into(canvas[self.y : self.y + self.height, self.x : self.x + self.width])

    def to_source(self, xyxy: FloatArray) -> FloatArray:
        """Map boxes from canvas px to source px, clipped to the frame: (N, 4) -> (N, 4)."""
        offset = np.array([self.x, self.y, self.x, self.y], np.float32)
        scale_x, scale_y = self.source_width / self.width, self.source_height / self.height
        scale = np.array([scale_x, scale_y, scale_x, scale_y], np.float32)
        limit = np.array([self.source_width, self.source_height] * 2, np.float32)
        return np.asarray(np.clip((xyxy - offset) * scale, 0, limit), dtype=np.float32)


def on_canvas(spec: InputSpec, buffer: FrameBuffer) -> tuple[ImageArray, Letterbox]:
    """Return a canvas of its own with a picture on it, and where the picture lies."""
    letterbox = Letterbox.fit(spec, buffer.width, buffer.height)
    canvas = letterbox.new_canvas()
    letterbox.fill(canvas, buffer)
    return canvas, letterbox


def _even(value: float, limit: int) -> int:
    return min(max(round(value / 2) * 2, 2 if value > 1 else 0), limit)
