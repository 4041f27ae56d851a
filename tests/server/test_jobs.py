"""What the server does by itself."""

import threading
from datetime import timedelta

from fastapi import FastAPI

from camloom.server.access.housekeeping import tidy_access
from camloom.server.jobs import Job, at_work
from camloom.server.lived import LivedClock
from camloom.server.management.rounds import every_hour


class Stubborn:
    """A loop that fails the first time."""

    name = "stubborn"

    def __init__(self) -> None:
        self.began = 0
        self.at_it = threading.Event()
        self.ended = threading.Event()

    def run(self, stop: threading.Event) -> None:
        self.began += 1
        if self.began == 1:
            raise RuntimeError("the first time")
        self.at_it.set()
        stop.wait()
        self.ended.set()


def test_jobs_begin_at_once_and_an_error_stops_nothing() -> None:
    failed, worked = threading.Event(), threading.Event()

    def fail() -> None:
        failed.set()
        raise RuntimeError("a job")

    jobs = [Job("fail", timedelta(hours=1), fail), Job("work", timedelta(hours=1), worked.set)]
    loop = Stubborn()
    with at_work(jobs, [loop]):
        assert failed.wait(20)
        assert worked.wait(20)
        assert loop.at_it.wait(20)
    assert loop.ended.is_set()
    assert loop.began == 2


def test_whoever_removes_what_is_old_does_not_wait_for_itself(sqlite_app: FastAPI) -> None:
    """The clock of those writes down how late it is: inside their own transaction that took ten seconds for nothing."""
    state = sqlite_app.state

    def fresh() -> LivedClock:
        return LivedClock(state.database, state.clock)

    every_hour(state.management, fresh())
    tidy_access(state.database, state.settings, fresh())
