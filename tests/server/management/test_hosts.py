"""Hosts: what they report is kept, shown, and told in words when it is not well."""

import platform
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tests.server.fakes import START, FakeClock, FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.errors import ExchangeError
from camloom.exchange import HostLoad, Reply, Reported, TaskStatus
from camloom.server.database.tables import host, host_minute
from camloom.server.management.cameras.history import quality_of
from camloom.server.management.hosts.notes import notes_of
from camloom.server.management.hosts.reported import best_of, mean_of
from camloom.server.management.rounds import every_few_seconds, every_hour, every_minute


def _report(at: datetime, **more: Any) -> Reported:
    return Reported(host_id=HOST, at=at, **more)


def _codes(reported: Reported | None, seen_at: datetime | None, now: datetime = START) -> list[str]:
    return [note.code for note in notes_of(reported, seen_at, now)]


def test_this_machine_is_a_host_from_the_start(any_site: Site) -> None:
    every_minute(any_site.desk)
    (only,) = any_site.viewer.get(f"{API}/hosts").json()["items"]
    assert (only["id"], only["name"], only["state"]) == (HOST, platform.node() or HOST, "never-seen")
    assert [note["code"] for note in only["notes"]] == ["never-seen"]
    assert any_site.admin.patch(f"{API}/hosts/{HOST}", json={"name": "Gate house"}).json()["name"] == "Gate house"
    assert any_site.viewer.patch(f"{API}/hosts/{HOST}", json={"name": "x"}).status_code == 403
    assert any_site.viewer.get(f"{API}/hosts/{HOST}1").status_code == 404


