"""Pictures that come in bursts, handed on at the pace at which they were taken."""

import time
from collections.abc import Callable

_LATE_S = 0.2
_LONG_S = 3.0


class Pace:
    """Says how long to hold a picture back: HLS sends those of some seconds at once, and then nothing for as long.

    What comes late moves all later ones too, so that the next late one of that kind finds some in hand.

    Args:
        clock: seconds, as `time.monotonic`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s: float | None = None

    def hold_s(self, sent_s: float) -> float:
        """Return how long to hold back a picture with this time of its own, in s; never long."""
        now_s = self._clock()
        ahead_s = 0.0 if self._began_s is None else self._began_s + sent_s - now_s
        if self._began_s is None or not -_LATE_S < ahead_s < _LONG_S:  # the first, a late one, or a jump in time
            self._began_s = now_s - sent_s
            return 0.0
        return max(0.0, ahead_s)
