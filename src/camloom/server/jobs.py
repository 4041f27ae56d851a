"""What the server does by itself: jobs from time to time, and loops that never end."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from structlog import get_logger

from camloom.errors import CamloomError
from camloom.server.trouble import AWAY, Troubles, line_of

_PAUSE_S = 1.0
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do from time to time; it begins soon after the start and never runs twice at once."""

    name: str
    every: timedelta
    work: Callable[[], object]


class Loop(Protocol):
    """Something that goes on until the server ends, in a thread of its own."""

    name: str

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, and return within a second of that."""


@contextmanager
def at_work(jobs: Sequence[Job], loops: Sequence[Loop], troubles: Troubles | None = None) -> Iterator[None]:
    """Let jobs and loops work. An error of one is logged and stops nothing: it begins anew.

    Times are those of a clock that never jumps: when the machine's is set, no job stands still or runs wild.
    """
    stop, told = threading.Event(), troubles or Troubles()
    threads = [threading.Thread(target=_again, args=(loop, stop, told), name=loop.name, daemon=True) for loop in loops]
    threads += [threading.Thread(target=_repeat, args=(job, stop, told), name=job.name, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _repeat(job: Job, stop: threading.Event, troubles: Troubles) -> None:
    due_s = time.monotonic()
    while not stop.wait(max(0.0, due_s - time.monotonic())):
        _once(job.name, job.work, troubles)
        # What took longer than the time between two is not made up for.
        due_s = max(due_s + job.every.total_seconds(), time.monotonic())


def _once(name: str, work: Callable[[], object], troubles: Troubles) -> bool:
    """Do something and tell whether it went well."""
    try:
        work()
    except (CamloomError, *AWAY) as error:
        troubles.note(name, line_of(error))
        return False
    except Exception:  # noqa: BLE001  # whatever it was, the next time may go better
        _log.exception("job-failed", job=name)
        return False
    troubles.over(name)
    return True


def _again(loop: Loop, stop: threading.Event, troubles: Troubles) -> None:
    while not stop.is_set():
        if not _once(loop.name, lambda: loop.run(stop), troubles):
            stop.wait(_PAUSE_S)
