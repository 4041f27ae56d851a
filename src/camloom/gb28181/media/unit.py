"""Access units: one encoded picture each, cut out of what a device sends, from a keyframe on."""

from dataclasses import dataclass, field

from camloom.gb28181.media.nal import Codec, guess_codec, read_picture

TICKS_PER_S = 90_000
MAX_UNIT_BYTES = 8 << 20  # a keyframe of an 8K camera; beyond it is no picture
_MAX_HEAD_BYTES = 4096
_FRAME_TICKS = TICKS_PER_S // 25


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One encoded picture, Annex B.

    Attributes:
        codec: FFmpeg's name, `h264` or `hevc`.
        pts_ticks, dts_ticks: when to show and to decode it, in 1/90000 s, unwrapped; the device's own zero.
        arrived_s: `time.monotonic()` when its last byte came.
        is_keyframe: decoding can begin here.
        discont: pictures are missing before it, or from here on it is another stream.
        parameter_sets: VPS, SPS and PPS in it, with start codes; empty where there are none.
    """

    codec: Codec
    data: bytes = field(repr=False)
    pts_ticks: int
    dts_ticks: int
    arrived_s: float
    is_keyframe: bool
    discont: bool = False
    parameter_sets: bytes = field(default=b"", repr=False)

    @property
    def pts_s(self) -> float:
        """When to show it, in s since the device's zero."""
        return self.pts_ticks / TICKS_PER_S


@dataclass(slots=True)
class Unwrapper:
    """Turns a counter that wraps into one that does not; steps of less than half its range may go backwards.

    Args:
        bits: width of the counter.
    """

    bits: int
    _last: int | None = field(default=None, init=False)

    def read(self, value: int) -> int:
        """Return the unwrapped value."""
        if self._last is None:
            self._last = value
        else:
            half = 1 << (self.bits - 1)
            self._last += ((value - self._last + half) & ((1 << self.bits) - 1)) - half
        return self._last


class UnitAssembler:
    """Collects the bytes of one picture after another.

    Nothing is given out before the first keyframe, and nothing between a loss and the next keyframe.

    Attributes:
        codec: what the device says it sends; None: the parameter sets tell.
        unread: the name of a codec that the device announced and that is not read here; empty: none.
        fallback_ticks: the time of what is added next on another clock, for devices that leave the times away.
        lost_units: pictures that were thrown away.
        video_bytes: of video so far, given out or not.
        broken: the rest of the picture that is being collected is thrown away too.
        waiting: a keyframe must come before anything is given out.
    """

    def __init__(self, codec: Codec | None = None) -> None:
        self.codec = codec
        self.unread = ""
        self.fallback_ticks: int | None = None
        self.lost_units = 0
        self.video_bytes = 0
        self.broken = False
        self.waiting = True
        self._data = bytearray()
        self._times: tuple[int, int] | None = None
        self._fallback_ticks: int | None = None
        self._offset_ticks = 0
        self._discont = False
        self._begun = False
        self._last_ticks = 0

    @property
    def size_bytes(self) -> int:
        """Bytes of the picture that is being collected."""
        return len(self._data)

    @property
    def pts_ticks(self) -> int | None:
        """The time of the picture that is being collected; None: it has none yet."""
        return self._times[0] if self._times else None

    def add(self, data: bytes | memoryview, times: tuple[int, int] | None = None) -> None:
        """Add bytes of the current picture; its first times (pts, dts in ticks) count."""
        self.video_bytes += len(data)
        if self._times is None:
            self._times = times
        if self._fallback_ticks is None:
            self._fallback_ticks = self.fallback_ticks
        if len(self._data) + len(data) > MAX_UNIT_BYTES:
            self.lost()
        if not self.broken:
            self._data += data

    def lost(self) -> None:
        """Bytes are missing here: throw the current picture away and wait for a keyframe."""
        self._data.clear()
        self.broken = self._discont = self.waiting = True

    def switch(self, codec: Codec | None) -> None:
        """From here on it is another codec."""
        if codec != self.codec:
            self._data.clear()
            self._discont = self.waiting = True
            self.codec = codec

    def finish(self, arrived_s: float) -> AccessUnit | None:
        """End the current picture and return it, or None where there is nothing to give out."""
        if self.broken or not self._data:
            self.lost_units += self.broken
            self._start_next()
            return None
        data = bytes(self._data)
        self.codec = self.codec or guess_codec(data)
        picture = read_picture(data, self.codec) if self.codec else None
        if picture is None or not picture.has_slice:
            self._keep_head(useful=picture is not None and bool(picture.parameter_sets))
            return None
        unit = self._unit(data, picture.is_keyframe, picture.parameter_sets, arrived_s)
        self._start_next()
        return unit

    def _unit(self, data: bytes, is_keyframe: bool, sets: bytes, arrived_s: float) -> AccessUnit | None:
        if self.waiting and not is_keyframe:
            self.lost_units += self._begun
            return None
        assert self.codec is not None
        pts, dts = self._settled_times()
        discont = self._discont and self._begun
        self.waiting, self._discont, self._begun, self._last_ticks = False, False, True, pts
        return AccessUnit(self.codec, data, pts, dts, arrived_s, is_keyframe, discont, sets)

    def _settled_times(self) -> tuple[int, int]:
        """Return pts and dts; where the device gave none, on the other clock, or else one frame after the last."""
        if self._times is not None:
            if self._fallback_ticks is not None:
                self._offset_ticks = self._times[0] - self._fallback_ticks
            return self._times
        if self._fallback_ticks is not None:
            return (self._fallback_ticks + self._offset_ticks,) * 2
        return (self._last_ticks + _FRAME_TICKS,) * 2

    def _keep_head(self, *, useful: bool) -> None:
        """Parameter sets that came by themselves belong to the next picture; all else is thrown away."""
        self._times = self._fallback_ticks = None
        if not useful or len(self._data) > _MAX_HEAD_BYTES:
            self._data.clear()

    def _start_next(self) -> None:
        self._data.clear()
        self._times = self._fallback_ticks = None
        self.broken = False
