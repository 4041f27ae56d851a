"""Real inputs for sinks: small encoded videos, frames, tracks and events with known content."""

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camloom.config import Scene
from camloom.event import Event, EventObject, FrameResult, Gate, Phase
from camloom.frame import Frame, ImageArray, PixelBox
from camloom.geometry import Line, Zone
from camloom.packets import Packet, PacketRing, StreamInfo
from camloom.sinks.base import SinkContext
from camloom.tracks import Tracks

FPS = 10
WIDTH, HEIGHT = 192, 128
START = datetime(2026, 11, 1, 8, 0, 0, tzinfo=UTC)


class ArrayBuffer:
    """A picture in memory."""

    pix_fmt = "bgr24"

    def __init__(self, bgr: ImageArray) -> None:
        self._bgr = bgr
        self.height, self.width = bgr.shape[:2]

    def to_bgr(self) -> ImageArray:
        return self._bgr

    def resize_into(self, target: ImageArray) -> None:
        cv2.resize(self._bgr, target.shape[1::-1], dst=target)

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        x0, y0, x1, y1 = box_px
        cv2.resize(self._bgr[y0:y1, x0:x1], target.shape[1::-1], dst=target)

    def luma(self, width: int, height: int) -> ImageArray:
        return np.asarray(cv2.resize(cv2.cvtColor(self._bgr, cv2.COLOR_BGR2GRAY), (width, height)), np.uint8)


def picture(number: int) -> ImageArray:
    """Return a grey picture with a white square that moves by 4 px each time."""
    bgr = np.full((HEIGHT, WIDTH, 3), 80, np.uint8)
    x = number * 4 % (WIDTH - 24)
    bgr[40:64, x : x + 24] = 255
    return bgr


@dataclass(frozen=True)
class Recorded:
    """An encoded video, opened: its container stays open as long as this lives."""

    info: StreamInfo
    packets: list[Packet]
    container: av.container.InputContainer


MakeVideo = Callable[..., Recorded]


@pytest.fixture
def make_video(tmp_path: Path) -> Iterator[MakeVideo]:
    """Encode a moving square and read its packets back as a source would."""
    opened: list[Recorded] = []

    def make(
        codec: str = "libx264",
        suffix: str = ".mp4",
        seconds: float = 8,
        gop: int = 10,
        bframes: int = 0,
        pix_fmt: str = "yuv420p",
    ) -> Recorded:
        path = tmp_path / f"source-{codec}{suffix}"
        _encode(path, codec, seconds, gop, bframes, pix_fmt)
        opened.append(_read(path))
        return opened[-1]

    yield make
    for recorded in opened:
        recorded.container.close()


def _encode(path: Path, codec: str, seconds: float, gop: int, bframes: int, pix_fmt: str) -> None:
    options = {
        "libx264": {"preset": "fast", "sc_threshold": "0"},
        "libx265": {"preset": "fast", "x265-params": "log-level=error"},
    }
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=options.get(codec, {}))
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, pix_fmt
        context.gop_size, context.max_b_frames = gop, bframes
        for number in range(round(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _read(path: Path) -> Recorded:
    container = av.open(str(path))
    stream = container.streams.video[0]
    raws = [raw for raw in container.demux(stream) if raw.size]
    origin = min(raw.pts for raw in raws if raw.pts is not None)
    packets = []
    for raw in raws:
        assert raw.pts is not None
        pts_s = float((raw.pts - origin) * raw.time_base)
        packets.append(Packet(raw, pts_s, 0.0, raw.is_keyframe))
    context = stream.codec_context
    info = StreamInfo(context.name, context.width, context.height, FPS, live=False, template=stream)
    return Recorded(info, packets, container)


MakeEvent = Callable[..., Event]
MakeResult = Callable[..., FrameResult]


@pytest.fixture
def make_event() -> MakeEvent:
    """Make an event at a time of the stream clock, about one person in the yard."""

    def make(pts_s: float = 4.0, **changes: object) -> Event:
        fields: dict[str, object] = {
            "id": f"01HEVENT{round(pts_s * 1000):08d}",
            "type": "region.entered",
            "source_id": "gate-camera",
            "rule_id": "yard-intrusion",
            "phase": Phase.START,
            "occurred_at": START + timedelta(seconds=pts_s),
            "pts_s": pts_s,
            "track_ids": (7,),
            "objects": (EventObject(7, "person", 0.87654, (20.04, 30.0, 60.0, 100.0)),),
            "zone": "yard",
            "value": 0.6,
            "unit": "s",
            "why": (Gate("min_time", 0.8, 0.6, "s"),),
        }
        return Event(**{**fields, **changes})  # type: ignore[arg-type]  # fields come by name

    return make


@pytest.fixture
def make_result() -> MakeResult:
    """Make the result of one frame with boxes (x0, y0, x1, y1), identities 7, 8, ..."""

    def make(
        index: int = 0,
        pts_s: float | None = None,
        events: Sequence[Event] = (),
        boxes: Sequence[tuple[float, float, float, float]] = ((20, 30, 60, 100),),
        size: tuple[int, int] = (WIDTH, HEIGHT),
    ) -> FrameResult:
        pts_s = index / FPS if pts_s is None else pts_s
        bgr = np.asarray(cv2.resize(picture(index), size), np.uint8)
        frame = Frame("gate-camera", index, pts_s, START + timedelta(seconds=pts_s), 0.0, False, ArrayBuffer(bgr))
        tracks = make_tracks(boxes)
        return FrameResult(frame, tracks, tracks, tuple(events), 0.02)

    return make


def make_tracks(boxes: Sequence[tuple[float, float, float, float]]) -> Tracks:
    count = len(boxes)
    return Tracks(
        xyxy=np.asarray(boxes, np.float32).reshape(-1, 4),
        confidence=np.full(count, 0.9, np.float32),
        class_id=np.zeros(count, np.int64),
        class_names=("person",),
        track_id=np.arange(7, 7 + count),
        first_pts_s=np.zeros(count),
    )


MakeContext = Callable[..., SinkContext]


@pytest.fixture
def make_context(tmp_path: Path) -> MakeContext:
    """Make what a sink is opened with; the output folder is `out`."""

    def make(info: StreamInfo | None = None, ring: PacketRing | None = None, out: Path | None = None) -> SinkContext:
        out = out or tmp_path / "out"
        out.mkdir(exist_ok=True)
        scene = Scene(
            (Zone("yard", ((0.1, 0.4), (0.9, 0.4), (0.9, 0.95), (0.1, 0.95))),),
            (Line("door", (0.5, 0.2), (0.5, 0.8)),),
        )
        info = info or StreamInfo("rawvideo", WIDTH, HEIGHT, FPS, live=False, template=_raw_template())
        return SinkContext("gate", out, scene, info, ring or PacketRing(5), FPS)

    return make


@dataclass(frozen=True)
class _Template:
    codec_context: av.VideoCodecContext
    time_base: Fraction


def _raw_template() -> _Template:
    context = av.CodecContext.create("rawvideo", "r")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    return _Template(context, Fraction(1, FPS))


FullDisk = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def full_disk() -> FullDisk:
    """Make every file of this process end at a size in bytes, as on a disk that is full."""

    @contextmanager
    def limit(size_bytes: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limit
