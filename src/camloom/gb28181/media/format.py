"""What comes, as the rest of Camloom wants to know it: the description of a stream, and FFmpeg's packets."""

import io
from fractions import Fraction
from typing import Any

import av
import av.error

from camloom.errors import SourceError
from camloom.gb28181.media.unit import TICKS_PER_S, AccessUnit
from camloom.packets import StreamInfo

TIME_BASE = Fraction(1, TICKS_PER_S)
MAX_PIXELS = 1 << 26  # 8192 x 8192: beyond it is a picture bomb, not a camera
_MAX_FPS = 240.0


class StreamFormat:
    """Describes a stream from its keyframes.

    FFmpeg looks at the first keyframe alone, so that the description is there before anything is decoded elsewhere,
    and clips can be cut from the packets without encoding them again. A description stays good as long as it is held.
    """

    def __init__(self) -> None:
        self._known: tuple[str, bytes] | None = None
        self._info: StreamInfo | None = None

    def read(self, unit: AccessUnit) -> StreamInfo | None:
        """Return the description if it is new with this picture, else None.

        Raises:
            SourceError: the first keyframe cannot be read (`unsupported`).
        """
        is_known = self._known is not None and (
            not unit.is_keyframe or (unit.codec, unit.parameter_sets or self._known[1]) == self._known
        )
        if is_known:
            return None
        self._known = (unit.codec, unit.parameter_sets)
        before, self._info = self._info, self._describe(unit)
        return None if _is_same(before, self._info) else self._info

    def _describe(self, unit: AccessUnit) -> StreamInfo:
        try:
            _try_decoding(unit)
            container = av.open(io.BytesIO(unit.data), "r", format=unit.codec)
            video = container.streams.video[0]
            context = video.codec_context
        except (av.error.FFmpegError, IndexError):
            raise _unreadable(unit) from None
        if not context.width or not context.height:
            raise _unreadable(unit)
        fps = float(context.framerate or 0)
        return StreamInfo(
            codec=unit.codec,
            width=context.width,
            height=context.height,
            fps=fps if 0 < fps <= _MAX_FPS else 0.0,
            live=True,
            template=video,
        )


def to_packet(unit: AccessUnit) -> "av.Packet[Any]":
    """Return a picture as FFmpeg's packet, in 1/90000 s."""
    raw: av.Packet[Any] = av.Packet(unit.data)
    raw.pts, raw.dts, raw.time_base = unit.pts_ticks, unit.dts_ticks, TIME_BASE
    raw.is_keyframe = unit.is_keyframe
    return raw


def _try_decoding(unit: AccessUnit) -> None:
    """Decode a picture within bounds: what looks at it afterwards knows none."""
    context = av.CodecContext.create(unit.codec, "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.decode(av.Packet(unit.data))


def _is_same(one: StreamInfo | None, other: StreamInfo) -> bool:
    if one is None:
        return False
    return (one.codec, one.width, one.height, one.fps) == (other.codec, other.width, other.height, other.fps)


def _unreadable(unit: AccessUnit) -> SourceError:
    hint = "Set the device to plain H.264 or H.265, without the maker's own extensions"
    return SourceError(f"the first {unit.codec} picture of the device cannot be read", hint, reason="unsupported")
