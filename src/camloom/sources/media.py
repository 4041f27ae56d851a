"""Anything FFmpeg reads: files, RTSP, RTMP, HTTP-FLV, HLS. The way in is PyAV."""

import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, ClassVar, Literal

import av
from pydantic import Field

from camloom.config import StrictModel
from camloom.config.addresses import PolicySetting, policy_in_force
from camloom.config.source_url import is_live, parse_source
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo, lasting_template
from camloom.sources.live.clock import StreamClock
from camloom.sources.live.pace import Pace
from camloom.sources.opening.faults import ended, no_more_pictures, read_error
from camloom.sources.opening.open import Opened, Reading, open_source, video_stream
from camloom.sources.opening.reach import answers

_DEFAULT_FPS = 25.0
_WALL_CLOCK = Fraction(1, 90000)


class MediaConfig(StrictModel):
    """A file or a URL."""

    url: str = Field(min_length=1, description="path, or rtsp, rtsps, rtmp, http(s) URL, or sample:ID of the catalogue")
    transport: Literal["tcp", "udp"] = Field(default="tcp", description="of RTSP")
    timeout_s: float = Field(default=9, gt=0, le=120, description="longest silence of a live source")
    reconnect: bool = Field(default=True, description="try a live source again, for ever; false: its end is the end")
    policy: PolicySetting = Field(
        default="local", description="which addresses may be read: local (all) or strict; see docs/sources.md"
    )
    verify_tls: bool | None = Field(
        default=None, description="whether a TLS server must prove who it is; left out: if it is called by a name"
    )
    pace: Literal["auto", "realtime"] = Field(
        default="auto", description="realtime plays a file as a camera would: at its own pace, never waiting"
    )
    phase_s: float = Field(
        default=0, ge=0, le=60, description="realtime: begin so much later, so that several do not tick together"
    )
    start_s: float = Field(default=0, ge=0, description="where to begin in a file (at the keyframe before)")
    loop: bool = Field(default=False, description="start a file again at its end, on a clock that goes on")

    def reading(self) -> Reading:
        """Return how it is opened."""
        return Reading(None, self.timeout_s, self.transport, policy_in_force(self.policy), self.verify_tls)


