"""Look at a source for some seconds."""

import time
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from camloom.config.source_url import SourceUrl, is_live, parse_source
from camloom.errors import SourceError
from camloom.sources.opening.faults import read_error
from camloom.sources.opening.open import Opened, Reading, open_source, video_stream
from camloom.sources.probing.probe_report import ProbeReport, Spread

MAX_PACKETS = 6000  # four minutes at 25 fps: enough to know a file
DECODED_PACKETS = 50  # so many are decoded; after them keyframes only
JUMP_S = 2.0
TAIL_S = 2.0


def probe(url: str, seconds: float = 5.0, *, timeout_s: float = 10.0) -> ProbeReport:
    """Read a source for some seconds and report.

    A file is read as fast as it goes, so that the same seconds show more of it.

    Args:
        url: path, network URL or `sample:ID`.
        seconds: wall-clock time to read.
        timeout_s: longest wait for the connection and for each packet, also where bytes trickle in.

    Raises:
        SourceError: it cannot be opened, or sends no picture at all.
    """
    return look(url, Reading(timeout_s=timeout_s), seconds)[0]


def look(
    url: str, reading: Reading, seconds: float, *, picture_within_s: float = 0.0
) -> tuple[ProbeReport, VideoFrame | None]:
    """Read a source for some seconds; return the report and the first picture: a camera is asked once for both.

    Args:
        picture_within_s: go on for so long, at most, until a picture could be decoded. Else see `probe`, as for errors.
    """
    source = parse_source(url)
    began_s = time.monotonic()
    with closing(open_source(url, reading)) as opened:
        container = opened.container
        watch = _Watch(video_stream(container), began_s)
        broken = _read(watch, opened, url, reading.timeout_s, _Ends.after(seconds, picture_within_s))
        if not watch.sizes:
            hint = "Check that a player can play it"
            raise broken or SourceError(f"{source} sent no picture", hint, reason="no-video")
        truncated = not source.is_network and _is_truncated(container, watch)
        return _report(watch, container, source, truncated, broken.message if broken else ""), watch.first


@dataclass(frozen=True, slots=True)
class _Ends:
    """When it is enough: with a picture, and at the latest."""

    with_picture_s: float
    latest_s: float

    @classmethod
    def after(cls, seconds: float, picture_within_s: float) -> "_Ends":
        now_s = time.monotonic()
        return cls(now_s + seconds, now_s + max(seconds, picture_within_s))

    def is_enough(self, watch: "_Watch") -> bool:
        now_s = time.monotonic()
        return now_s >= (self.latest_s if watch.first is None else self.with_picture_s)


def _read(watch: "_Watch", opened: Opened, url: str, timeout_s: float, ends: _Ends) -> SourceError | None:
    """Watch until the time is up; return why reading broke off before, None if it did not."""
    opened.allow(timeout_s)
    try:
        for packet in opened.container.demux(watch.stream):
            opened.allow(timeout_s)
            if packet.size:
                watch.see(packet)
            if ends.is_enough(watch) or len(watch.sizes) >= MAX_PACKETS:
                return None
    except av.error.FFmpegError as error:
        return read_error(url, error)
    except SourceError as error:  # a connection to the web
        return error
    watch.ended = True
    return SourceError("the connection was closed", reason="unreachable") if is_live(url) else None


@dataclass
class _Watch:
    """What was seen of the packets of one stream, in their order.

    Attributes:
        sizes: of each packet, bytes.
        times_s: presentation times of those packets that have one.
        decoding_s: decoding times of those that have one.
        keyframes: the index of each among the packets.
        first: the first picture that could be decoded.
    """

    stream: VideoStream
    began_s: float
    sizes: list[int] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    decoding_s: list[float] = field(default_factory=list)
    keyframes: list[int] = field(default_factory=list)
    decode_errors: int = 0
    start_s: float | None = None
    first: VideoFrame | None = None
    pix_fmt: str = ""
    interlaced: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        self.stream.thread_count = 1

    def see(self, packet: "av.Packet[VideoStream]") -> None:
        """Take the next packet."""
        pts_s = _seconds(packet.pts, packet)
        dts_s = _seconds(packet.dts, packet)
        if pts_s is not None:
            self.times_s.append(pts_s)
        if dts_s is not None:
            self.decoding_s.append(dts_s)
        if packet.is_keyframe:
            self.keyframes.append(len(self.sizes))
        self.sizes.append(packet.size)
        if self.keyframes:
            self._decode(packet)

    def _decode(self, packet: "av.Packet[VideoStream]") -> None:
        context = self.stream.codec_context
        if len(self.sizes) == DECODED_PACKETS + self.keyframes[0]:
            context.skip_frame = "NONKEY"
        try:
            frames = context.decode(packet)
        except av.error.FFmpegError:
            self.decode_errors += 1
            return
        for frame in frames:
            if self.first is None:
                self.first, self.start_s = frame, time.monotonic() - self.began_s
            self.pix_fmt = frame.format.name
            self.interlaced |= frame.interlaced_frame
            self.decode_errors += frame.is_corrupt

    def gaps_s(self) -> list[float]:
        """Return the times between pictures in the order they are shown."""
        return [later - earlier for earlier, later in pairwise(sorted(self.times_s))]


