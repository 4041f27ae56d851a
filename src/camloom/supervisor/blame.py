"""Which stream brought a worker down: evidence from the crash, never a guess."""

import re
import signal
from collections.abc import Iterable

from camloom.supervisor.marks import Mark

_CURRENT = re.compile(r"^Current thread 0x([0-9a-f]+)", re.MULTILINE)


def blamed(dump: str, marks: Iterable[Mark]) -> str | None:
    """Return the stream whose own thread crashed; None when nothing tells.

    Args:
        dump: what Python's fault handler wrote when the signal came.
        marks: what the threads of the worker did last.
    """
    found = _CURRENT.search(dump)
    if found is None:
        return None
    thread = int(found[1], 16)
    return next((mark.source_id for mark in marks if mark.thread == thread), None)


def stuck(marks: Iterable[Mark], now_s: float) -> list[str]:
    """Return the streams whose thread should have moved on by now: a decoder or a connection that hangs."""
    return [mark.source_id for mark in marks if mark.until_s and now_s > mark.until_s]


def told_end(status: int | None) -> str:
    """Return in words how a process ended.

    Args:
        status: its exit code; negative: the signal that ended it; None: nobody knows.
    """
    if status is None:
        return "ended"
    if status >= 0:
        return f"ended with code {status}"
    known = {each.value: each.name for each in signal.Signals}
    return f"was ended by {known.get(-status, f'signal {-status}')}"
