"""How much anybody may ask for."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class RateLimit:
    """So many at once and so many a second, for each key. Memory is bounded.

    Args:
        burst: at once.
        per_s: again, every second.
        keys: how many are remembered; beyond it the one that was quiet for longest is forgotten.
    """

    def __init__(self, burst: float, per_s: float, now: Callable[[], float] = time.monotonic, keys: int = 4096) -> None:
        self._burst, self._per_s, self._now, self._keys = burst, per_s, now, keys
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> bool:
        """Take one; False if none is left."""
        left = self.left(key)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, self._now())
        self._left.move_to_end(key)
        if len(self._left) > self._keys:
            self._left.popitem(last=False)
        return allowed

    def left(self, key: Hashable) -> float:
        """Return how many are left."""
        left, at_s = self._left.get(key, (self._burst, self._now()))
        return min(self._burst, left + (self._now() - at_s) * self._per_s)
