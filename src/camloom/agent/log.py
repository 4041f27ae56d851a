"""The last lines of the log, for whoever asks from afar."""

import logging
import time
from collections import deque

from camloom.agent.secrets import Redactor

_MOST_LINES = 2000
_MOST_LETTERS = 4000


class LogRing(logging.Handler):
    """Keeps the last 2000 lines, without secrets and each on one line."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        try:
            self._lines.append(told(record, self._redactor, self.format(record)))
        except Exception:  # noqa: BLE001  # as every handler does: a log must not end what it tells of
            self.handleError(record)

    def tail(self, lines: int) -> list[str]:
        """Return the last lines, the newest last."""
        return list(self._lines)[-lines:] if lines > 0 else []


class CleanFormatter(logging.Formatter):
    """Writes a record as `LogRing` keeps it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return told(record, self._redactor, super().format(record))


def told(record: logging.LogRecord, redactor: Redactor, text: str) -> str:
    """Return a line of the log: when, how bad, who, what. What a camera calls itself cannot begin a line of its own."""
    when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    one_line = redactor.clean(text).encode("unicode_escape", "replace").decode() if _odd(text) else redactor.clean(text)
    return f"{when}Z {record.levelname.lower()} {record.name}: {one_line[:_MOST_LETTERS]}"


def _odd(text: str) -> bool:
    return any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in text)
