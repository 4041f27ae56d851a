"""Tasks: what a camera is to watch for, checked in full, edited while they run, on when they are to be."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.config import parse_task
from camloom.errors import ExchangeError
from camloom.exchange import Command, CommandKind, Desired, Reply, Reported, TaskStatus
from camloom.server.database.tables import setting
from camloom.server.management.rounds import every_few_seconds, every_minute
from camloom.server.management.tasks.checking import problems_of

YARD = {"name": "yard", "vertices": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}
DOCUMENT = {"zones": [YARD], "alarms": [{"template": "intrusion", "zone": "yard"}], "analysis_fps": 5}
CAMERA = "rtsp://admin:***@10.1.2.3/main"


def _paths(document: dict[str, Any]) -> list[list[Any]]:
    return [problem.path for problem in problems_of(document, CAMERA)]


def test_a_task_reaches_the_engine_as_a_whole_document(any_site: Site, exchange: FakeExchange) -> None:
    site = any_site
    camera = site.add_camera(main_url="rtsp://admin:hunter2@10.1.2.3/big", options={"transport": "udp"})
    alerts = {"type": "isapi", "url": "http://10.1.2.3"}
    task = site.add_task(camera["id"], DOCUMENT | {"camera_alerts": alerts})
    (order,) = exchange.wanted[HOST].tasks
    assert (order.id, order.camera_id, order.revision) == (task["id"], camera["id"], 1)
    parsed = parse_task(order.document)
    assert parsed.id == task["id"]
    assert parsed.source.config.url == "rtsp://admin:hunter2@10.1.2.3/main"
    assert (parsed.source.config.transport, parsed.source.config.policy) == ("udp", "strict")
    assert parsed.evidence_source is not None
    assert parsed.camera_alerts is not None
    assert parsed.camera_alerts.url == "http://admin:hunter2@10.1.2.3"
    assert [rule.config.id for rule in parsed.rules] == ["intrusion"]
    assert "hunter2" not in site.admin.get(f"{API}/tasks/{task['id']}").text


def test_alerts_of_another_machine_get_no_password(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    site.add_task(camera["id"], {"camera_alerts": {"type": "isapi", "url": "http://10.1.2.4"}})
    assert exchange.wanted[HOST].tasks[0].document["camera_alerts"]["url"] == "http://10.1.2.4"


def test_what_is_wrong_is_told_with_its_place(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    document = {"zones": [YARD, {**YARD, "name": "roof", "vertices": [[0, 0], [2, 0]]}], "alarms": [{"template": "x"}]}
    answer = site.admin.post(f"{API}/tasks", json={"name": "t", "camera_id": camera["id"], "document": document})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "task-invalid")
    paths = [problem["path"] for problem in answer.json()["error"]["problems"]]
    assert ["zones", 1, "vertices", 1] in paths
    document["zones"] = [YARD]
    body = {"camera_id": camera["id"], "document": {**document, "model": "none"}}
    checked = site.viewer.post(f"{API}/tasks/check", json=body).json()["problems"]
    assert [one["path"] for one in checked] == [["alarms", 0, "template"]]
    exchange.answer = lambda host, command: Reply(id=command.id, result={"models": [{"name": "nanodet"}]})
    checked = site.viewer.post(f"{API}/tasks/check", json=body).json()["problems"]
    assert [one["path"] for one in checked] == [["alarms", 0, "template"], ["model"]]
    assert exchange.wanted[HOST].tasks == ()


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"source": "rtsp://10.0.0.1/"}, ["source"]),
        ({"sinks": ["console"]}, ["sinks"]),
        ({"out": "/etc"}, ["out"]),
        ({"templates": "/etc"}, ["templates"]),
        ({"evidence_source": "rtsp://10.0.0.1/"}, ["evidence_source"]),
        ({"id": "x"}, ["id"]),
        ({"model": "/etc/passwd"}, ["model"]),
        ({"model": "../card.yaml"}, ["model"]),
        ({"secondary": [{"model": "/etc/passwd"}]}, ["secondary", 0, "model"]),
        ({"rules": [{"type": "match", "id": "m", "gallery": "/etc/passwd"}]}, ["rules", 0, "gallery"]),
        (
            {"rules": [{"type": "region", "id": "r", "gate": {"holidays": "/etc/passwd"}}]},
            ["rules", 0, "gate", "holidays"],
        ),
        (
            {"zones": [YARD], "alarms": [{"template": "intrusion", "zone": "yard", "holidays": "/x"}]},
            ["alarms", 0, "holidays"],
        ),
        ({"zones": [{**YARD, "name": "a" * 10_000}]}, ["zones", 0, "name"]),
        ({"zones": [{**YARD, "name": "a\x00"}]}, ["zones", 0, "name"]),
        ({"zones": [{**YARD, "name": "a\u202eb"}]}, ["zones", 0, "name"]),
        ({"zones": [{**YARD, "vertices": [[0.1, 0.1]] * 201}]}, ["zones", 0, "vertices"]),
        ({"zones": [YARD] * 33}, ["zones"]),
        ({"analysis_fps": float("inf")}, ["analysis_fps"]),
        ({"analysis_fps": 10**30}, ["analysis_fps"]),
        ({"camera_alerts": {"type": "isapi", "url": "http://a:b@10.0.0.1"}}, ["camera_alerts", "url"]),
        ({"camera_alerts": {"type": "isapi", "url": "http://127.0.0.1"}}, ["camera_alerts", "url"]),
        ({"unknown": 1}, ["unknown"]),
    ],
)
def test_documents_that_reach_too_far_are_refused(document: dict[str, Any], path: list[Any]) -> None:
    assert path in _paths(document)


def test_a_document_too_large_or_deep_is_refused(site: Site) -> None:
    camera = site.add_camera()
    assert _paths({"classes": ["x" * 4000] * 70}) == [[]]
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    answer = site.admin.post(f"{API}/tasks/check", json={"camera_id": camera["id"], "document": {"rules": deep}})
    assert answer.status_code == 422


def test_an_edit_raises_the_revision_and_keeps_the_source(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"], DOCUMENT)
    before = exchange.wanted[HOST]
    body = {"name": "Watch", "camera_id": camera["id"], "document": DOCUMENT | {"classes": ["person"]}}
    assert site.admin.put(f"{API}/tasks/{task['id']}", json=body).json()["revision"] == 2
    after = exchange.wanted[HOST]
    assert after.revision > before.revision
    assert after.tasks[0].revision == 2
    assert after.tasks[0].document["source"] == before.tasks[0].document["source"]


def test_of_two_who_edit_a_task_the_second_overwrites_nothing_unseen(any_site: Site) -> None:
    site = any_site
    camera = site.add_camera()
    path = f"{API}/tasks/{site.add_task(camera['id'])['id']}"
    body = {"name": "Mine", "camera_id": camera["id"]}
    assert site.admin.put(f"{path}?revision=1", json=body).json()["revision"] == 2
    late = site.admin.put(f"{path}?revision=1", json=body | {"name": "Theirs"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "task-changed")
    assert site.admin.get(path).json()["name"] == "Mine"
    assert site.admin.put(f"{path}?revision=2", json=body | {"name": "Theirs"}).json()["revision"] == 3


def test_another_address_of_the_camera_is_an_edit_of_its_tasks(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    site.add_task(camera["id"])
    body = {"name": "Gate", "url": camera["url"], "group_id": site.east}
    site.admin.put(f"{API}/cameras/{camera['id']}", json=body | {"name": "Other name"})
    revision = exchange.wanted[HOST].tasks[0].revision
    site.admin.put(f"{API}/cameras/{camera['id']}", json=body | {"url": "rtsp://admin:new@10.1.2.3/main"})
    assert exchange.wanted[HOST].tasks[0].revision == revision + 1
    assert exchange.wanted[HOST].tasks[0].document["source"]["url"] == "rtsp://admin:new@10.1.2.3/main"


def test_who_handles_a_camera_starts_and_stops_its_tasks(site: Site, exchange: FakeExchange) -> None:
    task = site.add_task(site.add_camera()["id"])
    path = f"{API}/tasks/{task['id']}"
    assert site.operator.post(f"{path}/stop").json()["enabled"] is False
    assert exchange.wanted[HOST].tasks == ()
    assert site.operator.post(f"{path}/start").json()["runs_now"] is True
    assert len(exchange.wanted[HOST].tasks) == 1
    assert site.viewer.post(f"{path}/stop").status_code == 403
    answers = [site.stranger.get(path), site.stranger.post(f"{path}/stop"), site.stranger.post(f"{path}/start")]
    what_if = {"document": {}, "since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}
    answers += [site.stranger.post(f"{path}/what-if", json=what_if)]
    check = {"camera_id": task["camera_id"], "document": {}}
    answers += [site.stranger.post(f"{API}/tasks/check", json=check)]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert site.stranger.get(f"{API}/tasks?camera={task['camera_id']}").json()["items"] == []
    done = {(entry["action"], entry["object_kind"]) for entry in site.admin.get(f"{API}/audit").json()["items"]}
    assert {("start", "task"), ("stop", "task"), ("create", "task"), ("create", "camera")} <= done


def test_a_camera_that_is_off_runs_nothing(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"])
    site.operator.put(f"{API}/cameras/{camera['id']}/enabled", json={"enabled": False})
    assert exchange.wanted[HOST].tasks == ()
    assert site.viewer.get(f"{API}/tasks/{task['id']}").json()["runs_now"] is False
    site.admin.delete(f"{API}/cameras/{camera['id']}")
    assert site.admin.get(f"{API}/tasks/{task['id']}").status_code == 404


def test_a_host_that_is_full_takes_one_more_only_if_forced(
    site: Site, exchange: FakeExchange, clock: FakeClock
) -> None:
    exchange.reports[HOST] = Reported(host_id=HOST, at=clock(), streams_fit=1.4)
    every_few_seconds(site.desk, exchange)
    clock.forward(seconds=5)
    exchange.reports[HOST] = Reported(host_id=HOST, at=clock())  # it measures anew
    every_few_seconds(site.desk, exchange)
    camera = site.add_camera()
    first = site.add_task(camera["id"])
    assert first["warnings"] == []
    body = {"name": "Second", "camera_id": camera["id"]}
    answer = site.admin.post(f"{API}/tasks", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "host-full")
    forced = site.admin.post(f"{API}/tasks?force=true", json=body).json()
    assert "1 of about 1" in forced["warnings"][0]
    off = site.admin.post(f"{API}/tasks", json=body | {"enabled": False})
    assert off.status_code == 201
    assert site.operator.post(f"{API}/tasks/{off.json()['id']}/start").status_code == 409
    edit = {"name": "Renamed", "camera_id": camera["id"]}
    assert site.admin.put(f"{API}/tasks/{first['id']}", json=edit).status_code == 200


def test_a_schedule_switches_by_the_clock_of_the_site(any_site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    site = any_site
    with site.desk.database.write() as connection:
        connection.execute(insert(setting).values(key="timezone", value="Asia/Shanghai"))
    clock.at = datetime(2026, 11, 2, 13, 59, tzinfo=UTC)  # a Monday, 21:59 in Shanghai
    camera = site.add_camera()
    night = [{"days": ["mon"], "start": "22:00", "end": "06:00"}]
    task = site.add_task(camera["id"], schedule=night)
    assert (task["enabled"], task["runs_now"]) == (True, False)
    assert exchange.wanted[HOST].tasks == ()
    clock.forward(minutes=1)
    every_minute(site.desk)
    running = exchange.wanted[HOST]
    assert [order.id for order in running.tasks] == [task["id"]]
    every_minute(site.desk)
    assert exchange.wanted[HOST].revision == running.revision
    clock.forward(hours=8)
    every_minute(site.desk)
    assert exchange.wanted[HOST].tasks == ()
    assert exchange.wanted[HOST].revision > running.revision


def test_what_did_not_get_to_the_host_is_made_good(any_site: Site, exchange: FakeExchange) -> None:
    site = any_site
    camera = site.add_camera()
    heard = exchange.want

    def lost(desired: Desired) -> None:
        raise ExchangeError("the disk is full")

    exchange.want = lost  # type: ignore[method-assign]
    task = site.add_task(camera["id"])
    assert exchange.wanted[HOST].tasks == ()
    exchange.want = heard  # type: ignore[method-assign]
    every_minute(site.desk)
    assert [order.id for order in exchange.wanted[HOST].tasks] == [task["id"]]


@pytest.mark.parametrize("damage", ["secret = x'00'", "source = '{}'", "source = '[]'"])
def test_one_task_that_cannot_be_read_does_not_stop_the_others(site: Site, exchange: FakeExchange, damage: str) -> None:
    broken, whole = site.add_camera("a"), site.add_camera("b")
    site.add_task(broken["id"])
    with site.desk.database.write() as connection:
        connection.exec_driver_sql(f"update camera set {damage} where id = ?", (broken["id"],))
    task = site.add_task(whole["id"])
    assert [order.id for order in exchange.wanted[HOST].tasks] == [task["id"]]


SEEN = {"rule_id": "yard", "place": "yard", "began": "2026-11-01T01:00:00Z", "ended": "2026-11-01T01:00:00Z"}
TRIED = {
    "schema": "camloom.backtest/1",
    "frames": 9,
    "difference": {"counts": {"added": 0, "removed": 3000, "kept": 4}, "removed": [SEEN] * 3000},
}


def test_a_what_if_that_makes_no_sense_is_no_failure_of_the_server(site: Site, exchange: FakeExchange) -> None:
    task = site.add_task(site.add_camera()["id"], DOCUMENT)
    edit = {"document": DOCUMENT, "since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}
    for wrong in ({}, {"difference": 4}, {"frames": 1, "difference": {"counts": {"added": "x"}}}):
        exchange.answer = lambda host, command, wrong=wrong: Reply(id=command.id, result=wrong)
        answer = site.operator.post(f"{API}/tasks/{task['id']}/what-if", json=edit)
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "host-garbled")


def test_a_what_if_is_asked_of_the_host_without_passwords(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    task = site.add_task(camera["id"], DOCUMENT)
    exchange.answer = lambda host, command: Reply(id=command.id, result=TRIED)
    path = f"{API}/tasks/{task['id']}/what-if"
    edit = {"document": {**DOCUMENT, "alarms": []}, "since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}
    answer = site.operator.post(path, json=edit).json()
    assert answer["difference"]["counts"] == {"added": 0, "removed": 3000, "kept": 4}
    assert len(answer["difference"]["removed"]) == 2000
    command = exchange.asked[-1][1]
    assert command.kind == CommandKind.WHAT_IF
    assert command.arguments["against"]["alarms"] == DOCUMENT["alarms"]
    assert parse_task(command.arguments["task"]).id == task["id"]
    assert "hunter2" not in str(command)
    for wrong in ({"until": "2027-11-02T00:00:00Z"}, {"since": "2026-11-02T00:00:00"}, {"document": {"model": "../x"}}):
        assert site.operator.post(path, json=edit | wrong).status_code == 422


def test_zones_are_copied_to_other_cameras(site: Site) -> None:
    task = site.add_task(site.add_camera("a")["id"], DOCUMENT)
    there, bare, same = (site.add_camera(name)["id"] for name in "bcd")
    other = site.add_task(there, {"zones": [{**YARD, "vertices": [[0, 0], [1, 0], [1, 1]]}, {**YARD, "name": "roof"}]})
    path = f"{API}/tasks/{task['id']}/copy"
    changed = site.admin.post(path, json={"camera_ids": [there, bare]}).json()["task_ids"]
    assert changed[0] == other["id"]
    zones = site.viewer.get(f"{API}/tasks/{other['id']}").json()
    assert [zone["name"] for zone in zones["document"]["zones"]] == ["roof", "yard"]
    assert (zones["revision"], zones["document"]["zones"][1]) == (2, YARD)
    made = site.viewer.get(f"{API}/tasks/{changed[1]}").json()
    assert (made["enabled"], made["document"]) == (False, {"zones": [YARD]})
    whole = site.admin.post(path, json={"camera_ids": [same], "alarms": True}).json()["task_ids"]
    assert site.viewer.get(f"{API}/tasks/{whole[0]}").json()["document"] == DOCUMENT
    assert site.admin.post(path, json={"camera_ids": [same, HOST]}).status_code == 404


def test_a_stream_that_was_given_up_is_tried_again(site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    task = site.add_task(site.add_camera()["id"])
    status = TaskStatus(id=task["id"], revision=1, condition="disabled", reason="crash-loop", live="/run/secret.sock")
    exchange.reports[HOST] = Reported(host_id=HOST, at=clock(), tasks=(status,))
    every_few_seconds(site.desk, exchange)
    shown = site.viewer.get(f"{API}/tasks/{task['id']}").json()["status"]
    assert (shown["condition"], shown["live"]) == ("disabled", "")
    asked: list[Command] = []

    def answer(host: str, command: Command) -> Reply:
        asked.append(command)
        return Reply(id=command.id)

    exchange.answer = answer
    assert site.operator.post(f"{API}/tasks/{task['id']}/start").status_code == 200
    assert [(command.kind, command.arguments) for command in asked] == [(CommandKind.ENABLE, {"task_id": task["id"]})]


def test_templates_say_what_they_are_and_whether_the_host_can(site: Site, exchange: FakeExchange) -> None:
    unknown = {one["name"]: one for one in site.viewer.get(f"{API}/templates").json()["items"]}
    assert unknown["intrusion"]["fit"] is None
    assert unknown["intrusion"]["title"]["zh"]
    assert unknown["intrusion"]["form"]["properties"]["template"] == {"const": "intrusion"}
    models = [
        {"name": "nanodet", "task": "detection", "class_names": ["person", "car"], "unknown": 1},
        {"name": "helmet", "task": "attributes", "says": {"helmet": ["yes", "no"]}},
        "nonsense",
    ]
    exchange.answer = lambda host, command: Reply(id=command.id, result={"models": models})
    known = {one["name"]: one["fit"] for one in site.viewer.get(f"{API}/templates").json()["items"]}
    assert known["intrusion"] == {"models": ["nanodet"], "readers": [], "lacks": []}
    assert any(fit["lacks"] for fit in known.values())
    asked = len(exchange.asked)
    assert [one["name"] for one in site.viewer.get(f"{API}/hosts/{HOST}/models").json()["items"]] == [
        "nanodet",
        "helmet",
    ]
    assert len(exchange.asked) == asked
    assert site.viewer.get(f"{API}/task-schema").json()["title"] == "Camloom task"


def test_pictures_of_templates_are_those_and_no_other_files(site: Site) -> None:
    known = site.viewer.get(f"{API}/templates").json()["items"]
    shown = [one["name"] for one in known if one["has_picture"]]
    assert all(site.viewer.get(f"{API}/templates/{name}/picture").status_code == 200 for name in shown[:2])
    for name in ("../intrusion", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", "/etc/passwd", "x", "intrusion.yaml"):
        assert site.viewer.get(f"{API}/templates/{name}/picture").status_code == 404, name
