"""Where the time of a stream goes."""

import time
from dataclasses import dataclass, field


class _Stopwatch:
    """Adds the time of a block to a stage."""

    __slots__ = ("_seconds", "_stage", "_started_s")

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self._seconds = seconds
        self._stage = stage

    def __enter__(self) -> None:
        self._started_s = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent_s = time.perf_counter() - self._started_s
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + spent_s


@dataclass(slots=True)
class StageTimes:
    """Wall time spent in each step so far, by the threads that took it."""

    seconds: dict[str, float] = field(default_factory=dict)

    def measure(self, stage: str) -> _Stopwatch:
        """Return a context that adds the time of its block to a stage."""
        return _Stopwatch(self.seconds, stage)
