"""How fast the pictures of a live source come, against how fast they usually do."""

from collections import deque

_WINDOW_S = 10.0
_SLOW_SHARE = 0.2
_CALM_SHARE = 0.5
_MAX_NOMINAL_FPS = 240.0


class FlowWatch:
    """Tells when a source sends fewer than a fifth of the pictures that it usually sends.

    What it says of its own rate is believed only as far as it ever kept it.
    """

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()
        self._usual_fps = 0.0
        self.fps = 0.0
        self.slow = False

    def begin(self) -> None:
        """Forget the rate: a new connection was made."""
        self._counts.clear()
        self.slow = False

    def see(self, now_s: float, packets: int, nominal_fps: float) -> None:
        """Take the number of packets so far; about once a second.

        Args:
            now_s: as `time.monotonic`.
            nominal_fps: what the source says; 0: nothing.
        """
        self._counts.append((now_s, packets))
        while now_s - self._counts[0][0] > _WINDOW_S:
            self._counts.popleft()
        past_s, past = self._counts[0]
        if now_s - past_s < _WINDOW_S - 2:
            return
        self.fps = (packets - past) / (now_s - past_s)
        self._usual_fps = max(self._usual_fps, self.fps)
        known = 0 < nominal_fps <= _MAX_NOMINAL_FPS
        usual_fps = min(nominal_fps, self._usual_fps) if known else self._usual_fps
        self.slow = self.fps < usual_fps * (_CALM_SHARE if self.slow else _SLOW_SHARE)
