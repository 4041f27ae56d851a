"""How many listen or watch at once: each costs memory and a connection, whoever it is."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from camloom.server.web import RefusedError

MAX_SEATS = 512
MAX_SEATS_OF_ONE = 128


class Seats:
    """The places at sockets of one kind. Used by the event loop of the server alone.

    A wall of 16 tiles takes 32 seats: pictures and boxes.
    """

    def __init__(self, total: int = MAX_SEATS, of_one: int = MAX_SEATS_OF_ONE) -> None:
        self._total, self._of_one = total, of_one
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many watch."""
        return self._taken.total()

    @contextmanager
    def seat(self, account_id: str) -> Iterator[None]:
        """Take a seat. RefusedError (429): all are taken, or too many by this account."""
        if self.taken >= self._total or self._taken[account_id] >= self._of_one:
            raise RefusedError(429, "too-many-viewers", "too many watch already", "Close some of them.")
        self._taken[account_id] += 1
        try:
            yield
        finally:
            self._taken[account_id] -= 1
            if not self._taken[account_id]:
                del self._taken[account_id]
