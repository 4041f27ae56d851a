"""What the server does by itself: jobs from time to time, and loops that never end."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler
from structlog import get_logger

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
def at_work(jobs: Sequence[Job], loops: Sequence[Loop]) -> Iterator[None]:
    """Let jobs and loops work. An error of one is logged and stops nothing: it begins anew."""
    stop = threading.Event()
    threads = [threading.Thread(target=_again, args=(loop, stop), name=loop.name, daemon=True) for loop in loops]
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
    for job in jobs:
        scheduler.add_job(_once, "interval", args=(job,), seconds=job.every.total_seconds(), id=job.name)
        scheduler.add_job(_once, args=(job,), id=f"{job.name}, first")
    scheduler.start()
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        scheduler.shutdown()
        for thread in threads:
            thread.join()


def _once(job: Job) -> None:
    try:
        job.work()
    except Exception:  # noqa: BLE001  # the next time may go better
        _log.exception("job-failed", job=job.name)


def _again(loop: Loop, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            loop.run(stop)
        except Exception:  # noqa: BLE001  # whatever it was, the server needs this loop
            _log.exception("loop-failed", loop=loop.name)
            stop.wait(_PAUSE_S)
