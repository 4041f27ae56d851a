"""A clock that jumps lets nothing be removed before its time, and what was off catches up."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update
from tests.server.alarms import HOST, JPEG, Site, arrived, event
from tests.server.fakes import START, FakeClock, FakeExchange

from camloom.lived import lived_until
from camloom.server.access.audit import record
from camloom.server.access.housekeeping import tidy_access
from camloom.server.business import MediaPlace, no_outbox, open_place
from camloom.server.business.ingest import Ingest
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.retention import Disk, Retain
from camloom.server.database import Database
from camloom.server.database.tables import alarm, audit, media, push_delivery, push_target
from camloom.server.lived import LivedClock
from camloom.server.pushes import queue
from camloom.server.settings import ServerSettings
from camloom.server.trouble import Troubles

DAY = timedelta(days=1)
YEARS = timedelta(days=3652)


class Machine:
    """A clock that may be set, and seconds that never jump."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.ran_s = database, FakeClock(), 0.0
        self.troubles = Troubles()
        self.start()

    def start(self) -> None:
        """Start the server anew."""
        self.lived = LivedClock(self.database, self.clock, self.troubles, lambda: self.ran_s)

    def run(self, span: timedelta) -> datetime:
        """Let it run so long, looking every ten minutes, in a long span every six hours; return how late it is."""
        until_s = self.ran_s + span.total_seconds()
        step_s = 600 if span <= 2 * DAY else 6 * 3600
        while self.ran_s < until_s:
            self.ran_s += step_s
            self.clock.at += timedelta(seconds=step_s)
            self.lived()
        return self.lived()


def test_what_lives_through_its_time_is_believed() -> None:
    now = START
    known = lived_until(None, now, timedelta(), started=True)
    for _ in range(100):
        now += timedelta(minutes=10)
        known = lived_until(known, now, timedelta(minutes=10), started=False)
        assert known == now


def test_a_weekend_off_is_believed_at_once_and_a_month_within_a_month() -> None:
    assert lived_until(START, START + 3 * DAY, timedelta(), started=True) == START + 3 * DAY
    known, now = lived_until(START, START + 30 * DAY, timedelta(), started=True), START + 30 * DAY
    assert known == START + 7 * DAY
    for _ in range(23):
        now += DAY
        known = lived_until(known, now, DAY, started=False)
    assert known == now


def test_a_clock_that_is_behind_changes_nothing(sqlite_database: Database) -> None:
    machine = Machine(sqlite_database)
    machine.run(DAY)
    machine.clock.at -= YEARS
    assert machine.run(DAY) == machine.clock.at
    assert "behind" in machine.troubles.lines["clock"]
    machine.clock.at += YEARS
    assert machine.run(timedelta(hours=1)) == machine.clock.at
    assert "clock" not in machine.troubles.lines


def test_ten_years_ahead_age_nothing_and_survive_a_restart(sqlite_database: Database) -> None:
    machine = Machine(sqlite_database)
    began = machine.run(DAY)
    machine.clock.at += YEARS
    assert machine.run(DAY) - began <= 2 * DAY + timedelta(minutes=10)
    assert "365" in machine.troubles.lines["clock"]
    machine.start()
    assert machine.run(timedelta(hours=1)) - began <= 10 * DAY
    machine.clock.at -= YEARS
    assert machine.lived() == machine.clock.at


def _picture(site: Site, files: MediaIntake, task_id: str, path: Path) -> None:
    path.write_bytes(JPEG)
    message = event(task_id)
    site.take(message, arrived(message, "picture", path), at=START)
    files.collect()


def test_retention_removes_nothing_because_the_clock_jumped(database: Database, tmp_path: Path) -> None:
    machine, site, place = Machine(database), Site(database), open_place("memory:///")
    files = MediaIntake(database, place, tmp_path, machine.clock, no_outbox)
    _, task_id = site.camera()
    _picture(site, files, task_id, tmp_path / "a.jpg")
    machine.lived()
    retain = Retain(database, place, machine.clock, _plenty, machine.lived)
    machine.clock.at += YEARS
    machine.ran_s += 600
    assert (retain.run().expired, site.count(alarm)) == (0, 1)
    machine.clock.at -= YEARS
    machine.run(29 * DAY)
    assert retain.run().expired == 0
    machine.run(2 * DAY)
    assert retain.run().expired == 1, "in its time it goes"


