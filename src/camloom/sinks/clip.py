"""Turns recorded packets into a clip that a browser plays."""

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from camloom.packets import CodecParameters, Packet, StreamInfo, lasting_template
from camloom.sinks.encoding import FINISHED, TICKS_PER_S, VideoWriter
from camloom.sinks.paths import writing

# What browsers play, and the container they want it in. Everything else is encoded again.
_CONTAINERS = {"h264": "mp4", "hevc": "mp4", "av1": "mp4", "vp8": "webm", "vp9": "webm"}
_TIME_BASE = Fraction(1, TICKS_PER_S)
_DEFAULT_FPS = 25.0
_logger = logging.getLogger(__name__)


class ClipSource:
    """What is known of a stream's codec.

    Attributes:
        copies: whether clips are made without encoding anything.
        container: FFmpeg's name of the container that they come in.

    Args:
        info: as the source gave it.
    """

    def __init__(self, info: StreamInfo) -> None:
        self.fps = info.fps or _DEFAULT_FPS
        self._parameters = CodecParameters(info)
        self._codec = av.Codec(self._parameters.name, "r").canonical_name
        self._template = lasting_template(info.template) if isinstance(info.template, VideoStream) else None
        self.copies = self._codec in _CONTAINERS
        self.container = _CONTAINERS.get(self._codec, "mp4")

    def add_stream_to(self, container: av.container.OutputContainer) -> VideoStream:
        """Describe the stream to a container that will get its packets."""
        if self._template is None:  # the parameter sets are in the packets
            width, height = self._parameters.size
            bare: Any = container.add_mux_stream(self._codec, width=width, height=height, time_base=_TIME_BASE)
            return cast(VideoStream, bare)
        stream = container.add_stream_from_template(self._template, opaque=True)
        if self._codec == "hevc":
            # Apple's players want the parameter sets outside of the pictures, which this tag promises.
            stream.codec_context.codec_tag = "hvc1"
        stream.time_base = _TIME_BASE
        return stream

    def new_decoder(self) -> av.VideoCodecContext:
        """Return a decoder for the packets."""
        return self._parameters.new_context()


Describe = Callable[[float], dict[str, str]]
"""Gives the metadata of a container (`title`, `comment`) for the stream time at which the clip begins."""


def write_clip(path: Path, packets: Sequence[Packet], source: ClipSource, start_s: float, describe: Describe) -> None:
    """Write packets as a clip; the file has its name only when it is complete.

    Args:
        path: its suffix fits `source.container`.
        packets: in decoding order.
        source: describes them.
        start_s: where an encoded clip begins; a copied one begins at its first keyframe.
        describe: names and explains it to whoever looks into the file.

    Raises:
        SinkError: it cannot be written.
        ValueError: the packets cannot be shown, or do not fit the container.
    """
    usable = from_keyframe(packets)
    if not usable:
        raise ValueError("no packets")
    with complete_or_nothing(path) as unfinished:
        if source.copies:
            with _fitting():
                _copy(unfinished, usable, source, describe)
        else:
            _encode(unfinished, usable, source, start_s, describe)


