"""Encoded packets and the ring that remembers the last seconds of them.

Evidence clips and the live view copy these packets; nothing is encoded again unless someone asks.
"""

import io
import math
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import av
from av.video.stream import VideoStream

_PACKET_BYTES = 512  # what a packet takes beside its data: many tiny ones must not fill the memory either


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source says about its video when it opens.

    Attributes:
        codec: FFmpeg's name, such as `h264`.
        fps: nominal frames per second; 0 when unknown.
        frames: how many there are; 0 when unknown.
        live: frames come at their own pace and cannot be asked for again.
        template: anything with `codec_context` (name, extradata, width, height, pix_fmt) and `time_base` that
            describes the packets; it outlives its source (see `lasting_template`).
    """

    codec: str
    width: int
    height: int
    fps: float
    live: bool
    template: Any = None
    frames: int = 0


def lasting_template(stream: VideoStream) -> VideoStream:
    """Return a copy of what describes an FFmpeg stream that outlives its container.

    FFmpeg's stream dies with its container, so the parameters are moved into one in memory that is never written.
    """
    holder = av.open(io.BytesIO(), "w", format="matroska")
    return holder.add_stream_from_template(stream, opaque=True)


class CodecParameters:
    """What a decoder needs to know of a stream: a copy, since FFmpeg's own description dies with the connection.

    Attributes:
        name: of the decoder.
        size: width, height: px.
    """

    def __init__(self, info: StreamInfo) -> None:
        template = info.template.codec_context
        self.name: str = template.name
        self.size: tuple[int, int] = (template.width, template.height)
        self._extradata = template.extradata
        self._pix_fmt = template.pix_fmt

    def new_context(self) -> av.VideoCodecContext:
        """Return a decoder that is not opened yet; it works on one thread."""
        context = av.CodecContext.create(self.name, "r")
        assert isinstance(context, av.VideoCodecContext)
        context.extradata = self._extradata
        context.width, context.height = self.size
        context.pix_fmt = self._pix_fmt
        context.thread_count = 1
        return context


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture.

    Attributes:
        raw: the FFmpeg packet.
        pts_s: presentation time on the stream clock, in s.
        ready_s: `time.monotonic()` when the camera had it ready as far as we can tell, so that waiting
            in a buffer counts as age.
        discont: the stream broke before this packet.
        info: what comes from here on, where that is no longer what the source said before; only with `discont`.
    """

    raw: "av.Packet[Any]"
    pts_s: float
    ready_s: float
    is_keyframe: bool
    discont: bool = False
    info: StreamInfo | None = None

    @property
    def size_bytes(self) -> int:
        """Encoded size."""
        return int(self.raw.size)

    @property
    def dts_s(self) -> float:
        """When it is decoded, in s on the stream clock; never after `pts_s`."""
        raw = self.raw
        if raw.dts is None or raw.pts is None or raw.time_base is None:
            return self.pts_s
        return self.pts_s - max(0.0, float((raw.pts - raw.dts) * raw.time_base))


class Recording:
    """Packets kept beyond the ring: from some seconds ago until a time of the stream clock.

    Attributes:
        packets: in decoding order; read them once `complete`. All of one segment of the stream.
        complete: nothing is added any more.
        stream: which of a camera's streams they are of, `main` or `sub`; empty where there is only one.
        info: what describes these packets, where the source began anew with something else than at first.
    """

    def __init__(self, until_pts_s: float, max_bytes: int, info: StreamInfo | None = None) -> None:
        self.packets: list[Packet] = []
        self.info = info
        self.stream = ""
        self.until_pts_s = until_pts_s
        self.complete = False
        self._bytes_left = max_bytes

    def add(self, packet: Packet) -> None:
        """Take one more packet; past the end, over the size or after a break the recording is complete.

        The decoding time decides about the end: pictures shown before it may be sent after one shown later.
        """
        broken = packet.discont and bool(self.packets)
        self._bytes_left -= packet.size_bytes + _PACKET_BYTES
        if self.complete or broken or packet.dts_s > self.until_pts_s or self._bytes_left < 0:
            self.complete = True
        else:
            self.packets.append(packet)


