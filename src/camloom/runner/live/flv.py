"""Packets into FLV, by FFmpeg, and the few things of FLV that differ from viewer to viewer."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from camloom.errors import SourceError
from camloom.packets import CodecParameters, Packet, StreamInfo, lasting_template

HEADER = b"FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00"
"""Of a file with video and no sound."""

_SCRIPT, _VIDEO = 18, 9
_TAG_HEAD_BYTES = 11
_EXTENDED = 0x80
_LONGEST_MS = 2**31 - 1
_MS = Fraction(1, 1000)
_CARRIED = ("h264", "hevc")
_OPTIONS = {"flvflags": "no_metadata+no_duration_filesize+no_sequence_end", "flush_packets": "1"}
_Kind = Literal["config", "picture", "other"]


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of FLV.

    Attributes:
        at_ms: its time.
    """

    kind: int
    at_ms: int
    body: bytes

    @property
    def is_config(self) -> bool:
        """Whether it tells the decoder what comes."""
        return _kind_of(self) == "config"

    def at(self, at_ms: int) -> bytes:
        """Return it as bytes, with another time."""
        head = struct.pack(">I", self.kind << 24 | len(self.body)) + _time(at_ms) + b"\0\0\0"
        return head + self.body + struct.pack(">I", _TAG_HEAD_BYTES + len(self.body))


class FlvWriter:
    """Copies packets into FLV; nothing is decoded.

    Args:
        info: describes the packets.
        base_ms: what is 0 in the FLV, on the stream clock.

    Raises:
        SourceError: FLV does not carry this codec (`unsupported`).
    """

    def __init__(self, info: StreamInfo, base_ms: int) -> None:
        parameters = CodecParameters(info)
        codec = av.Codec(parameters.name, "r").canonical_name
        if codec not in _CARRIED:
            hint = "Set the camera to H.264, or H.265 where the browsers can show it"
            raise SourceError(f"the live view does not carry {codec}", hint, reason="unsupported")
        self._base_ms = base_ms
        self._last_dts_ms = 0
        self._out = _Bytes()
        # Something that is written to is a file for PyAV.
        self._container: OutputContainer = av.open(cast(Any, self._out), "w", format="flv", options=_OPTIONS)
        self._stream = _describe(self._container, info, codec, parameters)

    def add(self, packet: Packet) -> list[Tag]:
        """Take a packet, in decoding order from a keyframe on; return the tags that it makes.

        Raises:
            SourceError: FFmpeg does not take it.
        """
        dts_ms = max(self._last_dts_ms, round(packet.dts_s * 1000) - self._base_ms)
        if dts_ms > _LONGEST_MS:
            raise SourceError("the live view is older than FLV can count", reason="closed")
        copy = av.Packet(bytes(packet.raw))
        copy.pts, copy.dts = max(dts_ms, round(packet.pts_s * 1000) - self._base_ms), dts_ms
        copy.time_base, copy.is_keyframe, copy.stream = _MS, packet.is_keyframe, self._stream
        self._last_dts_ms = dts_ms
        try:
            self._container.mux(copy)
        except (av.error.FFmpegError, ValueError) as error:
            raise SourceError(f"FLV does not take a packet: {type(error).__name__}", reason="unsupported") from error
        return [tag for tag in _tags(self._out.taken()) if _kind_of(tag) != "other"]


def base_tag(base_ms: int) -> Tag:
    """Return the tag that tells the time of 0 on the stream clock: the script `onCamloom` with `base_ms`."""
    name, key = b"onCamloom", b"base_ms"
    value = b"\x00" + struct.pack(">d", base_ms)
    fields = struct.pack(">H", len(key)) + key + value
    body = b"\x02" + struct.pack(">H", len(name)) + name + b"\x03" + fields + b"\x00\x00\x09"
    return Tag(_SCRIPT, 0, body)


def joined(tags: Sequence[Tag], shift_ms: int) -> bytes:
    """Return tags as bytes, so much earlier."""
    return b"".join(tag.at(tag.at_ms - shift_ms) for tag in tags)


class _Bytes:
    """A file that gives back what was written since it was asked last."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def _describe(container: OutputContainer, info: StreamInfo, codec: str, parameters: CodecParameters) -> VideoStream:
    if isinstance(info.template, VideoStream):
        stream = container.add_stream_from_template(lasting_template(info.template), opaque=True)
        stream.codec_context.codec_tag = "\0\0\0\0"  # that of another container would be refused
    else:  # the parameter sets are in the packets
        width, height = parameters.size
        bare: Any = container.add_mux_stream(codec, width=width, height=height, time_base=_MS)
        stream = cast(VideoStream, bare)
    stream.time_base = _MS
    return stream


def _tags(data: bytes) -> Iterator[Tag]:
    """Read what FFmpeg wrote: whole tags, the first time after the header of the file."""
    at = len(HEADER) if data.startswith(b"FLV") else 0
    while at + _TAG_HEAD_BYTES <= len(data):
        length = int.from_bytes(data[at + 1 : at + 4])
        at_ms = data[at + 7] << 24 | int.from_bytes(data[at + 4 : at + 7])
        begin = at + _TAG_HEAD_BYTES
        yield Tag(data[at], at_ms, data[begin : begin + length])
        at = begin + length + 4


def _kind_of(tag: Tag) -> _Kind:
    """Tell what a tag is for. Of what is neither setting nor picture, such as colours, players make errors."""
    if tag.kind != _VIDEO or len(tag.body) < 5:
        return "other"
    first = tag.body[0]
    if first & _EXTENDED:
        return {0: "config", 1: "picture", 3: "picture"}.get(first & 0x0F, "other")  # type: ignore[return-value]
    return {0: "config", 1: "picture"}.get(tag.body[1], "other")  # type: ignore[return-value]


def _time(at_ms: int) -> bytes:
    """Return a time as FLV has it: three low bytes, then the high one."""
    packed = struct.pack(">I", at_ms)
    return packed[1:] + packed[:1]