def test_what_came_while_the_clock_was_ahead_does_not_stay_for_ten_years(
    sqlite_database: Database, tmp_path: Path
) -> None:
    machine, site = Machine(sqlite_database), Site(sqlite_database)
    place: MediaPlace = open_place("memory:///")
    files = MediaIntake(sqlite_database, place, tmp_path, machine.clock, no_outbox)
    _, task_id = site.camera()
    machine.lived()
    _picture(site, files, task_id, tmp_path / "a.jpg")
    with sqlite_database.write() as connection:
        connection.execute(update(media).values(created_at=START + YEARS, state="waiting"))
    retain = Retain(sqlite_database, place, machine.clock, _plenty, machine.lived)
    retain.run()
    assert site.rows(media)[0]["created_at"] == START + YEARS, "it is being copied to a name with that day"
    with sqlite_database.write() as connection:
        connection.execute(update(media).values(state="there"))
    retain.run()
    assert site.rows(media)[0]["created_at"] == START
    machine.run(31 * DAY)
    assert retain.run().expired == 1


def test_what_came_while_the_clock_was_behind_stays_when_it_is_set_right(
    sqlite_database: Database, exchange: FakeExchange, tmp_path: Path
) -> None:
    """As on a box that starts without a battery, until it has asked for the time."""
    machine, site, place = Machine(sqlite_database), Site(sqlite_database), open_place("memory:///")
    files = MediaIntake(sqlite_database, place, tmp_path, machine.clock, no_outbox)
    _, task_id = site.camera()
    machine.lived()
    machine.clock.at -= YEARS
    machine.start()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(JPEG)
    message = event(task_id, occurred_at=machine.clock.at.isoformat())
    exchange.happen(HOST, message, arrived(message, "picture", picture))
    Ingest(sqlite_database, exchange, files, machine.clock, no_outbox, lived=machine.lived).round(0)
    files.collect()
    assert site.rows(alarm)[0]["received_at"] == machine.clock.at
    machine.clock.at += YEARS
    retain = Retain(sqlite_database, place, machine.clock, _plenty, machine.lived)
    machine.run(29 * DAY)
    assert (retain.run().expired, site.count(alarm)) == (0, 1)
    machine.run(2 * DAY)
    assert (retain.run().expired, site.count(alarm)) == (1, 1)
    machine.run(335 * DAY)
    retain.run()
    assert site.count(alarm) == 0, "in its time it goes"


def test_a_picture_that_comes_while_it_is_given_up_is_not(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, clock, write = Site(sqlite_database), FakeClock(), sqlite_database.write
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", tmp_path / "a.jpg"), at=START - 2 * DAY)
    coming = {"state": "waiting", "source_path": str(tmp_path / "a.jpg")}

    def and_it_comes() -> AbstractContextManager[Connection]:
        with write() as connection:
            connection.execute(update(media).where(media.c.state == "pending").values(**coming))
        return write()

    with write() as connection:
        connection.execute(update(media).values(state="pending", source_path=""))
    monkeypatch.setattr(sqlite_database, "write", and_it_comes)
    Retain(sqlite_database, open_place("memory:///"), clock, _plenty).run()
    assert site.rows(media)[0]["state"] == "waiting"


def test_an_alarm_of_a_host_whose_clock_is_years_behind_stays(sqlite_database: Database) -> None:
    site, clock = Site(sqlite_database), FakeClock()
    _, task_id = site.camera()
    site.take(event(task_id, occurred_at="1970-01-01T00:05:00Z"), at=START)
    retain = Retain(sqlite_database, open_place("memory:///"), clock, _plenty)
    retain.run()
    assert site.count(alarm) == 1
    clock.forward(days=366)
    retain.run()
    assert site.count(alarm) == 0


def test_the_audit_log_and_waiting_pushes_outlive_a_jump(sqlite_database: Database, tmp_path: Path) -> None:
    machine, site = Machine(sqlite_database), Site(sqlite_database)
    machine.lived()
    with sqlite_database.write() as connection:
        record(connection, None, "login", "account", "x", {}, at=START)
        fresh = {"failing_since": None, "last_error": "", "last_ok_at": None, "lost": 0, "secret": None}
        target = {"id": "T", "kind": "webhook", "name": "t", "enabled": True, "settings": {}, "language": "zh"}
        connection.execute(insert(push_target).values(**target, **fresh, match={}, changed_at=START))
        row = {"id": "D", "push_target_id": "T", "key": "k", "seq": 1, "body": {}, "state": "waiting"}
        times = {
            "created_at": START,
            "aged_from": START,
            "due_at": START,
            "attempts": 0,
            "refusals": 0,
            "last_error": "",
        }
        connection.execute(insert(push_delivery).values(**row, **times))
    machine.clock.at += YEARS
    machine.ran_s += 3600
    tidy_access(sqlite_database, ServerSettings(data=tmp_path), machine.lived)
    with sqlite_database.write() as connection:
        queue.trim(connection, "T", machine.lived())
        assert connection.execute(select(push_delivery.c.state)).scalar_one() == "waiting"
    assert site.count(audit) == 1


def _plenty(folder: Path) -> Disk:
    del folder
    return Disk(1 << 40, 1 << 39)