def _seconds(stamp: int | None, packet: "av.Packet[VideoStream]") -> float | None:
    return float(stamp * packet.time_base) if stamp is not None and packet.time_base else None


def _report(
    watch: _Watch, container: InputContainer, source: SourceUrl, truncated: bool, broke_off: str
) -> ProbeReport:
    context = watch.stream.codec_context
    rate = watch.stream.average_rate or watch.stream.guessed_rate
    measured_fps, variable, jumps = _rhythm(watch)
    count = len(watch.sizes)
    nominal_fps = float(rate) if rate else 0.0
    watched_s = count / (measured_fps or nominal_fps) if measured_fps or nominal_fps else 0.0
    gop_frames = [later - earlier for earlier, later in pairwise(watch.keyframes)]
    frame_s = watched_s / count
    return ProbeReport(
        source=str(source),
        live=source.is_live,
        container="/".join(container.format.name.split(",")[:2]),
        codec=context.codec.canonical_name,
        profile=watch.stream.profile or "",
        width=context.width,
        height=context.height,
        pix_fmt=watch.pix_fmt or context.pix_fmt or "",
        interlaced=watch.interlaced,
        nominal_fps=nominal_fps,
        measured_fps=measured_fps,
        variable_fps=variable,
        gop_frames=Spread.of(gop_frames),
        gop_s=Spread.of([frames * frame_s for frames in gop_frames]),
        longest_gop_s=_longest_gop(watch, count) * frame_s,
        reorder_frames=_reorder_frames(watch),
        bit_rate_bps=sum(watch.sizes) * 8 / watched_s if watched_s else float(container.bit_rate or 0),
        audio=tuple(s.codec_context.name for s in container.streams.audio if s.codec_context),
        duration_s=None if source.is_live or container.duration is None else container.duration / av.time_base,
        truncated=truncated,
        watched_s=watched_s,
        frames=count,
        keyframes=len(watch.keyframes),
        start_s=watch.start_s,
        broke_off=broke_off,
        decode_errors=watch.decode_errors,
        missing_pts=count - len(watch.times_s),
        time_jumps=jumps,
    )


def _rhythm(watch: _Watch) -> tuple[float, bool, int]:
    """Return the measured rate, whether it varies, and the number of jumps of the clock."""
    gaps_s = [gap for gap in watch.gaps_s() if gap > 0]
    if not gaps_s:
        return 0.0, False, 0
    usual_s = median(gaps_s)
    jump_s = max(JUMP_S, 5 * usual_s)
    steady = [gap for gap in gaps_s if gap <= jump_s]
    uneven = sum(abs(gap - usual_s) > 0.25 * usual_s for gap in steady)
    order = watch.decoding_s or watch.times_s
    jumps = sum(not 0 < later - earlier <= jump_s for earlier, later in pairwise(order))
    return 1 / fmean(steady), uneven > 0.1 * len(steady), jumps


def _longest_gop(watch: _Watch, count: int) -> int:
    """Return the longest stretch without a new keyframe in frames, also before the first and after the last."""
    return max(later - earlier for earlier, later in pairwise([0, *watch.keyframes, count]))


def _reorder_frames(watch: _Watch) -> int:
    """Return how many pictures are held back; only where packets do come out of order."""
    if all(earlier <= later for earlier, later in pairwise(watch.times_s)):
        return 0
    return max(1, watch.stream.codec_context.reorder_depth)


def _is_truncated(container: InputContainer, watch: _Watch) -> bool:
    """Look at the end of a file: does it hold pictures up to the length it says?"""
    if not container.duration or not watch.times_s:
        return False
    start_s = (container.start_time or 0) / av.time_base
    end_s = start_s + container.duration / av.time_base
    last_s = max(watch.times_s)
    if not watch.ended:
        found_s = _last_time_s(container, watch.stream, end_s - TAIL_S)
        last_s = start_s if found_s is None else found_s
    return last_s < end_s - TAIL_S


def _last_time_s(container: InputContainer, stream: VideoStream, near_s: float) -> float | None:
    """Return the largest time stamp from `near_s` on; None when there is nothing."""
    last_s = None
    try:
        container.seek(round(near_s * av.time_base))
        for count, packet in enumerate(container.demux(stream)):
            if packet.size and (pts_s := _seconds(packet.pts, packet)) is not None:
                last_s = max(pts_s, last_s or pts_s)
            if count >= MAX_PACKETS:
                return near_s + TAIL_S  # a file with hardly a keyframe: not known, so not blamed
    except av.error.FFmpegError:
        return last_s
    return last_s
