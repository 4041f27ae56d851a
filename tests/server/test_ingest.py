"""The loop that takes what hosts say: whatever happens in between, each event is an alarm once."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from fastapi import FastAPI
from obstore.store import MemoryStore
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tests.server.alarms import HOST, JPEG, Site, arrived, event
from tests.server.fakes import FakeClock, FakeExchange

from camloom.exchange import Delivery, EventMessage
from camloom.server.app import jobs, loops
from camloom.server.business import AlarmChange, MediaPlace, no_outbox, open_place
from camloom.server.business.ingest import Ingest
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.media_place import Stored
from camloom.server.database import Database
from camloom.server.database.tables import alarm_day, alarm_event, audit, flow_hour, media, message_aside, policy
from camloom.server.jobs import at_work
from camloom.server.trouble import Troubles


def ingest_of(database: Database, exchange: FakeExchange, clock: FakeClock, folder: Path) -> Ingest:
    place: MediaPlace = open_place((folder / "place").as_uri())
    return Ingest(database, exchange, MediaIntake(database, place, folder, clock, no_outbox), clock, no_outbox)


def test_a_batch_is_kept_and_then_done(
    database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site = Site(database)
    _, task_id = site.camera()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(JPEG)
    first = event(task_id)
    exchange.happen(HOST, first, event(task_id), arrived(first, "picture", picture))
    ingest = ingest_of(database, exchange, clock, tmp_path)
    assert ingest.round(0) == 3
    assert exchange.waiting == []
    assert (site.count(alarm_event), [row["state"] for row in site.rows(media)]) == (2, ["there"])
    assert not picture.exists()
    assert ingest.round(0) == 0


def test_what_cannot_be_understood_blocks_nobody(
    database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site = Site(database)
    _, task_id = site.camera()
    bad = EventMessage(id="no ulid", task_id=task_id, event={"x": "\0"})
    long_name = EventMessage(id="x", task_id="t" * 500, event={})
    huge = event(task_id, occurred_at="9999-12-31T23:59:59.999999-23:59")
    exchange.happen(HOST, event(task_id), bad, event(task_id), long_name, huge, event(task_id))
    again = list(exchange.waiting)
    ingest = ingest_of(database, exchange, clock, tmp_path)
    ingest.round(0)
    assert exchange.waiting == []
    assert site.count(alarm_event) == 3
    assert {row["seq"] for row in site.rows(message_aside)} == {2, 4, 5}
    assert [row["action"] for row in site.rows(audit)] == ["message.aside"] * 3
    exchange.waiting = again
    ingest.round(0)
    assert (site.count(message_aside), site.count(audit), site.count(alarm_event)) == (3, 3, 3)


def test_a_database_that_is_away_is_waited_for(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site = Site(sqlite_database)
    _, task_id = site.camera()
    exchange.happen(HOST, event(task_id))
    broken = Database(f"sqlite:///{tmp_path / 'none' / 'x.db'}")
    with pytest.raises(OperationalError):
        ingest_of(broken, exchange, clock, tmp_path).round(0)
    assert len(exchange.waiting) == 1
    pauses: list[float] = []
    stopped = threading.Event()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        stopped.set()

    ingest_of(broken, exchange, clock, tmp_path).run(stopped, pause)
    assert pauses == [2.0]
    ingest_of(sqlite_database, exchange, clock, tmp_path).round(0)
    assert (exchange.waiting, site.count(alarm_event)) == ([], 1)


def test_a_crash_between_keeping_and_done_makes_nothing_twice(
    database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site = Site(database)
    _, task_id = site.camera()
    exchange.happen(HOST, *(event(task_id, type="line.crossed", direction="A->B") for _ in range(5)))
    waiting = list(exchange.waiting)
    ingest = ingest_of(database, exchange, clock, tmp_path)
    ingest.round(0)
    before = site.alarms(), site.rows(alarm_day), site.rows(flow_hour)
    exchange.waiting = waiting
    ingest.round(0)
    assert (site.alarms(), site.rows(alarm_day), site.rows(flow_hour)) == before


def test_a_message_that_somebody_else_cannot_take_blocks_nobody(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site = Site(sqlite_database)
    _, task_id = site.camera()
    exchange.happen(HOST, event(task_id), event(task_id, zone="broken"), event(task_id))

    def outbox(connection: Any, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()) -> None:
        if alarm["zone"] == "broken":
            raise KeyError(alarm["zone"])

    files = MediaIntake(sqlite_database, open_place("memory:///"), tmp_path, clock, outbox)
    Ingest(sqlite_database, exchange, files, clock, outbox).round(0)
    assert exchange.waiting == []
    assert (site.count(alarm_event), [row["error"] for row in site.rows(message_aside)]) == (2, ["KeyError"])


def test_a_server_at_work_takes_what_comes(
    sqlite_app: FastAPI, sqlite_database: Database, exchange: FakeExchange
) -> None:
    site = Site(sqlite_database)
    _, task_id = site.camera()
    raised = threading.Event()

    def outbox(connection: Any, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()) -> None:
        raised.set()

    sqlite_app.state.outbox = outbox
    with at_work(jobs(sqlite_app.state), loops(sqlite_app.state)):
        exchange.happen(HOST, event(task_id))
        assert raised.wait(30)
    assert site.count(alarm_event) == 1
    assert len(site.rows(policy)) == 3


_PROGRAM = """
import sys
from pathlib import Path
from tests.server.alarms import HOST, event, ulid
from tests.server.fakes import FakeClock, FakeExchange
from camloom.server.business import ingest, no_outbox, open_place
from camloom.server.business.media_intake import MediaIntake
from camloom.server.database import Database