class ClipPackets(Protocol):
    """What a clip is made of; see `Recording`."""

    @property
    def packets(self) -> list[Packet]:
        """In decoding order, all of one segment."""

    @property
    def complete(self) -> bool:
        """Nothing is added any more."""

    @property
    def info(self) -> StreamInfo | None:
        """What describes them, if it is not what the stream said at first."""

    @property
    def stream(self) -> str:
        """`main`, `sub`, or empty."""


class ClipRing(Protocol):
    """Where clips are cut from; see `PacketRing`."""

    def record(self, from_pts_s: float, until_pts_s: float) -> ClipPackets:
        """Start a recording at the keyframe before `from_pts_s`; it goes on until `until_pts_s`."""

    def stop(self, recording: Any) -> None:
        """End one of its recordings early."""


class PacketRing:
    """The last seconds of packets of one stream, cut at keyframes.

    The decoding thread appends; sinks read from their own threads.

    Args:
        seconds: how far back a clip can begin; more is kept, back to the keyframe before.
        max_bytes: upper bound whatever the bit rate; then whole groups of pictures go first.

    Attributes:
        hold_pts_s: packets from here on are kept even if they are older (a sleeping stream goes back to them).
        newest: the last packet that came; None before the first.
    """

    def __init__(self, seconds: float, max_bytes: int = 64 << 20) -> None:
        self.seconds = seconds
        self.hold_pts_s = math.inf
        self.newest: Packet | None = None
        self._max_bytes = max_bytes
        self._groups: deque[list[Packet]] = deque()
        self._bytes = 0
        self._recordings: list[Recording] = []
        self._info: StreamInfo | None = None
        self._lock = threading.Lock()

    def append(self, packet: Packet) -> None:
        """Remember a packet and forget what is too old."""
        with self._lock:
            if packet.discont:
                self._forget_all()
            self._info = packet.info or self._info
            if packet.is_keyframe or not self._groups:
                self._groups.append([])
            self._groups[-1].append(packet)
            self._bytes += packet.size_bytes + _PACKET_BYTES
            self._forget_old(packet.pts_s)
            self.newest = packet
            for recording in self._recordings:
                recording.add(packet)
            self._recordings = [r for r in self._recordings if not r.complete]

    def since(self, pts_s: float) -> list[Packet]:
        """Return the packets from the last keyframe at or before `pts_s` on (or the oldest kept)."""
        with self._lock:
            return list(self._since(pts_s))

    def record(self, from_pts_s: float, until_pts_s: float, max_bytes: int = 256 << 20) -> Recording:
        """Start a recording at the keyframe before `from_pts_s`; it goes on until `until_pts_s`."""
        with self._lock:
            recording = Recording(until_pts_s, max_bytes, self._info)
            for packet in self._since(from_pts_s):
                recording.add(packet)
            if not recording.complete:
                self._recordings.append(recording)
            return recording

    def stop(self, recording: Recording) -> None:
        """End a recording early."""
        with self._lock:
            recording.complete = True
            self._recordings = [r for r in self._recordings if r is not recording]

    def clear(self) -> None:
        """Forget everything, and end all recordings: the stream is away."""
        with self._lock:
            self._forget_all()
            self.newest = None

    @property
    def size_bytes(self) -> int:
        """Bytes held, with what each packet takes beside its data."""
        return self._bytes

    def _since(self, pts_s: float) -> Iterator[Packet]:
        first = 0
        for index, group in enumerate(self._groups):
            if group[0].pts_s <= pts_s:
                first = index
        for group in list(self._groups)[first:]:
            yield from group

    def _forget_all(self) -> None:
        self._groups.clear()
        self._bytes = 0
        for recording in self._recordings:
            recording.complete = True
        self._recordings.clear()

    def _forget_old(self, now_pts_s: float) -> None:
        needed_pts_s = min(now_pts_s - self.seconds, self.hold_pts_s)
        while len(self._groups) > 1 and (self._groups[1][0].pts_s <= needed_pts_s or self._bytes > self._max_bytes):
            self._bytes -= sum(packet.size_bytes + _PACKET_BYTES for packet in self._groups.popleft())
        if self._bytes > self._max_bytes:
            # One endless group, as some cameras send it: bounded memory matters more than a clip.
            self._groups.clear()
            self._bytes = 0
