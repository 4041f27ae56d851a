"""From whatever a camera sends to small pictures in H.264, which every browser plays."""

import time
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace

import av
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from camloom.errors import SinkError
from camloom.packets import CodecParameters, Packet, StreamInfo
from camloom.sinks.encoding import choose_encoder
from camloom.sources.opening.open import MAX_PIXELS

MAX_SIZE_PX = (1280, 720)
_LEAST_STEP_MS = 60  # 12.5 pictures a second of a camera with 25, 15 of one with 30
_KEYFRAME_EVERY_MS = 2000
_FPS = 15
_MS = Fraction(1, 1000)
_OPTIONS = {
    "libx264": {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "crf": "27",
        "maxrate": "3M",
        "bufsize": "3M",
    },
    "libopenh264": {"rc_mode": "quality"},
}


class Transcoder:
    """Decodes packets and encodes some of the pictures, made smaller where they are large.

    Args:
        info: describes the packets.
        from_pts_s: what is shown before is decoded only.
    """

    def __init__(self, info: StreamInfo, from_pts_s: float) -> None:
        self._info = info
        self._from_ms = _ms(from_pts_s)
        self._decoder: av.VideoCodecContext | None = None
        self._encoder: av.VideoCodecContext | None = None
        self._reformatter = VideoReformatter()
        self._broken = False
        self._last_ms = self._keyframe_ms = 0

    def of(self, packet: Packet) -> Iterator[Packet]:
        """Take the next packet; return those of H.264 that come of it.

        The first after a break says `discont`, and `info` where something else begins.

        Raises:
            SinkError: FFmpeg has no encoder of H.264 here.
        """
        if packet.info is not None:
            self._info, self._encoder = packet.info, None
        if packet.discont:
            self._decoder, self._broken = None, True
        for frame in self._decoded(packet):
            at_ms = frame.pts if frame.pts is not None else _ms(packet.pts_s)
            if at_ms >= self._from_ms and (self._is_due(at_ms) or self._broken):
                yield from self._encoded(frame, at_ms)

    def _decoded(self, packet: Packet) -> list[VideoFrame]:
        if self._decoder is None:
            self._decoder = CodecParameters(self._info).new_context()
            self._decoder.thread_type = "NONE"
            self._decoder.options = {"max_pixels": str(MAX_PIXELS)}
        copy = av.Packet(bytes(packet.raw))
        copy.pts, copy.dts, copy.time_base = _ms(packet.pts_s), _ms(packet.dts_s), _MS
        try:
            return self._decoder.decode(copy)
        except av.error.FFmpegError:
            return []  # the analysis says it

    def _is_due(self, at_ms: int) -> bool:
        return self._encoder is None or at_ms - self._last_ms >= _LEAST_STEP_MS

    def _encoded(self, frame: VideoFrame, at_ms: int) -> Iterator[Packet]:
        begins = self._encoder is None
        encoder = self._encoder = self._encoder or _new_encoder(*_fitted(frame.width, frame.height))
        at_ms = max(at_ms, self._last_ms + 1) if not begins else at_ms
        is_key = begins or self._broken or at_ms - self._keyframe_ms >= _KEYFRAME_EVERY_MS
        picture = self._reformatter.reformat(
            frame, encoder.width, encoder.height, "yuv420p", interpolation=Interpolation.FAST_BILINEAR
        )
        picture.pts, picture.time_base = at_ms, _MS
        picture.pict_type = PictureType.I if is_key else PictureType.NONE
        self._last_ms = at_ms
        for raw in encoder.encode(picture):
            info = _info_of(encoder) if begins else None
            ready_s = time.monotonic()
            yield Packet(raw, _seconds(raw, at_ms), ready_s, raw.is_keyframe, begins or self._broken, info)
            self._keyframe_ms = at_ms if raw.is_keyframe else self._keyframe_ms
            begins = self._broken = False


def _new_encoder(width: int, height: int) -> av.VideoCodecContext:
    name = next((name for name in _OPTIONS if name in av.codecs_available), None)
    if name is None:
        raise SinkError("this FFmpeg has no encoder of H.264", f"It needs one of: {', '.join(_OPTIONS)}")
    encoder = av.CodecContext.create(choose_encoder(name), "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = _MS, Fraction(_FPS)
    encoder.gop_size = _FPS * _KEYFRAME_EVERY_MS // 1000 * 2  # keyframes are asked for by time
    encoder.max_b_frames = 0
    encoder.thread_count = 1
    encoder.options = _OPTIONS[name]
    return encoder


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Return the size in which pictures are shown: even, no larger than they are."""
    scale = min(1.0, MAX_SIZE_PX[0] / width, MAX_SIZE_PX[1] / height)
    return max(2, round(width * scale) & ~1), max(2, round(height * scale) & ~1)


def _info_of(encoder: av.VideoCodecContext) -> StreamInfo:
    described = SimpleNamespace(
        name="h264", width=encoder.width, height=encoder.height, extradata=None, pix_fmt="yuv420p"
    )
    template = SimpleNamespace(codec_context=described, time_base=_MS)
    return StreamInfo("h264", encoder.width, encoder.height, 0, live=True, template=template)


def _seconds(raw: "av.Packet[av.VideoStream]", at_ms: int) -> float:
    return (raw.pts if raw.pts is not None else at_ms) / 1000


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
