"""What to leave out when the machine cannot decode everything, and when to take it up again.

Order of sacrifice: analysis rate, loop filter, frames that no other needs, the tail of each group of
pictures until only its keyframe is left. One governor serves all live streams, so that all give alike.
"""

import threading
import time
from collections.abc import Callable

from camloom.packets import Packet
from camloom.sources.decode import Effort

_PERIOD_S = 0.5
_HIGH_LAG_S = 0.20
_LOW_LAG_S = 0.08
_STEP_UP = 0.15
_STEP_DOWN = 0.02
_MAX_STEP_DOWN = 0.16
_MAX_LEVEL = 4.0
_LEAST_ANALYSIS_SHARE = 0.8

MAX_LAG_S = 0.6
"""A stream that is later than this goes straight to its next keyframe."""


class LoadGovernor:
    """Turns the lateness of decoding into a level of sacrifice from 0 (none) to 4 (keyframes only).

    Up fast, down slowly and ever faster while all is calm (additive increase, multiplicative return).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.level = 0.0
        self._worst_lag_s = 0.0
        self._step_down = _STEP_DOWN
        self._period_ends_s = clock() + _PERIOD_S
        self._lock = threading.Lock()

    def report(self, lag_s: float, now_s: float) -> None:
        """Take how late a packet came to be decoded; any decoding thread."""
        with self._lock:
            self._worst_lag_s = max(self._worst_lag_s, lag_s)
            if now_s >= self._period_ends_s:
                self._adjust()
                self._worst_lag_s = 0.0
                self._period_ends_s = now_s + _PERIOD_S

    def _adjust(self) -> None:
        if self._worst_lag_s > _HIGH_LAG_S:
            step = _STEP_UP * min(self._worst_lag_s / _HIGH_LAG_S, 3.0)
            self.level = min(self.level + step, _MAX_LEVEL)
            self._step_down = _STEP_DOWN
        elif self._worst_lag_s < _LOW_LAG_S:
            self.level = max(self.level - self._step_down, 0.0)
            self._step_down = min(self._step_down * 1.5, _MAX_STEP_DOWN)

    @property
    def analysis_share(self) -> float:
        """Share of the asked analysis rate to give."""
        return max(1.0 - self.level * (1 - _LEAST_ANALYSIS_SHARE), _LEAST_ANALYSIS_SHARE)

    @property
    def effort(self) -> Effort:
        """How to decode what is decoded."""
        if self.level < 0.5:
            return Effort.FULL
        return Effort.NO_LOOP_FILTER if self.level < 1.5 else Effort.REFERENCE_FRAMES

    @property
    def group_share(self) -> float:
        """Share of each group of pictures to decode, from its keyframe on; 0 leaves the keyframe."""
        return min(max((_MAX_LEVEL - self.level) / (_MAX_LEVEL - 2.0), 0.0), 1.0)


class GroupMeter:
    """Where in its group of pictures a packet is, and how long the last group was."""

    def __init__(self) -> None:
        self._start_pts_s: float | None = None
        self.length_s = 0.0
        self.position_s = 0.0

    def add(self, packet: Packet) -> None:
        """Take the next packet."""
        if packet.is_keyframe or packet.discont or self._start_pts_s is None:
            if self._start_pts_s is not None and not packet.discont:
                self.length_s = packet.pts_s - self._start_pts_s
            self._start_pts_s = packet.pts_s
        self.position_s = packet.pts_s - self._start_pts_s


class Shedder:
    """Applies the governor's level to one stream. Once a packet is left out, so is its whole group."""

    def __init__(self, governor: LoadGovernor | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._governor = governor
        self._clock = clock
        self._skipping = False
        self.skipped_packets = 0

    def skips(self, packet: Packet, group: GroupMeter) -> bool:
        """Tell whether to leave this packet undecoded, and report its lag."""
        if self._governor is None:
            return False
        now_s = self._clock()
        lag_s = now_s - packet.ready_s
        if packet.is_keyframe:
            self._skipping = False
        if not self._skipping:
            self._governor.report(lag_s, now_s)
            self._skipping = not packet.is_keyframe and self._too_much(lag_s, group)
        self.skipped_packets += self._skipping
        return self._skipping

    def resume(self) -> None:
        """Begin anew at a keyframe."""
        self._skipping = False

    @property
    def effort(self) -> Effort:
        """How to decode now."""
        return self._governor.effort if self._governor else Effort.FULL

    @property
    def analysis_share(self) -> float:
        """Share of the asked analysis rate to give now."""
        return self._governor.analysis_share if self._governor else 1.0

    def _too_much(self, lag_s: float, group: GroupMeter) -> bool:
        assert self._governor is not None
        share = self._governor.group_share
        return lag_s > MAX_LAG_S or (share < 1 and group.position_s > share * group.length_s)
