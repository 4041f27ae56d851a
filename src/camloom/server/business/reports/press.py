"""Who may have pages made at the same time: they take a processor for up to seconds, and others need it as well."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from camloom.server.web import RefusedError

_AT_ONCE = 2
_PATIENCE_S = 15.0


class Press:
    """Lets in two at once."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(_AT_ONCE)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn. RefusedError (503): it did not come."""
        if not self._free.acquire(timeout=_PATIENCE_S):
            raise RefusedError(503, "busy", "others are having reports made", "Try again in a moment.")
        try:
            yield
        finally:
            self._free.release()
