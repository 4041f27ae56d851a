"""A picture and a clip for every alarm, cut from the packets the camera sent."""

import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
from pydantic import BaseModel, Field

from camloom.config import StrictModel
from camloom.errors import SinkError
from camloom.event import Event, FrameResult, Phase
from camloom.overlay import Overlay
from camloom.packets import Recording, StreamInfo
from camloom.sinks.base import SinkContext
from camloom.sinks.clip import ClipSource, complete_or_nothing, write_clip
from camloom.sinks.document import iso_utc
from camloom.sinks.paths import OutPath, writing
from camloom.sinks.queue import SizesOnly

_logger = logging.getLogger(__name__)


class EvidenceConfig(StrictModel):
    """Where, and how much around an event."""

    folder: OutPath = Field(default="media", description="inside the output folder, or absolute")
    before_s: float = Field(default=3.0, ge=0, le=60, description="seconds of clip before the event")
    after_s: float = Field(default=3.0, ge=0, le=300, description="seconds of clip after the event")
    clips: bool = Field(default=True, description="false: pictures only")
    picture_quality: int = Field(default=90, ge=1, le=100, description="of the JPEG")
    max_clips_at_once: int = Field(default=16, ge=1, le=256, description="further events get only a picture")


@dataclass(frozen=True, slots=True)
class _Clip:
    event: Event
    path: Path
    recording: Recording


class EvidenceSink:
    """A picture with the red box and a clip for each event that starts or just happens.

    The picture shows the frame of the event, its zone or line, and its objects. The clip is copied from
    the packet ring: it begins at the keyframe at or before `before_s` ahead of the event; only what no
    browser plays is encoded again, and then begins exactly there. Files are named after the event.
    """

    Config: ClassVar[type[BaseModel]] = EvidenceConfig
    needs_pixels: ClassVar = True
    events_only: ClassVar = True

    def __init__(self, config: EvidenceConfig) -> None:
        self._config = config
        self._context: SinkContext | None = None
        self._source: ClipSource | None = None
        self._clips: list[_Clip] = []
        self._lock = threading.Lock()
        self.clips_skipped = 0

    def open(self, context: SinkContext) -> None:
        """Make the folder and keep what describes the stream."""
        with writing(context.out / self._config.folder):
            (context.out / self._config.folder).mkdir(parents=True, exist_ok=True)
            probe = context.out / self._config.folder / ".camloom-write-test"
            probe.write_bytes(b"x")
            probe.unlink()
        self._source = ClipSource(context.stream)
        self._context = context

    def plan(self, event: Event, stream: StreamInfo) -> dict[str, str]:
        """Name the files of an event and begin to keep its packets.

        The pipeline calls this as soon as it has the event, on its own thread, before the packets of the time
        before are gone and before any sink sees the event.

        Returns:
            Paths by kind (`picture`, `clip`), relative to the output folder unless the folder is absolute.
        """
        del stream
        if self._context is None or event.phase not in (Phase.START, Phase.INSTANT):
            return {}
        media = {"picture": self._name(event, ".jpg")}
        if self._config.clips and (clip := self._record(event, self._context)):
            media["clip"] = clip
        return media

    def write(self, result: FrameResult) -> None:
        """Write the pictures of the frame's events, and the clips that are complete by now."""
        for event in result.events:
            media = event.media or self.plan(event, self._opened.stream)
            if "picture" in media:
                self._write_picture(result, event, self._opened.out / media["picture"])
        self.idle()

    def idle(self) -> None:
        """Write the clips that are complete by now."""
        with self._lock:
            complete = [clip for clip in self._clips if clip.recording.complete]
            self._clips = [clip for clip in self._clips if not clip.recording.complete]
        for clip in complete:
            self._write_clip(clip)

    def close(self) -> None:
        """Write all clips; those whose end has not come yet end here."""
        for clip in self._clips:
            self._opened.ring.stop(clip.recording)
        self.idle()

    @property
    def _opened(self) -> SinkContext:
        if self._context is None:
            raise SinkError("the evidence sink is not open")
        return self._context

    def _name(self, event: Event, suffix: str) -> str:
        stem = re.sub(r"[^A-Za-z0-9_-]", "_", event.id) or "event"
        return f"{self._config.folder.rstrip('/')}/{stem}{suffix}"

    def _record(self, event: Event, context: SinkContext) -> str:
        """Start a recording; events of one frame share one. Empty when there are too many already."""
        assert self._source is not None
        with self._lock:
            for clip in self._clips:
                if clip.event.pts_s == event.pts_s:
                    return self._name(clip.event, clip.path.suffix)
            if len(self._clips) >= self._config.max_clips_at_once:
                self._skip(event)
                return ""
            name = self._name(event, f".{self._source.container}")
            begin_s, end_s = event.pts_s - self._config.before_s, event.pts_s + self._config.after_s
            self._clips.append(_Clip(event, context.out / name, context.ring.record(begin_s, end_s)))
            return name

    def _skip(self, event: Event) -> None:
        self.clips_skipped += 1
        _logger.warning("event %s gets no clip: %d are being recorded already", event.id, len(self._clips))

    def _write_picture(self, result: FrameResult, event: Event, path: Path) -> None:
        if isinstance(result.frame.buffer, SizesOnly):
            _logger.warning("event %s gets no picture: the sink is too slow", event.id)
            return
        picture = result.frame.buffer.to_bgr().copy()
        overlay = Overlay(self._opened.scene, (result.frame.width, result.frame.height))
        told = (event.rule_id, event.type, event.detail, iso_utc(event.occurred_at))
        overlay.draw_event(picture, event, "   ".join(words for words in told if words))
        _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, self._config.picture_quality])
        with complete_or_nothing(path) as unfinished:
            unfinished.write_bytes(jpeg.tobytes())

    def _write_clip(self, clip: _Clip) -> None:
        assert self._source is not None
        start_s = clip.event.pts_s - self._config.before_s
        try:
            write_clip(
                clip.path, clip.recording.packets, self._source, start_s, lambda begin_s: self._describe(clip, begin_s)
            )
        except ValueError as error:
            _logger.warning("event %s gets no clip: %s", clip.event.id, error)

    def _describe(self, clip: _Clip, begin_s: float) -> dict[str, str]:
        assert self._source is not None
        event = clip.event
        how = "copied from the keyframe before" if self._source.copies else "encoded again"
        return {
            "title": f"{event.rule_id} {event.type}",
            "comment": f"event {event.id} at {event.pts_s - begin_s:.2f} s, {iso_utc(event.occurred_at)}; {how}",
        }
