"""A stream in which nothing moves is watched at its keyframes only, and woken before anything is lost."""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from camloom.frame import FrameBuffer, ImageArray
from camloom.packets import Packet

_GRID = (80, 45)
_SAMPLES = (320, 180)
_MIN_CHANGE = 7.0
_NOISE_FACTOR = 6.0
_MIN_CELLS = 2
_REFERENCE_GAIN = 0.1
_SIZE_GAIN = 0.05
_SIZE_FACTOR = 1.6
_SIZE_HITS = 3
_REPEAT_S = 60.0

QUIET_S = 2.0
"""How long nothing must move before a stream falls asleep."""

MAX_GROUP_S = 5.0
"""A stream with fewer keyframes than this stays awake: waking would come too late."""


class MotionDetector:
    """Compares coarse brightness grids; robust against sensor noise by its own measure of it."""

    def __init__(self) -> None:
        self._reference: npt.NDArray[np.float32] | None = None

    def moved(self, buffer: FrameBuffer, *, follow: float) -> bool:
        """Tell whether something changed against the reference, and move the reference by `follow` (0..1)."""
        samples = buffer.luma(*_SAMPLES)
        grid = np.asarray(cv2.resize(samples, _GRID, interpolation=cv2.INTER_AREA), dtype=np.float32)
        if self._reference is None:
            self._reference = grid
            return True
        change = np.abs(grid - self._reference)
        threshold = max(_MIN_CHANGE, _NOISE_FACTOR * float(np.median(change)))
        self._reference += np.float32(follow) * (grid - self._reference)
        return int(np.count_nonzero(change > threshold)) >= _MIN_CELLS

    def reset(self) -> None:
        """Forget the reference."""
        self._reference = None


class SizeWatch:
    """Notices motion between keyframes without decoding: inter-coded packets grow when things move."""

    def __init__(self) -> None:
        self._usual_bytes = 0.0
        self._hits = 0

    def grew(self, packet: Packet) -> bool:
        """Take a packet; tell whether several in a row are clearly larger than usual."""
        if packet.is_keyframe:
            return False
        size = packet.size_bytes
        if not self._usual_bytes:
            self._usual_bytes = float(size)
        self._hits = self._hits + 1 if size > _SIZE_FACTOR * self._usual_bytes else 0
        if not self._hits:
            self._usual_bytes += _SIZE_GAIN * (size - self._usual_bytes)
        if self._hits < _SIZE_HITS:
            return False
        # If nothing moved after all, this size is the new usual one: no waking twice for the same reason.
        self._usual_bytes, self._hits = float(size), 0
        return True


class _Repeats:
    """Notices that two keyframes are the same, point for point: the picture may be frozen, which somebody must look at.

    Where there is no noise that is nothing unusual; so it is said once a minute only.
    """

    def __init__(self) -> None:
        self._last: ImageArray | None = None
        self._said_s = -math.inf

    def see(self, buffer: FrameBuffer, pts_s: float) -> bool:
        """Take a keyframe; tell whether to wake."""
        look = buffer.luma(*_SAMPLES)
        same = self._last is not None and bool(np.array_equal(look, self._last))
        self._last = look
        if not same or pts_s - self._said_s < _REPEAT_S:
            return False
        self._said_s = pts_s
        return True


class IdleWatch:
    """Decides when one stream sleeps.

    Args:
        enabled: False keeps it awake for ever.
        holding: tells whether a rule waits for something, such as a dwell to be over.
        peek_s: see below.

    Attributes:
        peek_s: it wakes after so long although nothing moves: a rule wants to see the picture now and then.
        checked_pts_s: time of the last picture seen asleep that was surely quiet.
    """

    def __init__(self, *, enabled: bool, holding: Callable[[], bool], peek_s: float = math.inf) -> None:
        self._enabled = enabled
        self._holding = holding
        self.peek_s = peek_s
        self._asleep_s = 0.0
        self._motion = MotionDetector()
        self._repeats = _Repeats()
        self._sizes = SizeWatch()
        self._quiet_since_s: float | None = None
        self.checked_pts_s = 0.0
        self.asleep = False

    def saw(self, buffer: FrameBuffer, pts_s: float) -> None:
        """Take a frame while awake."""
        if not self._enabled:
            return
        if self._motion.moved(buffer, follow=1.0) or self._holding():
            self._quiet_since_s = None
        elif self._quiet_since_s is None:
            self._quiet_since_s = pts_s

    def may_sleep(self, packet: Packet, group_length_s: float) -> bool:
        """Fall asleep at this packet if nothing moved for long enough."""
        if not (self._enabled and packet.is_keyframe and 0 < group_length_s <= MAX_GROUP_S):
            return False
        quiet = self._quiet_since_s is not None and packet.pts_s - self._quiet_since_s >= QUIET_S
        if quiet and not self._holding():
            self.asleep, self.checked_pts_s = True, packet.pts_s
            self._asleep_s = packet.pts_s
        return self.asleep

    def wakes(self, packet: Packet, shown: Sequence[tuple[float, FrameBuffer]]) -> bool:
        """Take a packet while asleep, and the keyframes (time, picture) that it brought out."""
        if self._sizes.grew(packet) or packet.discont:
            return True
        for pts_s, buffer in shown:
            if self._motion.moved(buffer, follow=_REFERENCE_GAIN) or self._repeats.see(buffer, pts_s):
                return True
            self.checked_pts_s = pts_s
        return bool(shown) and packet.pts_s - self._asleep_s >= self.peek_s

    def wake(self) -> float:
        """Wake up; return the time of the last picture that was surely quiet: go back to there."""
        self.asleep, self._quiet_since_s = False, None
        return self.checked_pts_s
