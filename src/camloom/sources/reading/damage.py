"""Keeps damaged pictures away from the analysis, and says when a stream is damaged too often."""

from collections import deque

import numpy as np

from camloom.frame import FrameBuffer
from camloom.packets import Packet

_WINDOW_S = 10.0
_LEAST_PACKETS = 50
_LOSS_SHARE = 0.02
_CALM_SHARE = 0.005
# Damage spreads until the next keyframe; some cameras send one only every ten seconds, and seeing badly is then better
# than not seeing.
_MAX_BLIND_S = 3.0
_GREY, _GREY_TOLERANCE, _GREY_SHARE = 128, 2, 0.3
_GREY_SAMPLES = (64, 36)


class DamageWatch:
    """Judges the decoded pictures of one live stream.

    What FFmpeg marks as damaged is left out, and what follows it up to the next keyframe, for 3 s at most. After
    damage or a gap also a picture of which 30 % is the plain grey that decoders put where they know nothing.

    Attributes:
        corrupt_frames: how many were left out so far.
    """

    def __init__(self) -> None:
        self.corrupt_frames = 0
        self._blind_until_s: float | None = None
        self._wary = True
        self._marks: deque[tuple[float, bool]] = deque()
        self._bad = 0
        self.too_much = False

    def lost(self, pts_s: float) -> None:
        """Take a packet that could not be decoded."""
        self._wary = True
        self._count(pts_s, bad=True)

    def gap(self) -> None:
        """A break came before the next picture."""
        self._wary, self._blind_until_s = True, None

    def usable(self, origin: Packet, buffer: FrameBuffer, *, is_corrupt: bool) -> bool:
        """Take a decoded picture; tell whether to look at it."""
        damaged = is_corrupt or (self._wary and _is_grey(buffer))
        self._count(origin.pts_s, bad=damaged)
        if damaged:
            self._wary = True
            if self._blind_until_s is None:
                self._blind_until_s = origin.pts_s + _MAX_BLIND_S
        elif origin.is_keyframe:
            self._wary, self._blind_until_s = False, None
        blind = self._blind_until_s is not None and origin.pts_s < self._blind_until_s
        self.corrupt_frames += damaged or blind
        return not (damaged or blind)

    def _count(self, pts_s: float, *, bad: bool) -> None:
        self._marks.append((pts_s, bad))
        self._bad += bad
        while self._marks and pts_s - self._marks[0][0] > _WINDOW_S:
            self._bad -= self._marks.popleft()[1]
        if len(self._marks) >= _LEAST_PACKETS:
            share = self._bad / len(self._marks)
            self.too_much = share > (_CALM_SHARE if self.too_much else _LOSS_SHARE)


def _is_grey(buffer: FrameBuffer) -> bool:
    luma = buffer.luma(*_GREY_SAMPLES).astype(np.int16)
    return bool(np.mean(np.abs(luma - _GREY) <= _GREY_TOLERANCE) > _GREY_SHARE)
