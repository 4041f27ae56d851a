"""Moving rectangles or a scripted scene, of which all is known: for tests, demos without a camera, and load."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar, Protocol
from urllib.parse import parse_qsl

import av
import cv2
import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.geometry import FloatArray
from camloom.packets import Packet, StreamInfo
from camloom.sources.scripted.draw import Painter, to_yuv420p
from camloom.sources.scripted.script import load_script
from camloom.sources.scripted.seen import detections

_PIX_FMT = "yuv420p"


class SyntheticConfig(StrictModel):
    """`synthetic:`, `synthetic:width=640&objects=3` or `synthetic:scene=hall.yaml`."""

    url: str = "synthetic:"
    width: int = Field(default=640, ge=64, le=3840, multiple_of=2)
    height: int = Field(default=360, ge=64, le=2160, multiple_of=2)
    fps: float = Field(default=25, gt=0, le=120)
    seconds: float = Field(default=10, gt=0, description="length of the stream")
    objects: int = Field(default=3, ge=0, le=50)
    seed: int = 0
    live: bool = Field(default=False, description="come at its own pace, as a camera does")
    scene: Path | None = Field(default=None, description="a scripted scene (docs/scenes.md); it brings its own size")

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
        self._show: _Show = _Rectangles(config) if config.scene is None else _Scripted(config.scene)
        self._live = config.live
        self._stopped = threading.Event()

    def open(self) -> StreamInfo:
        """Return the description of the stream."""
        show = self._show
        context = av.CodecContext.create("rawvideo", "r")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = show.width, show.height, _PIX_FMT
        template = SimpleNamespace(codec_context=context, time_base=self._time_base)
        return StreamInfo("rawvideo", show.width, show.height, show.fps, self._live, template)

    def truth(self, pts_s: float) -> FloatArray:
        """Return the boxes at a time: (N, 4) px."""
        return self._show.truth(pts_s)

    def packets(self) -> Iterator[Packet]:
        """Yield one packet a frame; every one is a keyframe."""
        started_s = time.monotonic()
        for index in range(round(self._show.seconds * self._show.fps)):
            pts_s = index / self._show.fps
            ready_s = started_s + pts_s if self._live else time.monotonic()
            if self._stopped.wait(max(0.0, ready_s - time.monotonic())):
                return
            raw = av.Packet(self._show.planes(index))
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
        return 1 / Fraction(self._show.fps).limit_denominator(1001)


class _Show(Protocol):
    """What there is to be seen."""

    width: int
    height: int
    fps: float
    seconds: float

    def planes(self, index: int) -> bytes:
        """Return a frame as planes of yuv420p."""

    def truth(self, pts_s: float) -> FloatArray:
        """Return the boxes at a time: (N, 4) px."""


class _Scripted:
    """A scene from a script."""

    def __init__(self, path: Path) -> None:
        self._script = load_script(path)
        self._painter = Painter(self._script)
        self.width, self.height = self._script.width, self._script.height
        self.fps, self.seconds = self._script.fps, self._script.seconds

    def planes(self, index: int) -> bytes:
        return to_yuv420p(self._painter.picture(index))

    def truth(self, pts_s: float) -> FloatArray:
        return detections(self._script, round(pts_s * self.fps)).xyxy


class _Rectangles:
    """Rectangles that go to and fro."""

    def __init__(self, config: SyntheticConfig) -> None:
        self._boxes = _random_boxes(config)
        self.width, self.height = config.width, config.height
        self.fps, self.seconds = config.fps, config.seconds

    def truth(self, pts_s: float) -> FloatArray:
        boxes = [box.xyxy(pts_s, self.width, self.height) for box in self._boxes]
        return np.asarray(boxes, np.float32).reshape(-1, 4)

    def planes(self, index: int) -> bytes:
        luma = np.full((self.height, self.width), 90, np.uint8)
        chroma = np.full((2, self.height // 2, self.width // 2), 128, np.uint8)
        for box, xyxy in zip(self._boxes, self.truth(index / self.fps), strict=True):
            x0, y0, x1, y1 = (round(float(v)) for v in xyxy)
            cv2.rectangle(luma, (x0, y0), (x1 - 1, y1 - 1), box.colour[0], cv2.FILLED)
            for plane, value in zip(chroma, box.colour[1:], strict=True):
                cv2.rectangle(plane, (x0 // 2, y0 // 2), ((x1 - 1) // 2, (y1 - 1) // 2), value, cv2.FILLED)
        return np.concatenate((luma.ravel(), chroma.ravel())).tobytes()


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
