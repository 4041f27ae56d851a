"""Questions for workers, and the answers that come later."""

import threading
from collections.abc import Callable
from itertools import count

from camloom.supervisor.messages import Flushed, Seen

Answer = Seen | Flushed


class Questions:
    """Asks workers; any thread may ask, several at once."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._answers: dict[int, Answer | None] = {}
        self._changed = threading.Condition()

    def ask(self, send: Callable[[int], None], timeout_s: float) -> Answer | None:
        """Ask, and wait for the answer; None: it did not come in time.

        Args:
            send: sends the question; it is given the number that the answer will have.
        """
        with self._changed:
            number = next(self._numbers)
            self._answers[number] = None
        send(number)
        with self._changed:
            self._changed.wait_for(lambda: self._answers[number] is not None, timeout_s)
            return self._answers.pop(number)

    def take(self, answer: Answer) -> None:
        """Take in what a worker answered; one that came too late is nobody's any more."""
        with self._changed:
            if answer.number in self._answers:
                self._answers[answer.number] = answer
                self._changed.notify_all()