class MediaSource:
    """Files and network streams through FFmpeg."""

    Config: ClassVar = MediaConfig
    schemes: ClassVar = ("file", "rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "sample")

    def __init__(self, config: MediaConfig) -> None:
        self._config = config
        self._stopped = threading.Event()
        self._opened: Opened | None = None
        self._started_s = 0.0
        self._paced = config.pace == "realtime"
        self._network_live = is_live(config.url)

    @property
    def reconnects(self) -> bool:
        """Whether this is a camera or a like place that may come back."""
        return self._network_live and self._config.reconnect

    def knock(self) -> bool:
        """Tell within two seconds whether somebody answers there; nobody logs in."""
        return answers(parse_source(self._config.url), policy_in_force(self._config.policy))

    def open(self) -> StreamInfo:
        """Open the file or connect; see `open_source` for what can go wrong."""
        config = self._config
        self._opened = open_source(config.url, config.reading())
        self._network_live = self._opened.endless
        if config.start_s:
            self._seek(config.start_s)
        stream = self._stream
        context = stream.codec_context
        return StreamInfo(
            codec=context.name,
            width=context.width,
            height=context.height,
            fps=self._fps(),
            live=self._network_live or self._paced,
            template=self._template(),
            frames=self._frames(),
        )

    def packets(self) -> Iterator[Packet]:
        """Yield the packets of the first video stream, on a clock that starts at 0."""
        clock = StreamClock(live=self._network_live, frame_s=1 / (self._fps() or _DEFAULT_FPS))
        self._started_s = time.monotonic() + self._config.phase_s
        while not self._stopped.is_set():
            for raw in self._demux(clock):
                packet = self._timed(raw, clock)
                if self._paced:
                    self._stopped.wait(max(0.0, packet.ready_s - time.monotonic()))
                yield packet
            if self._network_live and not self._stopped.is_set():
                raise ended(parse_source(self._config.url))
            if not self._config.loop:
                return
            self._seek(0)

    def stop(self) -> None:
        """End `packets` after the current one."""
        self._stopped.set()
        if (opened := self._opened) is not None and opened.web is not None:
            opened.web.stop()

    def close(self) -> None:
        """Close the file or the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _container(self) -> av.container.InputContainer:
        assert self._opened is not None
        return self._opened.container

    @property
    def _stream(self) -> Any:
        return video_stream(self._container)

    @property
    def _timeless(self) -> bool:
        """Whether pictures come without a time, so that the time of their arrival counts."""
        return self._container.format.name == "mpjpeg"

    @property
    def _bursts(self) -> bool:
        """Whether live pictures come some seconds at a time."""
        return self._network_live and self._container.format.name == "hls"

    def _template(self) -> Any:
        stream = lasting_template(self._stream)
        if not self._timeless:
            return stream
        return SimpleNamespace(stream=stream, codec_context=stream.codec_context, time_base=_WALL_CLOCK)

    def _frames(self) -> int:
        if self._config.loop or self._network_live:
            return 0
        stream = self._stream
        return int(stream.frames) or round((stream.duration or 0) * (stream.time_base or 0) * self._fps())

    def _fps(self) -> float:
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if rate else 0.0

    def _seek(self, to_s: float) -> None:
        try:
            self._container.seek(round(to_s * av.time_base))
        except av.error.FFmpegError as error:
            raise read_error(self._config.url, error) from None

    def _demux(self, clock: StreamClock) -> "Iterator[av.Packet[av.VideoStream]]":
        """Yield the packets of the picture, each with a time; a live source may not go silent."""
        index, count, pace, asked_s = self._stream.index, 0, Pace(), time.monotonic()
        for raw in self._all():
            ours = raw.stream_index == index and raw.size > 0  # without a size it is FFmpeg's end mark
            self._check_silence(time.monotonic() - asked_s, ours=ours)
            if not ours:
                continue
            if self._timeless:
                raw.time_base = _WALL_CLOCK
                raw.pts = raw.dts = round(time.monotonic() / _WALL_CLOCK)
            elif raw.pts is None:
                raw.pts = raw.dts if raw.dts is not None else round(count * clock.frame_s / raw.time_base)
            count += 1
            if self._bursts and raw.dts is not None:
                self._stopped.wait(pace.hold_s(float(raw.dts * raw.time_base)))
            yield raw
            asked_s = time.monotonic()

    def _check_silence(self, waited_s: float, *, ours: bool) -> None:
        """Break off after too long without a picture, also if FFmpeg hands out a last one it had kept back."""
        if self._network_live and waited_s >= self._config.timeout_s:
            raise no_more_pictures(parse_source(self._config.url), self._config.timeout_s, others=not ours)

    def _all(self) -> "Iterator[av.Packet[Any]]":
        """Yield all packets of a live source, so that a silent picture is seen beside sound; else the picture's."""
        assert self._opened is not None
        packets = self._container.demux() if self._network_live else self._container.demux(self._stream)
        while not self._stopped.is_set():
            self._opened.allow(self._config.timeout_s)
            try:
                raw = next(packets, None)
            except av.error.FFmpegError as error:
                raise read_error(self._config.url, error) from None
            except SourceError:  # of a connection to the web, which `stop` cuts
                if self._stopped.is_set():
                    return
                raise
            if raw is None:
                return
            yield raw

    def _timed(self, raw: "av.Packet[av.VideoStream]", clock: StreamClock) -> Packet:
        assert raw.pts is not None
        time_base = float(raw.time_base)
        now_s = time.monotonic()
        dts = raw.dts if raw.dts is not None else raw.pts
        offset_s, discont = clock.read(raw.pts * time_base, dts * time_base, now_s)
        pts_s = raw.pts * time_base + offset_s
        return Packet(raw, pts_s, self._ready_s(clock, pts_s, now_s), raw.is_keyframe, discont)

    def _ready_s(self, clock: StreamClock, pts_s: float, now_s: float) -> float:
        """Camera: when it had the packet ready. File at its own pace: when it is due. File: when it is read."""
        if self._paced:
            return self._started_s + pts_s
        return clock.ready(pts_s, now_s) if self._network_live else now_s
