"""What to leave out when the machine cannot decode everything, and when to take it up again.

Order of sacrifice: loop filter, analysis rate, frames that no other needs, the tail of each group of pictures
until only its keyframe is left (docs/decisions/0006). One governor serves all live streams: all give alike.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from camloom.packets import Packet
from camloom.sources.reading.decode import Effort

_PERIOD_S = 1.0
_WINDOWS = 2
_STANDING_LAG_S = 0.10
_CALM_LAG_S = 0.05
_BUSY_IDLE_SHARE = 0.04
_CALM_IDLE_SHARE = 0.25
_CALM_IDLE_SHARE_SHEDDING = 0.10
_SHEDDING_LEVEL = 1.5
_STEP_UP = 0.15
_MAX_STEP_UP = 0.45
_STEP_DOWN = 0.05
_MAX_STEP_DOWN = 0.3
_MAX_LEVEL = 4.0
_LEAST_ANALYSIS_SHARE = 0.9
_MAX_FORCED_SHARE = 0.1

MAX_LAG_S = 0.4
"""A stream that is later than this goes straight to its next keyframe."""

_LEAST_LOOK_S = 0.5
"""Of a stream of nothing but keyframes, so much may be left out at once: late, it is still looked at."""


class LoadGovernor:
    """Turns the lateness of decoding into a level of sacrifice from 0 (none) to 4 (keyframes only).

    A burst, such as many keyframes at once, makes streams late for a moment and is no reason to give anything
    up. What counts is the lag that does not go away, the least of each stream over two periods (as in CoDel,
    Nichols and Jacobson, ACM Queue 2012), and cores that are never idle. Up by the size of the lag, down
    slowly and ever faster while all is calm.

    Args:
        clock: seconds, as `time.monotonic`.
        idle_share: share of the cores idle since the last call, None where nobody knows.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        idle_share: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.level = 0.0
        self._idle_share = idle_share
        self._least_lag_s: dict[int, float] = {}
        self._earlier: deque[dict[int, float]] = deque(maxlen=_WINDOWS)
        self._forced: set[int] = set()
        self._step_down = _STEP_DOWN
        self._period_ends_s = clock() + _PERIOD_S
        self._lock = threading.Lock()

    def report(self, stream: int, lag_s: float, now_s: float) -> None:
        """Take how late a packet of a stream came to be decoded; any decoding thread."""
        with self._lock:
            if lag_s > MAX_LAG_S:
                self._forced.add(stream)
            self._least_lag_s[stream] = min(lag_s, self._least_lag_s.get(stream, lag_s))
            if now_s >= self._period_ends_s:
                self._adjust(self._standing_lag_s(), self._idle_share())
                self._period_ends_s = now_s + _PERIOD_S

    def _standing_lag_s(self) -> float:
        """Close the period; return the mean over the streams of the lag that was always there."""
        self._earlier.append(self._least_lag_s)
        self._least_lag_s = {}
        windows = list(self._earlier)
        streams = set().union(*windows)
        least = [min(window[stream] for window in windows if stream in window) for stream in streams]
        return sum(least) / len(least)

    def _adjust(self, standing_lag_s: float, idle_share: float | None) -> None:
        busy = idle_share is not None and idle_share < _BUSY_IDLE_SHARE
        # Streams that had to jump ahead one by one lose unequally; a higher level takes from all alike.
        busy |= len(self._forced) > _MAX_FORCED_SHARE * len(self._earlier[-1])
        self._forced.clear()
        # The loop filter is a large step that must not come and go; what is shed above it is given back gladly.
        enough = _CALM_IDLE_SHARE_SHEDDING if self.level > _SHEDDING_LEVEL else _CALM_IDLE_SHARE
        calm = idle_share is None or idle_share > enough
        if standing_lag_s > _STANDING_LAG_S or busy:
            step = _STEP_UP * max(standing_lag_s / _STANDING_LAG_S, 1.0)
            self.level = min(self.level + min(step, _MAX_STEP_UP), _MAX_LEVEL)
            self._step_down = _STEP_DOWN
        elif standing_lag_s < _CALM_LAG_S and calm:
            self.level = max(self.level - self._step_down, 0.0)
            self._step_down = min(self._step_down * 1.25, _MAX_STEP_DOWN)

    @property
    def analysis_share(self) -> float:
        """Share of the asked analysis rate to give."""
        given_up = min(max(2 * (self.level - 1.5), 0.0), 1.0)
        return 1.0 - given_up * (1.0 - _LEAST_ANALYSIS_SHARE)

    @property
    def effort(self) -> Effort:
        """How to decode what is decoded."""
        if self.level < 0.3:
            return Effort.FULL
        return Effort.NO_LOOP_FILTER if self.level < 1.75 else Effort.REFERENCE_FRAMES

    @property
    def group_share(self) -> float:
        """Share of each group of pictures to decode, from its keyframe on; 0 leaves the keyframe."""
        return min(max((_MAX_LEVEL - self.level) / (_MAX_LEVEL - 2.0), 0.0), 1.0)


class GroupMeter:
    """Where in its group of pictures a packet is, and how long the last group was.

    Attributes:
        alone: the packet is a group by itself, as was the one before: JPEG, or pictures that are not compressed.
    """

    def __init__(self) -> None:
        self._start_pts_s: float | None = None
        self._after_keyframe = False
        self.length_s = 0.0
        self.position_s = 0.0
        self.alone = False

    def add(self, packet: Packet) -> None:
        """Take the next packet."""
        self.alone, self._after_keyframe = packet.is_keyframe and self._after_keyframe, packet.is_keyframe
        if packet.is_keyframe or packet.discont or self._start_pts_s is None:
            if self._start_pts_s is not None and not packet.discont:
                self.length_s = packet.pts_s - self._start_pts_s
            self._start_pts_s = packet.pts_s
        self.position_s = packet.pts_s - self._start_pts_s


class Shedder:
    """Applies the governor's level to one stream. Once a packet is left out, so is its whole group.

    Where every packet is a keyframe, there is no next one to wait for: what is late is left out until the stream is on
    time again, but for a look twice a second.
    """

    def __init__(self, governor: LoadGovernor | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._governor = governor
        self._clock = clock
        self._skipping = False
        self._kept_pts_s = -math.inf
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
            self._governor.report(id(self), lag_s, now_s)
            self._skipping = self._may_go(packet, group) and self._too_much(lag_s, group)
        self.skipped_packets += self._skipping
        self._kept_pts_s = self._kept_pts_s if self._skipping else packet.pts_s
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

    def _may_go(self, packet: Packet, group: GroupMeter) -> bool:
        """Tell whether a packet can be left out without going blind."""
        return not packet.is_keyframe or (group.alone and 0 <= packet.pts_s - self._kept_pts_s < _LEAST_LOOK_S)

    def _too_much(self, lag_s: float, group: GroupMeter) -> bool:
        assert self._governor is not None
        share = self._governor.group_share
        return lag_s > MAX_LAG_S or (share < 1 and group.position_s > share * group.length_s)
