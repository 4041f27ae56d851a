"""Programs that are kept running: one that dies is started again, and none outlives us."""

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_STEADY_S = 60.0
_END_S = 15.0
_PR_SET_PDEATHSIG = 1


class Child:
    """A program that runs until it is told to stop.

    Args:
        name: for people.
        command: program and arguments; secrets go into `environment`.
        environment: added to ours.
        clock: seconds that never jump.
        pause: waits some seconds, or less if the event is set, and returns whether it is.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[threading.Event, float], bool] = lambda event, s: event.wait(s),
    ) -> None:
        self.name, self._command = name, list(command)
        self._environment = {**os.environ, **environment}
        self._clock, self._pause = clock, pause
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"child-{name}", daemon=True)
        self.started = 0

    def start(self) -> None:
        """Start it; it comes back after every death, at most 30 s later."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, and end it if it does not within 15 s."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            began_s, code = self._clock(), self._run_once()
            if self._stopping.is_set():
                return
            pause_s = _FIRST_PAUSE_S if self._clock() - began_s > _STEADY_S else pause_s
            _log.error("the %s ended (%s); it starts again in %.0f s", self.name, _reason(code), pause_s)
            if self._pause(self._stopping, pause_s):
                return
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _run_once(self) -> int:
        # A group of its own: Ctrl-C reaches us alone, and we end the children in order.
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            self._command, env=self._environment, stdin=subprocess.DEVNULL, process_group=0
        )
        self.started += 1
        if self._stopping.is_set():
            self._process.terminate()
        return self._process.wait()

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return None if self._process is None else self._process.pid


def end_with_parent() -> None:
    """Make this process end when the one that started it does, however that dies (Linux); a child calls it first."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died in between
        os.kill(os.getpid(), signal.SIGTERM)


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
