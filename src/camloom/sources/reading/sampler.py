"""Which frames are worth analysing, by the stream clock."""

# Half a millisecond: containers round frame times such as 1/30 s.
_TOLERANCE_S = 0.0005


class Sampler:
    """Lets through `fps` frames per second of stream, evenly; all of them when fps is None.

    Attributes:
        share: of that rate to give now, 0..1; lowered under load.
    """

    def __init__(self, fps: float | None) -> None:
        self.share = 1.0
        self._fps = fps
        self._due_s: float | None = None

    def wants(self, pts_s: float) -> bool:
        """Tell whether the frame shown at `pts_s` is the next one due, and if so take it."""
        if not self._fps:
            return True
        if self._due_s is not None and pts_s < self._due_s - _TOLERANCE_S:
            return False
        period_s = 1 / (self._fps * self.share)
        on_time = self._due_s is not None and pts_s <= self._due_s + period_s
        self._due_s = (self._due_s if on_time and self._due_s is not None else pts_s) + period_s
        return True

    def reset(self) -> None:
        """Take the next frame whatever its time."""
        self._due_s = None
