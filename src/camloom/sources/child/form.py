"""What the pictures of a program are made of, checked before anything is believed."""

import math
from fractions import Fraction
from types import SimpleNamespace
from typing import Annotated, Literal, Self, cast

import av
import cv2
import numpy as np
from pydantic import Base64Bytes, Field, model_validator

from camloom.config import StrictModel
from camloom.frame import ImageArray
from camloom.packets import StreamInfo
from camloom.sources.opening.open import MAX_PIXELS

MAX_ENCODED_BYTES = 32 << 20
TIME_BASE = Fraction(1, 1_000_000)
_MAX_SIDE_PX = 32768
_MIN_CONVERTED_PX = 2  # one pixel of a mosaic has no colour, and half of a pair is left out

# Bytes of a plain picture for each pixel format that FFmpeg decodes from it, as 2 x 2 pixels.
_BYTES_OF_FOUR = {
    **dict.fromkeys(("yuv420p", "yuvj420p", "nv12", "nv21"), 6),
    **dict.fromkeys(("yuv422p", "yuyv422", "uyvy422", "nv16"), 8),
    "yuv444p": 12,
    "gray": 4,
    **dict.fromkeys(("gray10le", "gray12le", "gray16le"), 8),
}
# Those that are made yuv420p here: FFmpeg's scaler takes 14 to 25 ms for what OpenCV does in 2 to 3 (1080p).
# OpenCV names a mosaic by its second row, everybody else by its first.
_CONVERTED = {
    "bgr24": (12, None),
    "rgb24": (12, cv2.COLOR_RGB2BGR),
    "bgra": (16, cv2.COLOR_BGRA2BGR),
    "rgba": (16, cv2.COLOR_RGBA2BGR),
    "bayer_rggb8": (4, cv2.COLOR_BayerBG2BGR),
    "bayer_bggr8": (4, cv2.COLOR_BayerRG2BGR),
    "bayer_grbg8": (4, cv2.COLOR_BayerGB2BGR),
    "bayer_gbrg8": (4, cv2.COLOR_BayerGR2BGR),
}
PIXEL_FORMATS = (*_BYTES_OF_FOUR, *_CONVERTED)
_EVEN = ("yuv420p", "yuvj420p", "nv12", "nv21", "yuv422p", "yuyv422", "uyvy422", "nv16")

Side = Annotated[int, Field(ge=1, le=_MAX_SIDE_PX)]


def new_packet(size_bytes: int) -> "av.Packet[av.VideoStream]":
    """Return a packet of video to write into."""
    return cast("av.Packet[av.VideoStream]", av.Packet(size_bytes))


class Form(StrictModel):
    """What a program says of its pictures."""

    codec: Literal["rawvideo", "h264", "hevc", "mjpeg"]
    width: Side
    height: Side
    pix_fmt: str = Field(default="yuv420p", description="of plain pictures, FFmpeg's name")
    fps: float = Field(default=0, ge=0, le=1000, description="0: not known")
    live: bool = True
    extradata: Base64Bytes = Field(default=b"", max_length=1 << 16)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError(f"pictures of {self.width}x{self.height} are too large")
        if self.codec == "rawvideo":
            if self.pix_fmt not in PIXEL_FORMATS:
                raise ValueError(f"unknown pixel format '{self.pix_fmt[:40]}'")
            if (self.width % 2 or self.height % 2) and self.pix_fmt in _EVEN:
                raise ValueError(f"{self.pix_fmt} has no odd size {self.width}x{self.height}")
            if self.is_converted and min(self.width, self.height) < _MIN_CONVERTED_PX:
                raise ValueError(f"pictures of {self.width}x{self.height} are too small")
        return self

    def fits(self, size_bytes: int) -> bool:
        """Return whether one picture may have this size."""
        if self.codec != "rawvideo":
            return 0 < size_bytes <= MAX_ENCODED_BYTES
        return size_bytes == self._plain_bytes

    @property
    def is_converted(self) -> bool:
        """Whether a plain picture of it goes through `convert`."""
        return self.codec == "rawvideo" and self.pix_fmt in _CONVERTED

    def convert(self, plain: "av.Packet[av.VideoStream]") -> "av.Packet[av.VideoStream]":
        """Return a plain picture as yuv420p; an odd last row or column is left out."""
        _, way = _CONVERTED[self.pix_fmt]
        pixels = np.frombuffer(memoryview(plain), np.uint8).reshape(self.height, self.width, -1)
        even = (self.height & ~1, self.width & ~1)
        bgr = (pixels if way is None else cv2.cvtColor(pixels, way))[: even[0], : even[1]]
        packet = new_packet(even[0] * even[1] * 3 // 2)
        target: ImageArray = np.frombuffer(memoryview(packet), np.uint8).reshape(even[0] * 3 // 2, even[1])
        cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420, dst=target)
        return packet

    def info(self) -> StreamInfo:
        """Return what a source says about such pictures."""
        width, height = (self.width & ~1, self.height & ~1) if self.is_converted else (self.width, self.height)
        context = av.CodecContext.create(self.codec, "r")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, self._decoded_pix_fmt
        context.extradata = self.extradata or None
        template = SimpleNamespace(codec_context=context, time_base=TIME_BASE)
        return StreamInfo(self.codec, width, height, self.fps, self.live, template)

    @property
    def _decoded_pix_fmt(self) -> str:
        if self.codec == "mjpeg":
            return "yuvj420p"
        return self.pix_fmt if self.codec == "rawvideo" and not self.is_converted else "yuv420p"

    @property
    def _plain_bytes(self) -> int:
        of_four = _BYTES_OF_FOUR.get(self.pix_fmt) or _CONVERTED[self.pix_fmt][0]
        return math.prod((self.width, self.height, of_four)) // 4
