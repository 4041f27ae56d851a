"""Questions for the newest picture of a stream, and the answers that come later."""

import binascii
import threading
from base64 import b64decode
from collections.abc import Callable
from itertools import count

from camloom.errors import SourceError
from camloom.supervisor.messages import Look, Seen


class Pictures:
    """Asks workers for pictures; any thread may ask, several at once."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._answers: dict[int, Seen | None] = {}
        self._changed = threading.Condition()

    def ask(self, send: Callable[[Look], None], task_id: str, timeout_s: float) -> bytes:
        """Ask for the newest picture of a stream, and wait. SourceError: there is none, or none came in time."""
        with self._changed:
            number = next(self._numbers)
            self._answers[number] = None
        send(Look(task_id, number))
        with self._changed:
            self._changed.wait_for(lambda: self._answers[number] is not None, timeout_s)
            seen = self._answers.pop(number)
        if seen is None:
            hint = "Look at the state of the camera"
            raise SourceError(f"no picture of '{task_id}' came within {timeout_s:g} s", hint, reason="timeout")
        return _jpeg_of(seen, task_id)

    def take(self, seen: Seen) -> None:
        """Take in what a worker saw."""
        with self._changed:
            if seen.number in self._answers:
                self._answers[seen.number] = seen
                self._changed.notify_all()


def _jpeg_of(seen: Seen, task_id: str) -> bytes:
    try:
        jpeg = b64decode(seen.jpeg, validate=True)
    except binascii.Error:
        jpeg = b""
    if not jpeg:
        raise SourceError(f"there is no picture of '{task_id}': {seen.error}", reason="no-video")
    return jpeg
