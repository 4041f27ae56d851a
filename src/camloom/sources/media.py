"""Anything FFmpeg reads: files, RTSP, RTMP, HTTP-FLV, HLS. The way in is PyAV."""

import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import av
from pydantic import Field

from camloom.config import StrictModel
from camloom.packets import Packet, StreamInfo, lasting_template
from camloom.sources.clock import StreamClock
from camloom.sources.open import open_container, read_error, video_stream
from camloom.sources.url import is_live

_DEFAULT_FPS = 25.0


class MediaConfig(StrictModel):
    """A file or a URL."""

    url: str = Field(min_length=1, description="path, or rtsp, rtsps, rtmp, http(s) URL, or sample:ID of the catalogue")
    transport: Literal["tcp", "udp"] = Field(default="tcp", description="of RTSP")
    timeout_s: float = Field(default=10, gt=0, le=120, description="longest silence of a live source")
    reconnect: bool = Field(default=True, description="try a live source again, for ever; false: its end is the end")
    pace: Literal["auto", "realtime"] = Field(
        default="auto", description="realtime plays a file as a camera would: at its own pace, never waiting"
    )
    phase_s: float = Field(
        default=0, ge=0, le=60, description="realtime: begin so much later, so that several do not tick together"
    )
    start_s: float = Field(default=0, ge=0, description="where to begin in a file (at the keyframe before)")
    loop: bool = Field(default=False, description="start a file again at its end, on a clock that goes on")


class MediaSource:
    """Files and network streams through FFmpeg."""

    Config: ClassVar = MediaConfig
    schemes: ClassVar = ("file", "rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "sample")

    def __init__(self, config: MediaConfig) -> None:
        self._config = config
        self._stopped = threading.Event()
        self._container: av.container.InputContainer | None = None
        self._started_s = 0.0
        self._paced = config.pace == "realtime"
        self._network_live = is_live(config.url)

    @property
    def reconnects(self) -> bool:
        """Whether it is a camera, which may come back."""
        return self._network_live and self._config.reconnect

    def open(self) -> StreamInfo:
        """Open the file or connect; see `open_container` for what can go wrong."""
        self._container = open_container(
            self._config.url, timeout_s=self._config.timeout_s, rtsp_transport=self._config.transport
        )
        if self._config.start_s:
            self._seek(self._config.start_s)
        stream = self._stream
        context = stream.codec_context
        return StreamInfo(
            codec=context.name,
            width=context.width,
            height=context.height,
            fps=self._fps(),
            live=self._network_live or self._paced,
            template=lasting_template(stream),
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
            if not self._config.loop or self._network_live:
                return
            self._seek(0)

    def stop(self) -> None:
        """End `packets` after the current one."""
        self._stopped.set()

    def close(self) -> None:
        """Close the file or the connection."""
        if self._container is not None:
            self._container.close()
            self._container = None

    @property
    def _stream(self) -> Any:
        assert self._container is not None
        return video_stream(self._container)

    def _frames(self) -> int:
        if self._config.loop or self._network_live:
            return 0
        stream = self._stream
        return int(stream.frames) or round((stream.duration or 0) * (stream.time_base or 0) * self._fps())

    def _fps(self) -> float:
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if rate else 0.0

    def _seek(self, to_s: float) -> None:
        assert self._container is not None
        try:
            self._container.seek(round(to_s * av.time_base))
        except av.error.FFmpegError as error:
            raise read_error(self._config.url, error) from None

    def _demux(self, clock: StreamClock) -> "Iterator[av.Packet[av.VideoStream]]":
        assert self._container is not None
        count = 0
        try:
            for raw in self._container.demux(self._stream):
                if self._stopped.is_set():
                    return
                if raw.size == 0:
                    continue  # FFmpeg's end mark
                if raw.pts is None:
                    raw.pts = raw.dts if raw.dts is not None else round(count * clock.frame_s / raw.time_base)
                count += 1
                yield raw
        except av.error.FFmpegError as error:
            raise read_error(self._config.url, error) from None

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
