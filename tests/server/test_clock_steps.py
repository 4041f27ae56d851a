"""The clock of the machine is set: an hour, ten years, there and back."""

import threading
from datetime import timedelta

import pytest
from fastapi import FastAPI
from tests.server.alarms import Listener, Site, event
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import add_account

from camloom.server.access.throttle import Throttle
from camloom.server.business import AlarmChange
from camloom.server.business.due import look_again
from camloom.server.business.policies import Escalation, PolicyEffect
from camloom.server.database import Database
from camloom.server.jobs import Job, at_work
from camloom.server.web import RefusedError

YEARS = timedelta(days=3652)
ME = "/api/v1/me"


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_hour_ends_no_session(sqlite_app: FastAPI, visit: Visitors, clock: FakeClock, hours: int) -> None:
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann"))
    clock.forward(hours=hours)
    assert person.get(ME).status_code == 200


def test_a_session_that_began_ten_years_ahead_ends_when_the_clock_is_right(
    sqlite_app: FastAPI, visit: Visitors, clock: FakeClock
) -> None:
    clock.at += YEARS
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann"))
    assert person.get(ME).status_code == 200
    clock.at -= YEARS
    assert person.get(ME).status_code == 401


def test_nobody_is_kept_out_for_ten_years(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    clock.at += YEARS
    for _ in range(10):
        throttle.begin("ann", "10.0.0.1")
    clock.at -= YEARS
    with pytest.raises(RefusedError):
        throttle.begin("ann", "10.0.0.1")
    clock.forward(minutes=1)
    throttle.begin("ann", "10.0.0.1")


def test_an_alarm_is_escalated_although_the_clock_was_set_back(sqlite_database: Database, clock: FakeClock) -> None:
    site, listener = Site(sqlite_database), Listener()
    _, task_id = site.camera()
    site.policy(PolicyEffect(escalate=Escalation(after_s=60)))
    clock.at += YEARS
    site.take(event(task_id), at=clock.at, outbox=listener)
    clock.at -= YEARS
    look_again(site.database, clock, listener)
    assert listener.changes == [AlarmChange.RAISED, AlarmChange.ESCALATED]


def test_jobs_go_by_seconds_that_never_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """With those of the wall, jobs would stand still for an hour when it is set back by one."""
    times, done = [0], threading.Event()

    def work() -> None:
        times[0] += 1
        monkeypatch.setattr("time.time", lambda: 1e9 - times[0] * 3600)
        if times[0] == 5:
            done.set()

    with at_work([Job("work", timedelta(milliseconds=10), work)], []):
        assert done.wait(20)