folder, task_id, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
exchange = FakeExchange()
exchange._seq = first
line = {"type": "line.crossed", "direction": "A->B"}
exchange.happen(HOST, *(event(task_id, id=ulid(10_000 + n), **line) for n in range(first, count)))
ingest._BATCH = 20
database, clock = Database(f"sqlite:///{folder / 'camloom.db'}"), FakeClock()
files = MediaIntake(database, open_place("memory:///"), folder, clock, no_outbox)
loop = ingest.Ingest(database, exchange, files, clock, no_outbox)
done = exchange.done

def said(host_id, seq):
    done(host_id, seq)
    print(seq, flush=True)

exchange.done = said
print("begin", flush=True)
while exchange.waiting:
    loop.round(0)
print("end", flush=True)
"""
_EVENTS = 300


def _run(folder: Path, task_id: str, first: int, lines_until_kill: int | None) -> tuple[int, bool]:
    """Take events from one on; kill it after some lines, in the middle of the next batch. Return what was `done`."""
    command = [sys.executable, "-c", _PROGRAM, str(folder), task_id, str(first), str(_EVENTS)]
    done, ended = first, False
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout):
            if line.strip().isdigit():
                done = int(line)
            ended = line.strip() == "end"
            if number == lines_until_kill:
                process.kill()
                break
        # What it said before it died counts as well.
        for line in process.stdout:
            done = int(line) if line.strip().isdigit() else done
    return done, ended


def test_killed_in_the_middle_of_a_batch_nothing_is_lost_and_nothing_twice(
    sqlite_database: Database, tmp_path: Path
) -> None:
    site = Site(sqlite_database)
    _, task_id = site.camera()
    done = 0
    for lines in (2, 5):
        done, ended = _run(tmp_path, task_id, done, lines)
        assert not ended
        assert site.count(alarm_event) >= done
    _, ended = _run(tmp_path, task_id, done, None)
    assert ended
    assert site.count(alarm_event) == _EVENTS
    assert len(site.alarms()) == _EVENTS
    assert [row["passed"] for row in site.rows(flow_hour)] == [_EVENTS]
    assert [row["alarms"] for row in site.rows(alarm_day)] == [_EVENTS]


def test_deliveries_of_several_hosts_are_done_each(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path, sqlite_app: FastAPI
) -> None:
    del sqlite_app
    _, task_id = Site(sqlite_database).camera()
    exchange.waiting = [Delivery(7, "h1", event(task_id)), Delivery(3, "h2", event(task_id))]
    ingest_of(sqlite_database, exchange, clock, tmp_path).round(0)
    assert exchange.waiting == []


def test_what_is_kept_outlives_a_power_cut_before_anybody_lets_go_of_it(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on the disk when: the log of the database before `done`, picture and log before the source goes."""
    site, order = Site(sqlite_database), []
    _, task_id = site.camera()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(JPEG)
    message = event(task_id)
    exchange.happen(HOST, message, arrived(message, "picture", picture))
    sync, done, unlink = os.fsync, exchange.done, Path.unlink

    def fsync(file: int) -> None:
        order.append(Path(f"/proc/self/fd/{file}").readlink().suffix)
        sync(file)

    def told(host_id: str, seq: int) -> None:
        order.append("done")
        done(host_id, seq)

    def removed(path: Path, missing_ok: bool = False) -> None:
        if path == picture:
            order.append("removed")
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(exchange, "done", told)
    monkeypatch.setattr(Path, "unlink", removed)
    ingest_of(sqlite_database, exchange, clock, tmp_path).round(0)
    assert order == [".db-wal", "done", ".jpg", "", ".db-wal", "removed"]


