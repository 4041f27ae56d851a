"""What probing a source found, and what about it will hurt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

LONG_GOP_S = 4.0
LARGE_PX = 5_000_000
SLOW_START_S = 3.0
BROWSER_CODECS = ("h264", "vp8", "vp9", "av1")
USUAL_PIX_FMTS = ("yuv420p", "yuvj420p", "nv12")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a source that will hurt.

    Args:
        code: short and stable, for programs, such as `long-gop`.
        text: what is wrong.
        advice: what to do about it.
    """

    code: str
    text: str
    advice: str

    def __str__(self) -> str:
        return f"{self.text}. {self.advice}"


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, mean and largest of some numbers."""

    least: float
    mean: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread | None":
        """Return the spread; None of nothing."""
        return cls(min(values), fmean(values), max(values)) if values else None

    def __str__(self) -> str:
        if self.most - self.least < 0.05:
            return f"{self.mean:.4g}"
        return f"{self.mean:.4g} ({self.least:.4g} to {self.most:.4g})"


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a source is.

    Attributes:
        source: what was asked for, without password.
        nominal_fps: what the source says; 0 when it does not.
        measured_fps: of the time stamps; 0 with fewer than two pictures.
        gop_frames, gop_s: from keyframe to keyframe; None with fewer than two keyframes.
        longest_gop_s: the longest stretch seen without a new keyframe, also at the end.
        reorder_frames: how many pictures B-frames hold back; 0 without them.
        duration_s: what a file says; None for a live source.
        truncated: a file holds less than it says.
        watched_s: stream time that was read.
        start_s: wall clock from asking to the first decoded picture; None when none came.
        broke_off: why reading ended before its time; empty when it did not.
        missing_pts: pictures without a time stamp; FFmpeg often gives the first of an RTSP stream none.
        time_jumps: time stamps that go back or leap ahead.
    """

    source: str
    live: bool
    container: str
    codec: str
    profile: str
    width: int
    height: int
    pix_fmt: str
    interlaced: bool
    nominal_fps: float
    measured_fps: float
    variable_fps: bool
    gop_frames: Spread | None
    gop_s: Spread | None
    longest_gop_s: float
    reorder_frames: int
    bit_rate_bps: float
    audio: tuple[str, ...]
    duration_s: float | None
    truncated: bool
    watched_s: float
    frames: int
    keyframes: int
    start_s: float | None
    broke_off: str
    decode_errors: int
    missing_pts: int
    time_jumps: int

    @property
    def has_b_frames(self) -> bool:
        """Whether pictures are sent in another order than they are shown."""
        return self.reorder_frames > 0

    @property
    def timestamps_sane(self) -> bool:
        """Whether every picture has a time and the times run on without jumps."""
        return self.missing_pts <= 1 and not self.time_jumps

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What about it will hurt, the worst first; empty for a good source."""
        return (*_of_damage(self), *_of_time(self), *_of_coding(self), *_of_picture(self))

    def as_rows(self) -> list[tuple[str, str]]:
        """Return the report as pairs of name and value, for a table."""
        gop = (
            f"every {self.gop_frames} frames, {self.gop_s} s"
            if self.gop_s
            else f"{self.keyframes} within {self.watched_s:.3g} s"
        )
        kind = "live" if self.live else f"{self.duration_s:.4g} s" if self.duration_s else "length unknown"
        said = f"{self.nominal_fps:.4g} fps said" if self.nominal_fps else "not said"
        steady = ", uneven" if self.variable_fps else ""
        return [
            ("source", self.source),
            ("container", f"{self.container}, {kind}"),
            ("codec", f"{self.codec} ({self.profile})" if self.profile else self.codec),
            ("picture", f"{self.width}x{self.height} {self.pix_fmt}{', interlaced' if self.interlaced else ''}"),
            ("frame rate", f"{said}, {self.measured_fps:.4g} measured{steady}"),
            ("keyframes", gop),
            ("B-frames", f"{_pictures(self.reorder_frames)} held back" if self.has_b_frames else "none"),
            ("bit rate", f"{self.bit_rate_bps / 1e6:.3g} Mbit/s"),
            ("audio", ", ".join(self.audio) or "none"),
            ("watched", f"{self.frames} frames, {self.keyframes} of them keyframes, {self.watched_s:.3g} s"),
            ("first picture", f"after {self.start_s:.2f} s" if self.start_s is not None else "never"),
            ("decode errors", str(self.decode_errors)),
            ("time stamps", "sane" if self.timestamps_sane else f"{self.missing_pts} missing, {self.time_jumps} jumps"),
        ]


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _of_damage(report: ProbeReport) -> Iterator[Finding]:
    if report.truncated:
        text = f"the file is cut off: it does not hold the {report.duration_s:.4g} s it says"
        yield Finding("truncated", text, "Get the file again, or use what there is")
    if report.broke_off:
        text = f"reading broke off after {report.watched_s:.3g} s: {report.broke_off}"
        yield Finding("broke-off", text, "Check the network and the power of the camera")
    if report.decode_errors:
        text = f"{_pictures(report.decode_errors)} could not be decoded cleanly"
        advice = "With UDP try TCP; check the network" if report.live else "The file is damaged; get it again"
        yield Finding("decode-errors", text, advice)
    if report.start_s is None:
        text = f"no picture could be decoded within {report.watched_s:.3g} s"
        yield Finding("no-picture", text, "Watch longer, and set a shorter keyframe interval on the camera")


def _of_time(report: ProbeReport) -> Iterator[Finding]:
    nominal, measured = report.nominal_fps, report.measured_fps
    if report.missing_pts > 1:
        text = f"{report.missing_pts} of {report.frames} pictures have no time stamp"
        yield Finding("no-pts", text, "Times are guessed from the frame rate: put the video into MP4 or MKV")
    if report.time_jumps:
        text = f"the time stamps jump ({report.time_jumps} x)"
        yield Finding("time-jumps", text, "Tracks start anew at a jump: check the clock of the camera")
    if not nominal:
        yield Finding("fps-unknown", "the source does not say its frame rate", "Set a fixed rate on the camera")
    elif measured and not 0.8 < measured / nominal < 1.25:
        text = f"it says {nominal:.4g} fps but sends {measured:.4g}"
        yield Finding("fps-differs", text, "In the dark cameras slow down: allow a shorter exposure, or lower the rate")
    if report.variable_fps:
        text = "the time between pictures varies"
        yield Finding("variable-fps", text, "Turn off a variable frame rate on the camera")
    if report.live and report.start_s is not None and report.start_s > SLOW_START_S:
        text = f"the first picture came after {report.start_s:.1f} s"
        yield Finding("slow-start", text, "Set a keyframe interval of 1 to 2 s on the camera")


def _of_coding(report: ProbeReport) -> Iterator[Finding]:
    if report.longest_gop_s > LONG_GOP_S:
        text = f"up to {report.longest_gop_s:.3g} s pass without a keyframe"
        harm = "Clips start that much early or late, and idle mode and a reconnect wait that long"
        yield Finding("long-gop", text, f"{harm}: set a keyframe interval of 1 to 2 s on the camera")
    if report.has_b_frames:
        text = f"B-frames hold back {_pictures(report.reorder_frames)}"
        yield Finding("b-frames", text, "A live alarm comes that much later: turn them off on the camera")
    if report.codec == "hevc":
        text = "not every browser plays H.265"
        yield Finding("codec", text, "Set the camera to H.264 if clips are to be watched in a browser")
    elif report.codec not in BROWSER_CODECS:
        text = f"browsers do not play {report.codec}"
        yield Finding("codec", text, "Clips of events are encoded again, at a cost; H.264 avoids it")


def _of_picture(report: ProbeReport) -> Iterator[Finding]:
    if report.width * report.height > LARGE_PX:
        text = f"{report.width}x{report.height} is more than detection can use"
        yield Finding("large", text, "Use the sub stream of the camera: decoding costs several times less")
    if report.pix_fmt and report.pix_fmt not in USUAL_PIX_FMTS:
        text = f"the pixel format {report.pix_fmt} is unusual"
        yield Finding("pix-fmt", text, "Hardware decoders and browsers may refuse it: use 8 bit 4:2:0 (yuv420p)")
    if report.interlaced:
        text = "the picture is interlaced"
        yield Finding("interlaced", text, "Moving objects have combed edges: set the camera to progressive")
