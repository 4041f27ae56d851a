"""What the thread of the supervisor waits for: descriptors, and calls from other threads."""

import os
import selectors
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Waitable(Protocol):
    """What has a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""


class Loop:
    """Waits, and calls back; all but `call` is for one thread."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], object]] = deque()
        self._closed = False
        self._lock = threading.Lock()
        self._waits = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._waits.register(self._wake_read, selectors.EVENT_READ, lambda: os.read(self._wake_read, 4096))

    def watch(self, what: Waitable, action: Callable[[], object]) -> None:
        """Call back whenever there is something to read."""
        self._waits.register(what, selectors.EVENT_READ, action)

    def forget(self, what: Waitable) -> None:
        """Call back no more; may be called twice, before it is closed."""
        if what.fileno() in self._waits.get_map():
            self._waits.unregister(what)

    def call(self, action: Callable[[], object]) -> None:
        """Let something be called by the thread of the loop; any thread. Once it is closed nothing is."""
        with self._lock:
            if not self._closed:
                self._calls.append(action)
                with suppress(BlockingIOError):  # full: it will wake anyhow
                    os.write(self._wake_write, b"\0")

    def turn(self, most_s: float) -> None:
        """Wait until something happens, at most so long, and call back."""
        for key, _ in self._waits.select(most_s):
            if self._waits.get_map().get(key.fd) == key:  # what came before it may have closed it
                key.data()
        while self._calls:
            self._calls.popleft()()

    def close(self) -> None:
        """Free everything."""
        self._waits.close()
        with self._lock:
            self._closed = True
            os.close(self._wake_read)
            os.close(self._wake_write)