def test_an_exhausted_pool_puts_no_message_aside(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    """It is not the fault of the message: it waits, and is taken when there is a connection again."""
    site = Site(sqlite_database)
    _, task_id = site.camera()
    exchange.happen(HOST, event(task_id))
    fails = [True]

    def outbox(connection: Any, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()) -> None:
        if fails[0]:
            raise PoolTimeoutError("all are in use")

    files = MediaIntake(sqlite_database, open_place("memory:///"), tmp_path, clock, outbox)
    troubles = Troubles()
    ingest = Ingest(sqlite_database, exchange, files, clock, outbox, troubles)
    stopped = threading.Event()
    ingest.run(stopped, lambda _: stopped.set())
    assert "TimeoutError" in troubles.lines["events"]
    assert (len(exchange.waiting), site.count(message_aside)) == (1, 0)
    fails[0] = False
    ingest.round(0)
    assert (exchange.waiting, site.count(alarm_event), site.count(message_aside)) == ([], 1, 0)


def test_a_place_that_takes_nothing_holds_up_no_event(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site, troubles = Site(sqlite_database), Troubles()
    _, task_id = site.camera()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(JPEG)
    message = event(task_id)
    exchange.happen(HOST, message, arrived(message, "picture", picture))
    place = open_place((tmp_path / "place").as_uri())
    (tmp_path / "place").rmdir()
    (tmp_path / "place").write_text("in the way")
    files = MediaIntake(sqlite_database, place, tmp_path, clock, no_outbox)
    ingest = Ingest(sqlite_database, exchange, files, clock, no_outbox, troubles)
    assert ingest.round(0) == 2
    exchange.happen(HOST, event(task_id))
    assert ingest.round(0) == 1
    assert set(troubles.lines) == {"pictures and clips"}
    assert picture.exists()


class Hanging(MediaPlace):
    """A bucket that does not answer until it is told to."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.asked, self.answer = threading.Event(), threading.Event()

    def put(self, key: str, file: BinaryIO) -> Stored:
        self.asked.set()
        self.answer.wait(60)
        return super().put(key, file)


def test_a_bucket_that_hangs_holds_up_no_event(
    sqlite_database: Database, exchange: FakeExchange, clock: FakeClock, tmp_path: Path
) -> None:
    site, place, stopped = Site(sqlite_database), Hanging(), threading.Event()
    _, task_id = site.camera()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(JPEG)
    message, heard = event(task_id), queue.Queue[str]()

    def outbox(connection: Any, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()) -> None:
        heard.put(alarm["id"])

    files = MediaIntake(sqlite_database, place, tmp_path, clock, outbox)
    working = threading.Thread(target=Ingest(sqlite_database, exchange, files, clock, outbox).run, args=(stopped,))
    working.start()
    try:
        exchange.happen(HOST, message, arrived(message, "picture", picture))
        first = heard.get(timeout=60)
        assert place.asked.wait(60)
        exchange.happen(HOST, event(task_id))
        assert heard.get(timeout=60) != first
        place.answer.set()
        assert heard.get(timeout=60) == first
    finally:
        place.answer.set()
        stopped.set()
        working.join()
    assert (site.count(alarm_event), [row["state"] for row in site.rows(media)]) == (2, ["there"])
