"""A picture and a clip for every alarm, cut from the packets the camera sent."""

import logging
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import cv2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, Field

from camloom.config import Scene, StrictModel
from camloom.errors import ConfigError, SinkError
from camloom.event import Change, Event, FrameResult, Phase
from camloom.evidence import default_key_path, signing_key
from camloom.overlay import Overlay
from camloom.packets import ClipPackets, ClipRing, StreamInfo
from camloom.sinks.alarm_folder import AlarmFolder, end_stored, folder_name, note_clip, safe_name
from camloom.sinks.base import SinkContext
from camloom.sinks.clip import ClipSource, complete_or_nothing, write_clip
from camloom.sinks.document import iso_utc
from camloom.sinks.evidence_zip import write_zip
from camloom.sinks.paths import OutPath, writing
from camloom.sinks.queue import SizesOnly

_MAX_OPEN = 1000
_SYSTEM_RULE = "system"
_FRESH_S = 5.0
_CAMERA_ALERT = "camera.alert"
_logger = logging.getLogger(__name__)


class EvidenceConfig(StrictModel):
    """Where, and how much around an event."""

    folder: OutPath = Field(default="media", description="inside the output folder, or absolute")
    before_s: float = Field(default=5.0, ge=0, le=60, description="seconds of clip before the event")
    after_s: float = Field(default=5.0, ge=0, le=300, description="seconds of clip after the event")
    clips: bool = Field(default=True, description="false: pictures only")
    picture_quality: int = Field(default=90, ge=1, le=100, description="of the JPEG")
    max_clips_at_once: int = Field(default=16, ge=1, le=256, description="further events get only a picture")
    signed: bool = Field(default=False, description="also a signed zip of each alarm, as soon as it is over")
    key: Path | None = Field(default=None, description="that signs; default: CAMLOOM_EVIDENCE_KEY, or the user's own")
    camera_alerts: bool = Field(default=True, description="also clips of what the camera itself raises an alarm about")
    max_per_alarm: int = Field(default=20, ge=1, le=1000, description="pictures and clips of those who join one alarm")


@dataclass(frozen=True, slots=True)
class _Clip:
    """A recording, and the files that it becomes: one in the folder of each alarm of that frame.

    Attributes:
        container: that its files are named after.
    """

    event: Event
    paths: list[Path]
    recording: ClipPackets
    container: str


