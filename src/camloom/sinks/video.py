"""The annotated video: every analysed frame with what was found on it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
from av.video.frame import VideoFrame
from pydantic import AfterValidator, BaseModel, Field

from camloom.config import Scene, StrictModel
from camloom.errors import SinkError
from camloom.event import FrameResult
from camloom.frame import Frame, ImageArray
from camloom.overlay import Alarms, Overlay
from camloom.sinks.base import SinkContext
from camloom.sinks.encoding import GROWING, VideoWriter, choose_encoder
from camloom.sinks.paths import OutPath, next_path, prepare_file

_CONTAINERS = {".mp4": "mp4", ".mkv": "matroska"}
_DEFAULT_FPS = 25.0


def _has_container(path: str) -> str:
    if PurePosixPath(path).suffix.lower() not in _CONTAINERS:
        raise ValueError(f"'{path}' does not end in {' or '.join(_CONTAINERS)}")
    return path


class VideoConfig(StrictModel):
    """Where, how large, how encoded."""

    path: Annotated[OutPath, AfterValidator(_has_container)] = Field(
        default="annotated.mp4", description="inside the output folder, or absolute; .mp4 or .mkv"
    )
    max_width: int = Field(default=1280, ge=64, le=7680, description="px; wider pictures are scaled down")
    encoder: str = Field(default="auto", description="auto, or FFmpeg's name of an encoder")


class VideoSink:
    """An annotated video of every analysed frame, playable even if the process is killed.

    A run that goes on after a break gets a film of its own (`annotated-2.mp4`).
    """

    Config: ClassVar[type[BaseModel]] = VideoConfig
    needs_pixels: ClassVar = True
    events_only: ClassVar = False

    def __init__(self, config: VideoConfig) -> None:
        self._config = config
        self._context: SinkContext | None = None
        self._film: _Film | None = None
        self._last_index = -1

    def open(self, context: SinkContext) -> None:
        """Check that the file can be written and the encoder exists."""
        choose_encoder(self._config.encoder)
        if context.resumed:
            path = next_path(context.out, self._config.path)
            self._config = self._config.model_copy(update={"path": path})
        prepare_file(context.out, self._config.path)
        self._context = context

    def take_edit(self, scene: Scene, versions: Mapping[str, Any]) -> None:
        """Draw other zones and lines from now on; any thread."""
        del versions
        if self._context is not None:
            self._context = replace(self._context, scene=scene)
        if self._film is not None:
            self._film.show(scene)

    def write(self, result: FrameResult) -> None:
        """Draw and encode the frame."""
        if self._context is None:
            raise SinkError("the video sink is not open")
        if result.frame.index == self._last_index:
            return  # the last result of a stream closes its events on a frame that is already there
        self._last_index = result.frame.index
        if self._film is None:
            self._film = _Film(self._config, self._context, result.frame)
        self._film.add(result)

    def close(self) -> None:
        """Finish the file."""
        film, self._film = self._film, None
        if film is not None:
            film.close()


class _Film:
    """The video while it is written; its size is that of the first frame."""

    def __init__(self, config: VideoConfig, context: SinkContext, first: Frame) -> None:
        width, height = _fit(first.width, first.height, config.max_width)
        self._sizes = (width, height), (first.width, first.height)
        self._overlay = Overlay(context.scene, *self._sizes)
        self._alarms = Alarms()
        self._events = 0
        self._clock = _FilmClock(context.analysis_fps or context.stream.fps or _DEFAULT_FPS)
        self._picture: ImageArray = np.empty((height, width, 3), np.uint8)
        self._i420: ImageArray = np.empty((height * 3 // 2, width), np.uint8)
        self._writer = VideoWriter(
            context.out / config.path,
            width,
            height,
            self._clock.fps,
            encoder=config.encoder,
            options=GROWING if config.path.endswith(".mp4") else {},
            container=_CONTAINERS[PurePosixPath(config.path).suffix.lower()],
            metadata={"title": context.task_id},
        )

    def show(self, scene: Scene) -> None:
        """Show other zones and lines from the next frame on."""
        self._overlay = Overlay(scene, *self._sizes)

    def add(self, result: FrameResult) -> None:
        frame = result.frame
        self._alarms.update(result.events, frame.pts_s)
        self._events += len(result.events)
        frame.buffer.resize_into(self._picture)
        self._overlay.draw(self._picture, result.tracks, self._alarms, self._header(result))
        cv2.cvtColor(self._picture, cv2.COLOR_BGR2YUV_I420, dst=self._i420)
        self._writer.write(VideoFrame.from_ndarray(self._i420, format="yuv420p"), self._clock.read(frame.pts_s))

    def close(self) -> None:
        self._writer.close()

    def _header(self, result: FrameResult) -> str:
        clock = result.frame.captured_at.strftime("%Y-%m-%d %H:%M:%S")
        return f"{clock} UTC   {len(result.tracks)} objects   {self._events} events"


class _FilmClock:
    """Seconds from the first frame; where the stream jumps back, the film goes on by one frame."""

    def __init__(self, fps: float) -> None:
        self.fps = fps
        self._offset_s: float | None = None
        self._last_s = 0.0

    def read(self, pts_s: float) -> float:
        if self._offset_s is None:
            self._offset_s = -pts_s
        if pts_s + self._offset_s < self._last_s:
            self._offset_s = self._last_s + 1 / self.fps - pts_s
        self._last_s = pts_s + self._offset_s
        return self._last_s


def _fit(width: int, height: int, max_width: int) -> tuple[int, int]:
    """Return the largest even size of the same shape that is not wider than `max_width`."""
    scale = min(1.0, max_width / width)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
