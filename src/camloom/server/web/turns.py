"""Work that takes a processor, a disk or a host for a while: a few at a time, and of one account fewer still."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from camloom.server.web.errors import RefusedError


class Turns:
    """Lets in a few at once. Whoever waits holds a thread, so that only a few wait as well.

    Args:
        at_once: how many work at the same time.
        of_one: how many of one account work and wait; less than `at_once` leaves room for others.
        waiting: how many wait in all.
        patience_s: how long somebody waits.
    """

    def __init__(self, at_once: int, of_one: int, *, waiting: int = 0, patience_s: float = 15.0) -> None:
        self._of_one, self._patience_s = of_one, patience_s
        self._free = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._lock = threading.Lock()
        self._by_account: Counter[str] = Counter()

    @contextmanager
    def turn(self, account_id: str) -> Iterator[None]:
        """Wait for one's turn. RefusedError: 429 this account has too many of them, 503 others have."""
        with self._own(account_id):
            if not self._places.acquire(blocking=False):
                raise _busy()
            try:
                if not self._free.acquire(timeout=self._patience_s):
                    raise _busy()
                try:
                    yield
                finally:
                    self._free.release()
            finally:
                self._places.release()

    def __len__(self) -> int:
        """How many work and wait."""
        with self._lock:
            return self._by_account.total()

    @contextmanager
    def _own(self, account_id: str) -> Iterator[None]:
        with self._lock:
            if self._by_account[account_id] >= self._of_one:
                raise RefusedError(
                    429,
                    "too-many-at-once",
                    "this account is having too much of this done already",
                    "Wait until the first is done.",
                    headers={"Retry-After": "5"},
                )
            self._by_account[account_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._by_account[account_id] -= 1
                if not self._by_account[account_id]:
                    del self._by_account[account_id]


def _busy() -> RefusedError:
    return RefusedError(503, "busy", "others are having this done", "Try again in a moment.")
