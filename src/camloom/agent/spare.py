"""A process that has begun already, for work that somebody waits for: half of the time of a short look is beginning."""

import threading
import time
from collections.abc import Callable

from camloom.agent.child import Process, begin_child, end_child

_KEPT_S = 600.0


class Spare:
    """Keeps one process ready for as long as it may be asked for: some minutes after it was wanted or taken last.

    Args:
        kinds: what it is ready for.
        begin: begins it.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        *kinds: str,
        begin: Callable[..., Process] = begin_child,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kinds, self._begin, self._monotonic = kinds, begin, monotonic
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._until_s = 0.0

    def want(self) -> None:
        """Say that somebody is about to ask; any thread."""
        self._until_s = self._monotonic() + _KEPT_S

    def keep(self) -> None:
        """Begin one if it is wanted, end it if it no longer is. For one thread that stays: children end with theirs."""
        with self._lock:
            if self._monotonic() >= self._until_s:
                self._end()
            elif self._process is None or self._process.poll() is not None:
                self._process = self._begin(*self._kinds)

    def take(self) -> Process | None:
        """Return the process, which is the caller's then; None: there is none. Any thread."""
        with self._lock:
            process, self._process = self._process, None
        self.want()
        return process if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._until_s = 0.0
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end_child(process)
            process.communicate()
