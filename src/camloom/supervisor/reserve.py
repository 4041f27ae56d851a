"""When a worker is kept in reserve, and for which models.

It has loaded what the streams need and waits for the day that their worker dies. It is made when all is calm, and made
anew when it was used or other models are needed. One that dies by itself is not replaced at once: later each time.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from camloom.runner.models import Wanted
from camloom.supervisor.memory import available_bytes
from camloom.supervisor.process import Process

NEEDED_BYTES = 1 << 30
"""So much must be available for one to be made; it is let go when less than half of it is left."""
_LOADED_WITHIN_S = 130.0
_LEAST_LIFE = 6.0
_MEMORY_EVERY_S = 5.0
_FORGIVEN_AFTER_S = 4 * 3600.0
_FIRST_REST_S, _LONGEST_REST_S, _REST_GROWTH = 60.0, 3600.0, 4.0


@dataclass(slots=True)
class _Wish:
    """The models that are needed, and since when."""

    models: tuple[Wanted, ...] = ()
    since_s: float = -math.inf


class Reserve:
    """Holds at most one worker, and decides whether there should be one.

    Args:
        after_s: so long all must be calm before one is made, and six times as long must pass between two; None: none
            is kept.
        available: returns the memory that is left in bytes; None if nobody knows.
        clock: seconds, as `time.monotonic`.

    Attributes:
        process: the worker; None if there is none now.
    """

    def __init__(
        self,
        *,
        after_s: float | None,
        available: Callable[[], int | None] = available_bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.process: Process | None = None
        self._after_s = math.inf if after_s is None else after_s
        self._available = available
        self._clock = clock
        self._wish = _Wish()
        self._loaded: tuple[Wanted, ...] = ()
        self._made_s = self._memory_s = self._lost_s = -math.inf
        self._losses = 0
        self._rests_until_s = -math.inf

    def need(self, models: tuple[Wanted, ...]) -> None:
        """Take in which models the streams need now."""
        if models != self._wish.models:
            self._wish = _Wish(models, self._clock())

    def disturb(self) -> None:
        """Take in that something happens that is to be over before one is made."""
        self._wish.since_s = self._clock()

    def is_due(self) -> bool:
        """Tell whether one is to be made now."""
        now_s = self._clock()
        if self.process is not None or not self._wish.models or not self._is_calm() or now_s < self._rests_until_s:
            return False
        self._rests_until_s = now_s + _MEMORY_EVERY_S
        return (self._available() or 0) >= NEEDED_BYTES

    def keep(self, process: Process) -> tuple[Wanted, ...]:
        """Keep a worker that was made; return the models that it is to load."""
        self.process, self._loaded, self._made_s = process, self._wish.models, self._clock()
        self._rests_until_s = self._made_s + _LEAST_LIFE * self._after_s  # a camera may change its size all the time
        return self._loaded

    def why_unfit(self) -> str:
        """Say why the worker that is kept must go; empty if it may stay."""
        now_s = self._clock()
        if self.process is None:
            return ""
        if self._loaded != self._wish.models and self._is_calm():
            return "other models are needed"
        if not self.process.loaded and now_s - self._made_s > _LOADED_WITHIN_S:
            self.lose()
            return "it loads its models for too long"
        if now_s - self._memory_s >= _MEMORY_EVERY_S:
            self._memory_s = now_s
            left = self._available()
            if left is not None and left < NEEDED_BYTES // 2:
                return "there is little memory left"
        return ""

    def lose(self) -> None:
        """Take in that the worker that was kept died before it was of use: rest before the next one."""
        now_s = self._clock()
        if now_s - self._lost_s > _FORGIVEN_AFTER_S:
            self._losses = 0
        self._lost_s = now_s
        rest_s = min(_FIRST_REST_S * _REST_GROWTH ** min(self._losses, 8), _LONGEST_REST_S)
        self._losses += 1
        self._rests_until_s = now_s + rest_s

    def _is_calm(self) -> bool:
        return self._clock() - self._wish.since_s >= self._after_s

    def take(self) -> Process | None:
        """Return the worker for use, if it has loaded its models."""
        if self.process is None or not self.process.loaded:
            return None
        process, self.process = self.process, None
        return process
