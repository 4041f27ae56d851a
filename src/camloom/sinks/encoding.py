"""Encodes video into a file with what FFmpeg has at hand."""

from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame

from camloom.errors import SinkError
from camloom.sinks.paths import writing

TICKS_PER_S = 60_000  # whole numbers for the usual rates; MPEG-4 part 2 allows no more than 65535
_TIME_BASE = Fraction(1, TICKS_PER_S)
_KEYFRAME_EVERY_S = 2.0

# In order of preference. All settings favour speed: this runs beside the analysis.
_ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "ultrafast", "crf": "26"},
    "libopenh264": {"rc_mode": "quality"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "0"},
    "mpeg4": {"b": "6000000"},
}

FINISHED = {"movflags": "faststart"}
"""For a file that gets its name only when it is complete: the index comes first."""

GROWING = {"movflags": "hybrid_fragmented+frag_keyframe", "flush_packets": "1"}
"""For a file that must be playable even if the process is killed: fragments, turned into one index at the end."""


def choose_encoder(wanted: str = "auto") -> str:
    """Return the encoder to use.

    Raises:
        SinkError: FFmpeg has not got it.
    """
    candidates = list(_ENCODERS) if wanted == "auto" else [wanted]
    for name in candidates:
        if name in av.codecs_available and av.Codec(name, "w").is_encoder:
            return name
    raise SinkError(f"this FFmpeg has no video encoder '{wanted}'", f"Use `auto`, or one of: {', '.join(_ENCODERS)}")


class VideoWriter:
    """Encodes pictures of one size into a file.

    Args:
        path: what to write.
        width, height: px, even.
        fps: nominal; the time of each picture is its own.
        encoder: see `choose_encoder`.
        options: of the container, `FINISHED` or `GROWING`.
        container: FFmpeg's name of the format.
        metadata: of the container.

    Raises:
        SinkError: it cannot be written.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: float,
        *,
        encoder: str = "auto",
        options: dict[str, str] | None = None,
        container: str = "mp4",
        metadata: dict[str, str] | None = None,
    ) -> None:
        self._path = path
        self._last_ticks = -1
        name = choose_encoder(encoder)
        with writing(path):
            self._container = av.open(str(path), "w", format=container, container_options=options or {})
            self._container.metadata.update(metadata or {})
            stream = self._container.add_stream(name, rate=_as_fraction(fps), options=_ENCODERS.get(name, {}))
        assert isinstance(stream, av.VideoStream)
        self._stream = stream
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = _TIME_BASE
        context.gop_size = max(1, round(fps * _KEYFRAME_EVERY_S))
        context.thread_count = 1  # the cores belong to the analysis

    def write(self, frame: VideoFrame, pts_s: float) -> None:
        """Encode a picture shown at `pts_s` from the start of the file; times that do not grow are mended."""
        ticks = max(round(pts_s * TICKS_PER_S), self._last_ticks + 1)
        self._last_ticks = ticks
        frame.pts, frame.time_base = ticks, _TIME_BASE
        with writing(self._path):
            self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what is left in the encoder and finish the file."""
        with writing(self._path):
            try:
                if self._last_ticks >= 0:
                    self._container.mux(self._stream.encode(None))
            finally:
                self._container.close()


def _as_fraction(fps: float) -> Fraction:
    return Fraction(fps if 0 < fps <= 1000 else 25).limit_denominator(1001)
