"""Moving rectangles whose truth is known: for tests, demos without a camera, and load."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace
from typing import ClassVar
from urllib.parse import parse_qsl

import av
import cv2
import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.frame import ImageArray
from camloom.geometry import FloatArray
from camloom.packets import Packet, StreamInfo

_PIX_FMT = "yuv420p"


class SyntheticConfig(StrictModel):
    """`synthetic:` or `synthetic:width=640&objects=3`."""

    url: str = "synthetic:"
    width: int = Field(default=640, ge=64, le=3840, multiple_of=2)
    height: int = Field(default=360, ge=64, le=2160, multiple_of=2)
    fps: float = Field(default=25, gt=0, le=120)
    seconds: float = Field(default=10, gt=0, description="length of the stream")
    objects: int = Field(default=3, ge=0, le=50)
    seed: int = 0
    live: bool = Field(default=False, description="come at its own pace, as a camera does")

    @model_validator(mode="before")
    @classmethod
    def _read_url(cls, value: object) -> object:
        if not isinstance(value, dict) or "url" not in value:
            return value
        query = str(value["url"]).removeprefix("synthetic:").lstrip("/?")
        return {**dict(parse_qsl(query, keep_blank_values=True)), **value}


@dataclass(frozen=True, slots=True)
class MovingBox:
    """A rectangle that goes to and fro at constant speed; the truth of a synthetic stream.

    Args:
        start, velocity: of its top left corner: px, px/s.
        size: width, height: px.
        colour: Y, U, V.
    """

    start: tuple[float, float]
    velocity: tuple[float, float]
    size: tuple[int, int]
    colour: tuple[int, int, int]

    def xyxy(self, pts_s: float, width: int, height: int) -> tuple[float, float, float, float]:
        """Return where it is: px of the frame."""
        x = _bounce(self.start[0] + self.velocity[0] * pts_s, width - self.size[0])
        y = _bounce(self.start[1] + self.velocity[1] * pts_s, height - self.size[1])
        return x, y, x + self.size[0], y + self.size[1]


def _bounce(position: float, limit: int) -> float:
    phase = position % (2 * limit)
    return phase if phase <= limit else 2 * limit - phase


class SyntheticSource:
    """Moving shapes with known truth, as uncompressed packets."""

    Config: ClassVar = SyntheticConfig
    schemes: ClassVar = ("synthetic",)

    def __init__(self, config: SyntheticConfig) -> None:
        self._config = config
        self._boxes = _random_boxes(config)
        self._stopped = threading.Event()

    def open(self) -> StreamInfo:
        """Return the description of the stream."""
        config = self._config
        context = av.CodecContext.create("rawvideo", "r")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = config.width, config.height, _PIX_FMT
        template = SimpleNamespace(codec_context=context, time_base=self._time_base)
        return StreamInfo("rawvideo", config.width, config.height, config.fps, config.live, template)

    def truth(self, pts_s: float) -> FloatArray:
        """Return the boxes at a time: (N, 4) px."""
        config = self._config
        boxes = [box.xyxy(pts_s, config.width, config.height) for box in self._boxes]
        return np.asarray(boxes, np.float32).reshape(-1, 4)

    def packets(self) -> Iterator[Packet]:
        """Yield one packet a frame; every one is a keyframe."""
        started_s = time.monotonic()
        for index in range(round(self._config.seconds * self._config.fps)):
            pts_s = index / self._config.fps
            ready_s = started_s + pts_s if self._config.live else time.monotonic()
            if self._stopped.wait(max(0.0, ready_s - time.monotonic())):
                return
            raw = av.Packet(self._picture(pts_s).tobytes())
            raw.pts = raw.dts = index
            raw.time_base = self._time_base
            raw.is_keyframe = True
            yield Packet(raw, pts_s, ready_s, is_keyframe=True)

    def stop(self) -> None:
        """End `packets` soon."""
        self._stopped.set()

    def close(self) -> None:
        """Nothing is held."""

    @property
    def _time_base(self) -> Fraction:
        return 1 / Fraction(self._config.fps).limit_denominator(1001)

    def _picture(self, pts_s: float) -> ImageArray:
        width, height = self._config.width, self._config.height
        luma = np.full((height, width), 90, np.uint8)
        chroma = np.full((2, height // 2, width // 2), 128, np.uint8)
        for box, xyxy in zip(self._boxes, self.truth(pts_s), strict=True):
            x0, y0, x1, y1 = (round(float(v)) for v in xyxy)
            cv2.rectangle(luma, (x0, y0), (x1 - 1, y1 - 1), box.colour[0], cv2.FILLED)
            for plane, value in zip(chroma, box.colour[1:], strict=True):
                cv2.rectangle(plane, (x0 // 2, y0 // 2), ((x1 - 1) // 2, (y1 - 1) // 2), value, cv2.FILLED)
        return np.concatenate((luma.ravel(), chroma.ravel()))


def _random_boxes(config: SyntheticConfig) -> list[MovingBox]:
    rng = np.random.default_rng(config.seed)
    boxes = []
    for _ in range(config.objects):
        size = (round(config.width * rng.uniform(0.04, 0.1)), round(config.height * rng.uniform(0.15, 0.3)))
        start = (rng.uniform(0, config.width - size[0]), rng.uniform(0, config.height - size[1]))
        velocity = (config.width * rng.uniform(0.05, 0.2), config.height * rng.uniform(0, 0.05))
        luma, u, v = (int(value) for value in rng.integers((150, 60, 60), (230, 200, 200)))
        boxes.append(MovingBox(start, velocity, size, (luma, u, v)))
    return boxes