@contextmanager
def complete_or_nothing(path: Path) -> Iterator[Path]:
    """Give a name to write to; only if all went well the file then gets its real name."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with writing(path):
            yield unfinished
            unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def _fitting() -> Iterator[None]:
    """Tell packets that a container does not take from a disk that does not take the file."""
    try:
        yield
    except (av.error.ArgumentError, av.error.InvalidDataError) as error:
        raise ValueError(f"the container does not take them: {error.strerror}") from error


def from_keyframe(packets: Sequence[Packet]) -> list[Packet]:
    """Return what can be decoded: from the first keyframe on, without pictures shown before it."""
    first = next((i for i, packet in enumerate(packets) if packet.is_keyframe), 0)
    # Leading pictures of an open group need the group before.
    return [packet for packet in packets[first:] if packet.pts_s >= packets[first].pts_s]


def timestamps(packets: Sequence[Packet]) -> list[tuple[int, int]]:
    """Return (pts, dts) in `TICKS_PER_S` for packets in decoding order, from 0.

    Decoding times are the presentation times in order, moved ahead by the least delay that keeps every
    dts at or before its pts. So they hold for B frames, for sources that give no dts, and over the wrap of
    MPEG-TS clocks.
    """
    origin_s = min(packet.pts_s for packet in packets)
    shown = _distinct([round((packet.pts_s - origin_s) * TICKS_PER_S) for packet in packets])
    decoded = sorted(shown)
    delay = max(dts - pts for pts, dts in zip(shown, decoded, strict=True))
    return [(pts, dts - delay) for pts, dts in zip(shown, decoded, strict=True)]


def _distinct(ticks: list[int]) -> list[int]:
    """Move equal times apart; what comes later in decoding order is shown later."""
    order = sorted(range(len(ticks)), key=lambda index: (ticks[index], index))
    for before, after in pairwise(order):
        ticks[after] = max(ticks[after], ticks[before] + 1)
    return ticks


def _copy(path: Path, packets: list[Packet], source: ClipSource, describe: Describe) -> None:
    times = timestamps(packets)
    options = FINISHED if source.container == "mp4" else {}
    with av.open(str(path), "w", format=source.container, container_options=options) as container:
        container.metadata.update(describe(min(packet.pts_s for packet in packets)))
        stream = source.add_stream_to(container)
        for packet, (pts, dts), duration in zip(packets, times, _durations(times), strict=True):
            container.mux(_duplicate(packet, stream, pts, dts, duration))


def _duplicate(packet: Packet, stream: VideoStream, pts: int, dts: int, duration: int) -> Any:
    """Return a packet of our own: those of the ring belong to several readers."""
    copy = av.Packet(bytes(packet.raw))
    copy.pts, copy.dts, copy.duration, copy.time_base = pts, dts, duration, _TIME_BASE
    copy.is_keyframe = packet.is_keyframe
    copy.stream = stream
    return copy


def _durations(times: list[tuple[int, int]]) -> list[int]:
    """Return how long each picture is shown; for the last one, as long as the one before."""
    shown = sorted(pts for pts, _ in times)
    gaps = [after - before for before, after in pairwise(shown)]
    gaps.append(gaps[-1] if gaps else round(TICKS_PER_S / _DEFAULT_FPS))
    return [gaps[bisect_right(shown, pts) - 1] for pts, _ in times]


def _encode(path: Path, packets: list[Packet], source: ClipSource, start_s: float, describe: Describe) -> None:
    frames = _decoded_from(packets, source, start_s)
    first = next(frames, None)
    if first is None:
        raise ValueError("nothing in them can be decoded")
    width, height = first[1].width // 2 * 2, first[1].height // 2 * 2
    writer = VideoWriter(path, width, height, source.fps, options=FINISHED, metadata=describe(first[0]))
    try:
        for pts_s, frame in (first, *frames):
            writer.write(frame.reformat(width=width, height=height, format="yuv420p"), pts_s - first[0])
    finally:
        writer.close()


def _decoded_from(packets: list[Packet], source: ClipSource, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Decode; yield the frames shown from `start_s` on with their times on the stream clock."""
    decoder = source.new_decoder()
    origin_s = min(packet.pts_s for packet in packets)
    duplicates = (_loose(packet, pts, dts) for packet, (pts, dts) in zip(packets, timestamps(packets), strict=True))
    for duplicate in (*duplicates, None):
        for frame in _decode(decoder, duplicate):
            pts_s = origin_s + (frame.pts or 0) / TICKS_PER_S
            if pts_s >= start_s - 0.5 / TICKS_PER_S:
                yield pts_s, frame


def _loose(packet: Packet, pts: int, dts: int) -> Any:
    copy = av.Packet(bytes(packet.raw))
    copy.pts, copy.dts, copy.time_base, copy.is_keyframe = pts, dts, _TIME_BASE, packet.is_keyframe
    return copy


def _decode(decoder: av.VideoCodecContext, packet: Any) -> list[VideoFrame]:
    try:
        return decoder.decode(packet)
    except av.error.FFmpegError as error:
        _logger.debug("a packet of a clip cannot be decoded: %s", error)
        return []