def test_what_it_reports_is_shown(any_site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    site = any_site
    task = site.add_task(site.add_camera()["id"])
    hidden = site.add_task(site.add_camera("Hidden", group_id=None)["id"])
    tasks = (TaskStatus(id=task["id"], condition="online"), TaskStatus(id=hidden["id"], condition="online"))
    more = {"hardware": {"cpu": "x86"}, "versions": {"camloom": "1"}, "models": ("nanodet",), "streams_fit": 8.5}
    revision = exchange.wanted[HOST].revision
    exchange.reports[HOST] = _report(clock(), tasks=tasks, revision=revision, load=HostLoad(cpu=0.5), **more)
    every_few_seconds(site.desk, exchange)
    shown = site.viewer.get(f"{API}/hosts/{HOST}").json()
    assert (shown["state"], shown["streams"], shown["streams_fit"], shown["applied"]) == ("online", 2, 8.5, True)
    assert (shown["hardware"], shown["load"]["cpu"], shown["notes"]) == ({"cpu": "x86"}, 0.5, [])
    assert [(one["id"], one["camera_name"], one["condition"]) for one in shown["tasks"]] == [
        (task["id"], "Gate", "online")
    ]
    clock.forward(seconds=30)
    assert site.viewer.get(f"{API}/hosts/{HOST}").json()["state"] == "away"


def test_what_is_not_well_is_told() -> None:
    assert _codes(None, None) == ["never-seen"]
    assert _codes(_report(START), START) == []
    assert _codes(_report(START), START, START + timedelta(seconds=21)) == ["away"]
    assert _codes(_report(START - timedelta(seconds=5)), START) == []
    assert _codes(_report(START - timedelta(hours=1)), START) == ["clock-off"]
    assert _codes(_report(START + timedelta(seconds=3)), START) == ["clock-off"]
    full = HostLoad(disk=0.97, memory=0.99, temperature_c=91)
    assert _codes(_report(START, load=full), START) == ["disk-full", "memory-full", "hot"]
    slow = TaskStatus(id="x", skipped=0.2)
    assert _codes(_report(START, tasks=(slow,), bottleneck="cpu"), START) == ["throttled", "bottleneck"]
    assert [notes_of(_report(START, tasks=(slow,) * count), START, START)[0].text.en[:26] for count in (1, 2)] == [
        "1 of its tasks skips frame",
        "2 of its tasks skip frames",
    ]
    (note,) = notes_of(_report(START + timedelta(seconds=90)), START, START)
    assert ("90" in note.text.en, "90" in note.text.zh) == (True, True)


def test_minutes_are_means_and_are_kept_seven_days(any_site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    site = any_site
    for cpu in (0.2, 0.4, 0.4):
        exchange.reports[HOST] = _report(clock(), load=HostLoad(cpu=cpu))
        every_few_seconds(site.desk, exchange)
        every_few_seconds(site.desk, exchange)  # the same report counts once
        clock.forward(seconds=5)
    path = f"{API}/hosts/{HOST}/utilisation"
    (point,) = site.viewer.get(path).json()
    assert point["cpu"] == pytest.approx(1 / 3)
    assert (point["at"], point["temperature_c"]) == ("2026-11-02T08:00:00Z", None)
    clock.forward(days=6, hours=23)
    assert site.viewer.get(f"{path}?hours=24").json() == []
    assert len(site.viewer.get(f"{path}?hours=168").json()) == 1
    every_hour(site.desk)
    assert len(site.viewer.get(f"{path}?hours=168").json()) == 1
    clock.forward(hours=2)
    every_hour(site.desk)
    with site.desk.database.read() as connection:
        assert connection.execute(host_minute.select()).all() == []
    assert site.viewer.get(f"{path}?hours=5").status_code == 422


def test_a_week_is_a_graph_of_some_hundred_points(site: Site, clock: FakeClock) -> None:
    with site.desk.database.write() as connection:
        times = [clock() - timedelta(minutes=number) for number in range(3000)]
        connection.execute(insert(host_minute), [{"host_id": HOST, "at": at, "load": {"cpu": 0.5}} for at in times])
    points = site.viewer.get(f"{API}/hosts/{HOST}/utilisation?hours=168").json()
    assert 100 < len(points) < 120
    assert {point["cpu"] for point in points} == {0.5}


def test_means_leave_out_what_is_unknown() -> None:
    once = mean_of({}, {"cpu": 0.2, "temperature_c": None})
    twice = mean_of(once, {"cpu": 0.4, "temperature_c": 60.0})
    assert twice["cpu"] == pytest.approx(0.3)
    assert (twice["temperature_c"], twice["n"]) == (60.0, {"cpu": 2, "temperature_c": 1})


def test_a_camera_is_as_its_tasks_say(any_site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    site = any_site
    camera = site.add_camera()
    task = site.add_task(camera["id"])
    path = f"{API}/cameras/{camera['id']}"

    def say(condition: str, reason: str = "") -> None:
        status = TaskStatus(id=task["id"], condition=condition, reason=reason, stream={"codec": "h264", "width": 1920})
        exchange.reports[HOST] = _report(clock(), tasks=(status,))
        every_few_seconds(site.desk, exchange)

    say("online")
    shown = site.viewer.get(path).json()
    assert (shown["condition"], shown["stream"]["codec"], shown["stream"]["width"]) == ("online", "h264", 1920)
    clock.forward(hours=18)
    say("offline", "timeout")
    assert [one["id"] for one in site.viewer.get(f"{API}/cameras?condition=offline").json()["items"]] == [camera["id"]]
    clock.forward(hours=6)
    say("offline", "timeout")
    history = site.viewer.get(f"{path}/history?hours=24").json()
    assert history["shares"] == {"online": 0.75, "offline": 0.25}
    assert [span["condition"] for span in history["spans"]] == ["offline", "online"]
    assert (history["breaks"], history["quality"]) == (1, "poor")
    assert site.viewer.get(f"{path}/history?hours=48").json()["shares"]["unknown"] == pytest.approx(0.5)


def test_where_no_host_can_be_heard_no_camera_is_said_to_be_well(
    site: Site, exchange: FakeExchange, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"])
    exchange.reports[HOST] = _report(clock(), tasks=(TaskStatus(id=task["id"], condition="online"),))
    every_few_seconds(site.desk, exchange)

    def damaged() -> list[Reported]:
        raise ExchangeError("the exchange cannot be used: database disk image is malformed")

    monkeypatch.setattr(exchange, "reported", damaged)
    clock.forward(minutes=1)
    with pytest.raises(ExchangeError):
        every_few_seconds(site.desk, exchange)
    shown = site.viewer.get(f"{API}/cameras/{camera['id']}").json()
    assert (shown["condition"], shown["reason"]) == ("offline", "host-away")


def test_cameras_of_a_silent_host_are_offline(site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"])
    exchange.reports[HOST] = _report(clock(), tasks=(TaskStatus(id=task["id"], condition="online"),))
    every_few_seconds(site.desk, exchange)
    clock.forward(minutes=1)
    every_few_seconds(site.desk, exchange)
    shown = site.viewer.get(f"{API}/cameras/{camera['id']}").json()
    assert (shown["condition"], shown["reason"]) == ("offline", "host-away")
    exchange.reports[HOST] = _report(clock(), tasks=(TaskStatus(id=task["id"], condition="online"),))
    every_few_seconds(site.desk, exchange)
    assert site.viewer.get(f"{API}/cameras/{camera['id']}").json()["condition"] == "online"


def test_the_best_of_its_tasks_tells_how_a_camera_is() -> None:
    told = [TaskStatus(id=name, condition=name) for name in ("failed", "offline", "degraded", "unheard-of")]
    assert best_of(told).condition == "degraded"
    assert best_of([]).condition == "stopped"


def test_quality_counts_the_time_that_it_was_to_run() -> None:
    assert quality_of({"online": 0.5, "stopped": 0.5}, 0, 24) == "good"
    assert quality_of({"online": 0.95, "offline": 0.05}, 10, 24) == "fair"
    assert quality_of({"online": 0.995, "offline": 0.005}, 100, 24) == "poor"
    assert quality_of({"stopped": 1.0}, 0, 24) == "unknown"


def test_the_first_minutes_of_a_camera_are_no_quality() -> None:
    minute = 1 / (24 * 60)
    assert quality_of({"unknown": 1 - 2 * minute, "connecting": minute, "online": minute}, 0, 24) == "unknown"
    assert quality_of({"unknown": 1 - 20 * minute, "offline": 20 * minute}, 0, 24) == "poor"


def test_a_report_that_is_not_understood_hides_nothing_else(site: Site) -> None:
    with site.desk.database.write() as connection:
        connection.execute(host.update().values(reported={"of": "a later version"}))
    assert site.viewer.get(f"{API}/hosts/{HOST}").status_code == 200
    task = site.add_task(site.add_camera()["id"])
    assert task["status"]["condition"] == "stopped"


def test_reports_of_unknown_hosts_are_nothing(site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    exchange.reports["x"] = Reported(host_id="x", at=clock())
    every_few_seconds(site.desk, exchange)
    assert len(site.viewer.get(f"{API}/hosts").json()["items"]) == 1


def test_logs_are_for_who_sets_up(site: Site, exchange: FakeExchange) -> None:
    exchange.answer = lambda host, command: Reply(id=command.id, result={"lines": ["a", "b" * 9000, 3]})
    lines = site.admin.get(f"{API}/hosts/{HOST}/logs?lines=2").json()["lines"]
    assert lines == ["b" * 2000, "3"]
    assert site.viewer.get(f"{API}/hosts/{HOST}/logs").status_code == 403


def test_only_so_many_questions_are_open_at_once(site: Site) -> None:
    line = site.desk.line
    waiting = [line._free.acquire(blocking=False) for _ in range(8)]
    assert all(waiting)
    answer = site.admin.get(f"{API}/hosts/{HOST}/logs")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hosts-busy")
    for _ in waiting:
        line._free.release()


def test_a_silent_host_is_noticed_also_when_the_clock_was_set_back(
    site: Site, exchange: FakeExchange, clock: FakeClock
) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"])
    told = _report(clock(), tasks=(TaskStatus(id=task["id"], condition="online"),))
    exchange.reports[HOST] = told
    every_few_seconds(site.desk, exchange)
    clock.forward(hours=-1)
    every_few_seconds(site.desk, exchange)
    path = f"{API}/cameras/{camera['id']}"
    assert site.viewer.get(path).json()["reason"] == "host-away"
    exchange.reports[HOST] = told.model_copy(update={"at": clock()})
    every_few_seconds(site.desk, exchange)
    assert site.viewer.get(path).json()["condition"] == "online"
