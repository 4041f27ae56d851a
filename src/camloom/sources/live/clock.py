"""The stream clock: seconds that never go backwards inside a segment, whatever a camera sends."""

from collections import deque
from dataclasses import dataclass, field

_MAX_STEP_S = 10.0
_MAX_DRIFT_S = 2.0
_BUCKET_S = 2.0
_BUCKETS = 5


class _Drift:
    """Tells when the delay of packets has moved by more than 2 s for good.

    A burst after a stall is none: what counts is the least delay of the last ten seconds.
    """

    def __init__(self) -> None:
        self._least_s: deque[tuple[float, float]] = deque(maxlen=_BUCKETS)
        self._usual_s: float | None = None

    def exceeds(self, delay_s: float, wall_s: float) -> bool:
        """Take the delay of a packet; tell whether it is time for a new anchor."""
        if not self._least_s or wall_s - self._least_s[-1][0] >= _BUCKET_S:
            self._least_s.append((wall_s, delay_s))
        elif delay_s < self._least_s[-1][1]:
            self._least_s[-1] = (self._least_s[-1][0], delay_s)
        if len(self._least_s) < _BUCKETS:
            return False
        least_s = min(delay for _, delay in self._least_s)
        if self._usual_s is None:
            self._usual_s = least_s
        return abs(least_s - self._usual_s) > _MAX_DRIFT_S


@dataclass(slots=True)
class StreamClock:
    """Maps the timestamps of one stream to seconds from its first packet.

    A step backwards, one that time itself did not take (live), or a camera whose clock has drifted away from ours
    (live) starts a new segment and says so: the clock goes on from where it was; live by the time that really
    passed, of a file one frame later.

    Args:
        live: compare steps with the wall clock as well.
        frame_s: nominal time between frames, for the least step into a new segment.
    """

    live: bool
    frame_s: float
    _offset_s: float | None = field(default=None, init=False)
    _last_dts_s: float = field(default=0.0, init=False)
    _last_wall_s: float = field(default=0.0, init=False)
    _ready_offset_s: float | None = field(default=None, init=False)
    _drift: _Drift = field(default_factory=_Drift, init=False)

    def read(self, pts_s: float, dts_s: float, wall_s: float) -> tuple[float, bool]:
        """Take the times of the next packet.

        Args:
            pts_s, dts_s: when to show and when to decode it, as sent; steps are judged on the latter.
            wall_s: `time.monotonic()` of its arrival.

        Returns:
            What to add to this packet's own timestamps, and whether a new segment begins.
        """
        discont = False
        if self._offset_s is None:
            self._offset_s = -pts_s
        elif self._jumped(dts_s, wall_s):
            passed_s = wall_s - self._last_wall_s if self.live else 0.0
            self._offset_s += self._last_dts_s + max(passed_s, self.frame_s) - dts_s
            self._ready_offset_s, self._drift = None, _Drift()
            discont = True
        self._last_dts_s, self._last_wall_s = dts_s, wall_s
        return self._offset_s, discont

    def ready(self, pts_s: float, wall_s: float) -> float:
        """Return when the camera had this packet ready: its time plus the smallest delay ever seen."""
        delay_s = wall_s - pts_s
        if self._ready_offset_s is None or delay_s < self._ready_offset_s:
            self._ready_offset_s = delay_s
        return pts_s + self._ready_offset_s

    def _jumped(self, dts_s: float, wall_s: float) -> bool:
        step_s = dts_s - self._last_dts_s
        if step_s < 0 or step_s > _MAX_STEP_S:
            return True
        if not self.live:
            return False
        return step_s - (wall_s - self._last_wall_s) > _MAX_DRIFT_S or self._drift.exceeds(wall_s - dts_s, wall_s)