class EvidenceSink:
    """A folder for each alarm: pictures with the red box, clips, and `alarm.json` with its life and what made it.

    There is a picture and a clip of what starts or just happens, of each stage that an alarm rises to, and of those
    who join it. The picture shows the frame of the event, its zone or line, and its objects. The clip is copied from
    the packet ring: it begins at the keyframe at or before `before_s` ahead of the event; only what no browser plays
    is encoded again, and then begins exactly there. Files are named after the event.
    """

    Config: ClassVar[type[BaseModel]] = EvidenceConfig
    needs_pixels: ClassVar = True
    events_only: ClassVar = True
    needs_provenance: ClassVar = True

    def __init__(self, config: EvidenceConfig) -> None:
        self._config = config
        self._context: SinkContext | None = None
        self._sources: tuple[StreamInfo, ClipSource] | None = None
        self._clips: list[_Clip] = []
        self._folders: dict[str, AlarmFolder] = {}
        self._joined: dict[str, int] = {}
        self._over: list[Path] = []
        self._key: Ed25519PrivateKey | None = None
        self._lock = threading.Lock()
        self.clips_skipped = 0

    def open(self, context: SinkContext) -> None:
        """Make the folder and keep what describes the stream."""
        with writing(context.out / self._config.folder):
            (context.out / self._config.folder).mkdir(parents=True, exist_ok=True)
            probe = context.out / self._config.folder / ".camloom-write-test"
            probe.write_bytes(b"x")
            probe.unlink()
        self._key = self._load_key() if self._config.signed else None
        if context.stream.template is not None:  # of a camera that never came there is none
            self._sources = (context.stream, ClipSource(context.stream))
        self._context = context

    def plan(self, event: Event, stream: StreamInfo) -> dict[str, str]:
        """Name the files of an event and begin to keep its packets.

        The pipeline calls this as soon as it has the event, on its own thread, before the packets of the time
        before are gone and before any sink sees the event.

        Returns:
            Paths by kind (`picture`, `clip`), relative to the output folder unless the folder is absolute.
        """
        del stream
        if self._context is None or not self._is_shown(event):
            return {}
        media = {"picture": self._name(event, ".jpg")}
        if self._config.clips and (clip := self._record(event, self._context)):
            media["clip"] = clip
        return media

    def take_edit(self, scene: Scene, versions: Mapping[str, Any]) -> None:
        """Draw other zones and lines from now on, and note other versions of the rules; any thread."""
        if self._context is not None:
            provenance = {**self._context.provenance, "rules": versions}
            self._context = replace(self._context, scene=scene, provenance=provenance)

    def write(self, result: FrameResult) -> None:
        """Write the pictures and documents of the frame's events, and the clips that are complete by now."""
        for event in result.events:
            media = event.media or self.plan(event, self._opened.stream)
            if "picture" in media:
                self._write_picture(result, event, self._opened.out / media["picture"])
            self._note(replace(event, media=media))
        self.idle()

    def take_event(self, event: Event) -> None:
        """Take what has no picture: an alarm of the camera itself, or the end of one whose process has died.

        Of the first a clip and the document are kept; of the second the document of before is closed.
        """
        if event.phase is Phase.END and folder_name(event) not in self._folders:
            self._close_stored(event)
        if event.type != _CAMERA_ALERT or not self._config.camera_alerts:
            return
        begins = event.phase in (Phase.START, Phase.INSTANT)
        clip = self._record(event, self._opened) if begins and self._config.clips and self._sees else ""
        self._note(replace(event, media={"clip": clip} if clip else {}))
        self.idle()

    def _close_stored(self, event: Event) -> None:
        folder = self._opened.out / self._config.folder / folder_name(event)
        if end_stored(folder, event) and self._config.signed:
            self._over.append(folder)

    def idle(self) -> None:
        """Write the clips that are complete by now."""
        with self._lock:
            # Asked once only: a recording may become complete at any moment.
            asked = [(clip, clip.recording.complete) for clip in self._clips]
            complete = [clip for clip, is_complete in asked if is_complete]
            self._clips = [clip for clip, is_complete in asked if not is_complete]
        for clip in complete:
            self._write_clip(clip)
        self._sign()

    def close(self) -> None:
        """Write all clips; those whose end has not come yet end here."""
        for clip in self._clips:
            self._ring.stop(clip.recording)
        self.idle()
        for folder in self._folders.values():
            folder.flush()
        self._folders.clear()

    @property
    def _opened(self) -> SinkContext:
        if self._context is None:
            raise SinkError("the evidence sink is not open")
        return self._context

    @property
    def _sees(self) -> bool:
        """Whether pictures come; an old one would be no evidence of what is now."""
        newest = self._opened.ring.newest
        return newest is not None and time.monotonic() - newest.ready_s < _FRESH_S

    @property
    def _ring(self) -> ClipRing:
        return self._opened.clips or self._opened.ring

    def _is_shown(self, event: Event) -> bool:
        """Tell whether an event gets a picture and a clip; of those who join an alarm only so many do."""
        if event.phase is Phase.END:
            self._joined.pop(event.incident_id, None)
        if event.change is Change.JOINED:
            joined = self._joined.pop(event.incident_id, 0) + 1
            self._joined[event.incident_id] = joined
            while len(self._joined) > _MAX_OPEN:
                del self._joined[next(iter(self._joined))]
            return joined < self._config.max_per_alarm
        return event.phase in (Phase.START, Phase.INSTANT) or event.change is Change.STAGE

    def _note(self, event: Event) -> None:
        """Put an event into the document of its alarm."""
        name = folder_name(event)
        begins = event.phase in (Phase.START, Phase.INSTANT)
        if event.rule_id == _SYSTEM_RULE or (name not in self._folders and not begins):
            return
        folder = self._folders.pop(name, None)
        if folder is None:
            path = self._opened.out / self._config.folder / name
            folder = AlarmFolder(path, self._opened.provenance)
        folder.add(event)
        if event.phase not in (Phase.END, Phase.INSTANT):
            self._folders[name] = folder
        elif self._config.signed:
            self._over.append(self._opened.out / self._config.folder / name)
        while len(self._folders) > _MAX_OPEN:
            self._folders.pop(next(iter(self._folders))).flush()

    def _load_key(self) -> Ed25519PrivateKey:
        try:
            return signing_key(self._config.key or default_key_path())
        except ConfigError as error:
            raise SinkError(error.message, error.hint) from error

    def _sign(self) -> None:
        """Make the zips of alarms that are over and whose clips are all written."""
        if self._key is None or not self._over:
            return
        with self._lock:
            waiting = {path.parent for clip in self._clips for path in clip.paths}
        ready = [folder for folder in self._over if folder not in waiting]
        self._over = [folder for folder in self._over if folder in waiting]
        for folder in ready:
            made_by = f"camloom {self._opened.provenance.get('camloom', '')}".rstrip()
            try:
                write_zip(folder, folder.with_suffix(".zip"), self._key, made_by)
            except ConfigError as error:
                _logger.warning("alarm %s gets no zip: %s", folder.name, error)

    def _name(self, event: Event, suffix: str) -> str:
        return f"{self._config.folder.rstrip('/')}/{folder_name(event)}/{safe_name(event.id, 'event')}{suffix}"

    def _record(self, event: Event, context: SinkContext) -> str:
        """Start a recording; events of one frame share one. Empty when there are too many already."""
        with self._lock:
            for clip in self._clips:
                if clip.event.pts_s == event.pts_s:
                    name = self._name(event, f".{clip.container}")
                    clip.paths.append(context.out / name)
                    return name
            if len(self._clips) >= self._config.max_clips_at_once:
                self._skip(event)
                return ""
            begin_s, end_s = event.pts_s - self._config.before_s, event.pts_s + self._config.after_s
            recording = self._ring.record(begin_s, end_s)
            container = self._source_of(recording.info or context.stream).container
            name = self._name(event, f".{container}")
            self._clips.append(_Clip(event, [context.out / name], recording, container))
            return name

    def _source_of(self, info: StreamInfo) -> ClipSource:
        """Return what describes the packets: a camera may come back with another codec."""
        known = self._sources  # read once: two threads ask, perhaps about different streams
        if known is None or known[0] is not info:
            known = self._sources = (info, ClipSource(info))
        return known[1]

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
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with complete_or_nothing(path) as unfinished:
            unfinished.write_bytes(jpeg.tobytes())

    def _write_clip(self, clip: _Clip) -> None:
        start_s = clip.event.pts_s - self._config.before_s
        first, *others = clip.paths
        source = self._source_of(clip.recording.info or self._opened.stream)
        for path in clip.paths:
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_clip(
                first, clip.recording.packets, source, start_s, lambda begin_s: _description(clip, source, begin_s)
            )
            for other in others:
                _same_file(first, other)
            self._note_stream(clip)
        except ValueError as error:
            _logger.warning("event %s gets no clip: %s", clip.event.id, error)

    def _note_stream(self, clip: _Clip) -> None:
        """Say in the documents which of the camera's streams a clip was cut from, where there are two."""
        if not clip.recording.stream:
            return
        for path in clip.paths:
            folder = self._folders.get(path.parent.name)
            if folder is not None:
                folder.clips[path.name] = clip.recording.stream
            note_clip(path, clip.recording.stream)


def _description(clip: _Clip, source: ClipSource, begin_s: float) -> dict[str, str]:
    event = clip.event
    how = "copied from the keyframe before" if source.copies else "encoded again"
    stream = f", of the {clip.recording.stream} stream" if clip.recording.stream else ""
    return {
        "title": f"{event.rule_id} {event.type}",
        "comment": f"event {event.id} at {event.pts_s - begin_s:.2f} s, {iso_utc(event.occurred_at)}; {how}{stream}",
    }


def _same_file(first: Path, other: Path) -> None:
    """Give a file a second name, or copy it where the disk knows no such thing."""
    with complete_or_nothing(other) as unfinished:
        try:
            unfinished.hardlink_to(first)
        except OSError:
            shutil.copyfile(first, unfinished)
