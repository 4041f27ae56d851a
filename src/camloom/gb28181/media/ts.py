"""MPEG transport stream over RTP, which some devices send whatever they announced. FFmpeg reads it."""

from collections.abc import Iterator

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from camloom.gb28181.media.nal import Codec, guess_codec
from camloom.gb28181.media.rtp import RtpPacket
from camloom.gb28181.media.unit import TICKS_PER_S, AccessUnit, UnitAssembler

# The shortest analysis: what is read for a longer one would be held back for good.
_OPTIONS = {"probesize": "32", "analyzeduration": "0"}
_BUFFER_BYTES = 1316  # seven packets, as one RTP packet carries
_CODECS: dict[str, Codec] = {"h264": "h264", "hevc": "hevc"}


class TsReader:
    """Reads a transport stream; opens it anew when it is damaged or becomes another."""

    def __init__(self) -> None:
        self.assembler = UnitAssembler()

    def units(self, packets: Iterator[RtpPacket]) -> Iterator[AccessUnit]:
        """Yield the pictures until the packets end."""
        feed = _Feed(packets)
        while not feed.ended:
            try:
                with av.open(feed, "r", format="mpegts", buffer_size=_BUFFER_BYTES, options=_OPTIONS) as container:
                    yield from self._read(container, feed)
            except av.error.FFmpegError:
                feed.lost = True

    def _read(self, container: InputContainer, feed: "_Feed") -> Iterator[AccessUnit]:
        video = container.streams.best("video")
        if not isinstance(video, VideoStream):
            return
        name = getattr(video.codec_context, "name", "an unknown codec")  # FFmpeg has no decoder for some that TS names
        codec = _CODECS.get(name)
        self.assembler.unread = "" if codec else name
        self.assembler.switch(codec)
        for raw in container.demux(video):
            if raw.size == 0 or codec is None:
                continue
            data = bytes(raw)
            if (guess_codec(data) or codec) != codec:
                self.assembler.lost()
                return
            yield from self._unit(data, raw, feed)

    def _unit(self, data: bytes, raw: "av.Packet[av.VideoStream]", feed: "_Feed") -> Iterator[AccessUnit]:
        if feed.lost or raw.is_corrupt:
            feed.lost = False
            self.assembler.lost()
        self.assembler.add(data, _times(raw))
        unit = self.assembler.finish(feed.arrived_s)
        if unit is not None:
            yield unit


def _times(raw: "av.Packet[av.VideoStream]") -> tuple[int, int] | None:
    if raw.pts is None:
        return None
    scale = raw.time_base * TICKS_PER_S
    return round(raw.pts * scale), round((raw.pts if raw.dts is None else raw.dts) * scale)


class _Feed:
    """What FFmpeg reads from: the payloads, one at a time. An error of the packets goes through it unchanged."""

    def __init__(self, packets: Iterator[RtpPacket]) -> None:
        self.ended = False
        self.lost = False
        self.arrived_s = 0.0
        self._packets = packets
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return at least one byte; none at the end."""
        while not self._rest:
            packet = next(self._packets, None)
            if packet is None:
                self.ended = True
                return b""
            self._rest, self.arrived_s = packet.payload, packet.arrived_s
            self.lost |= packet.lost_before
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
