"""The stream clock: seconds that never go backwards inside a segment, whatever a camera sends."""

from dataclasses import dataclass, field

_MAX_STEP_S = 10.0
_MAX_DRIFT_S = 2.0


@dataclass(slots=True)
class StreamClock:
    """Maps the timestamps of one stream to seconds from its first packet.

    A step backwards, or one that time itself did not take (live), starts a new segment: the clock then
    goes on from where it was, one frame later, and says so.

    Args:
        live: compare steps with the wall clock as well.
        frame_s: nominal time between frames, for the step into a new segment.
    """

    live: bool
    frame_s: float
    _offset_s: float | None = field(default=None, init=False)
    _last_dts_s: float = field(default=0.0, init=False)
    _last_wall_s: float = field(default=0.0, init=False)
    _ready_offset_s: float | None = field(default=None, init=False)

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
            self._offset_s += self._last_dts_s + self.frame_s - dts_s
            self._ready_offset_s = None
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
        return self.live and step_s - (wall_s - self._last_wall_s) > _MAX_DRIFT_S
