"""The frames of one stream that are in the works."""

import threading
from collections import deque
from collections.abc import Callable

from camloom.frame import ImageArray

_PATIENCE_S = 0.5


class Works:
    """Counts the frames between the thread that reads and the last sink, and keeps their canvases to use again.

    Args:
        credits: frames that must not be dropped and may be in the works at once.
    """

    def __init__(self, credits: int) -> None:
        self._credits = threading.Semaphore(credits)
        self._canvases: deque[ImageArray] = deque()
        self._outstanding = 0
        self._drained = threading.Event()
        self._ending = False
        self._lock = threading.Lock()

    def credit(self, stopped: Callable[[], bool]) -> bool:
        """Wait until one more frame that must not be dropped may come; False: the stream was stopped."""
        while not self._credits.acquire(timeout=_PATIENCE_S):
            if stopped():
                return False
        return not stopped()

    def spare_canvas(self) -> ImageArray | None:
        """Return a canvas that nobody uses any more, if there is one."""
        return self._canvases.pop() if self._canvases else None

    def begin(self) -> None:
        """Count one more frame."""
        with self._lock:
            self._outstanding += 1

    def settle(self, canvas: ImageArray, *, credited: bool) -> None:
        """Take a frame out: every sink has it, or a newer one is in its place; any thread."""
        self._canvases.append(canvas)
        if credited:
            self._credits.release()
        with self._lock:
            self._outstanding -= 1
            is_last = self._ending and self._outstanding <= 0
        if is_last:
            self._drained.set()

    def abandon(self) -> None:
        """Wait for none of them any more; any thread."""
        with self._lock:
            self._outstanding = 0
        self._drained.set()

    def drain(self) -> None:
        """Wait until every frame is settled; no more come."""
        with self._lock:
            self._ending = True
            if self._outstanding <= 0:
                return
        self._drained.wait()
