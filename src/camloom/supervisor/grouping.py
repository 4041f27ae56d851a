"""Which streams share a worker, and which one is the one that kills it.

A worker that dies takes all its streams with it, but only one of them is to blame. Where the crash itself tells which
(the fault happened on its thread), that one starts again alone and the others together. Where nothing tells, the
streams are split, and split again, until one dies alone: that one is guilty, the others go back together. Whoever is
guilty starts again alone, later each time, and is disabled after some crashes in a while.

Suspects that live on go back together too, after a probation. It begins when they deliver again, and is longer each
time that a crash stays unexplained: else one that crashes just seldom enough would never be alone when it does.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_MOST_GROWTHS = 6


@dataclass(frozen=True, slots=True)
class Patience:
    """How a stream that crashes is treated.

    Attributes:
        crashes: so many crashes of its own within `window_s` disable a stream.
        window_s: see `crashes`; after so long without one a guilty stream is trusted again.
        probation_s: a suspect that delivers for so long is no suspect any more.
        growth: of both times, with each crash more that a stream has to do with.
        delays_s: before the first, the second, ... start of a guilty stream; the last one from then on.
        split: into so many groups go streams of which one must be guilty.
    """

    crashes: int = 3
    window_s: float = 600.0
    probation_s: float = 60.0
    growth: float = 4.0
    delays_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    split: int = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Streams that are to run in a worker of their own.

    Attributes:
        delay_s: before it starts.
    """

    members: tuple[str, ...]
    delay_s: float = 0.0


@dataclass(slots=True)
class _Record:
    """What is known of a stream."""

    crashes: deque[float] = field(default_factory=deque)
    case: int = 0  # suspects of one crash have the same number; 0: no suspect
    unexplained: int = 0  # crashes of which it was suspected and nobody found guilty
    guilty: int = 0  # crashes of its own, ever
    alive_s: float = math.inf  # since then it has been delivering
    disabled: bool = False


class Grouping:
    """Decides after each crash which streams start again together.

    Args:
        clock: seconds, as `time.monotonic`.
    """

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._records: dict[str, _Record] = {}
        self._cases = 0

    def crashed(self, members: Sequence[str], blamed: str | None) -> list[Group]:
        """Take in that a worker died; return what is to start again, the most first.

        Args:
            members: the streams that it ran.
            blamed: the one whose thread crashed, if anything tells.
        """
        if len(members) == 1:
            return self._died_alone(members[0])
        if blamed in members and blamed is not None:
            self._suspect([blamed])
            self._convict(blamed)
            others = tuple(each for each in members if each != blamed)
            return [Group(others), Group((blamed,), self._patience.delays_s[0])]
        self._suspect(members)
        for member in members:
            self._record(member).unexplained += 1
        return [Group(tuple(part)) for part in _split(members, self._patience.split)]

    def disabled(self, stream: str) -> bool:
        """Tell whether a stream has crashed too often to be started again."""
        return self._record(stream).disabled

    def crashes(self, stream: str) -> int:
        """Return how often a stream crashed of late."""
        return len(self._recent(stream))

    def alive(self, streams: Iterable[str]) -> None:
        """Note that streams deliver."""
        for stream in streams:
            record = self._record(stream)
            record.alive_s = min(record.alive_s, self._clock())

    def enable(self, stream: str) -> None:
        """Forget what a stream did."""
        self._records.pop(stream, None)

    def trusted(self, streams: Iterable[str]) -> list[str]:
        """Return those of some streams that may share a worker with others now."""
        return [each for each in streams if self._is_trusted(self._record(each))]

    def _is_trusted(self, record: _Record) -> bool:
        if record.disabled:
            return False
        patience, alive_s = self._patience, self._clock() - record.alive_s
        if record.guilty:
            return alive_s >= patience.window_s * patience.growth ** min(record.guilty - 1, _MOST_GROWTHS)
        if record.case:
            return alive_s >= patience.probation_s * patience.growth ** min(record.unexplained - 1, _MOST_GROWTHS)
        return True

    def _died_alone(self, stream: str) -> list[Group]:
        """Nobody else can have done it: so its fellow suspects are none any more."""
        record = self._record(stream)
        self._clear(record.case)
        self._suspect([stream])
        self._convict(stream)
        count = len(self._recent(stream))
        record.disabled = count >= self._patience.crashes
        if record.disabled:
            return []
        return [Group((stream,), self._patience.delays_s[min(count, len(self._patience.delays_s)) - 1])]

    def _suspect(self, streams: Iterable[str]) -> None:
        self._cases += 1
        for stream in streams:
            record = self._record(stream)
            record.case, record.alive_s = self._cases, math.inf

    def _convict(self, stream: str) -> None:
        record = self._record(stream)
        record.crashes.append(self._clock())
        record.guilty += 1

    def _clear(self, case: int) -> None:
        for record in self._records.values():
            if case and record.case == case:
                record.case = record.unexplained = 0

    def _recent(self, stream: str) -> deque[float]:
        crashes = self._record(stream).crashes
        while crashes and self._clock() - crashes[0] > self._patience.window_s:
            crashes.popleft()
        return crashes

    def _record(self, stream: str) -> _Record:
        return self._records.setdefault(stream, _Record())


def _split(members: Sequence[str], parts: int) -> list[Sequence[str]]:
    """Return the members in at most so many groups of nearly equal size."""
    count = min(parts, len(members))
    cuts = [len(members) * index // count for index in range(count + 1)]
    return [members[begin:end] for begin, end in pairwise(cuts)]
