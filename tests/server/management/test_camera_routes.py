"""Cameras: set up, changed, seen by those who may, and never with their password."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from tests.server.fakes import FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.exchange import CommandKind, Reply

SECRET = "hunter2"


def test_a_camera_is_added_shown_changed_and_removed(any_site: Site) -> None:
    site = any_site
    added = site.add_camera("Gate", "rtsp://admin:hunter2@10.1.2.3:8554/main?token=abc", place="North gate")
    assert added["url"] == "rtsp://admin:***@10.1.2.3:8554/main?token=***"
    assert (added["host_id"], added["group_id"], added["condition"]) == (HOST, site.east, "stopped")
    shown = site.viewer.get(f"{API}/cameras/{added['id']}")
    assert shown.json() == added
    body = {"name": "Gate 2", "url": added["url"], "group_id": site.east}
    changed = site.admin.put(f"{API}/cameras/{added['id']}", json=body)
    assert changed.json()["name"] == "Gate 2"
    assert changed.json()["url"] == added["url"]
    assert site.admin.delete(f"{API}/cameras/{added['id']}").status_code == 204
    assert site.admin.get(f"{API}/cameras/{added['id']}").status_code == 404


def test_the_list_comes_in_pages_and_can_be_searched(any_site: Site) -> None:
    site = any_site
    ids = [site.add_camera(f"Gate {number}", f"rtsp://10.1.2.{number}/", place="100%")["id"] for number in range(1, 6)]
    page = site.viewer.get(f"{API}/cameras?limit=2").json()
    seen = [one["id"] for one in page["items"]]
    while page["next"]:
        page = site.viewer.get(f"{API}/cameras?limit=2&after={page['next']}").json()
        seen += [one["id"] for one in page["items"]]
    assert seen == ids
    found = site.viewer.get(f"{API}/cameras?text=gAtE 3").json()["items"]
    assert [one["id"] for one in found] == ids[2:3]
    assert len(site.viewer.get(f"{API}/cameras?text=0%25").json()["items"]) == 5
    assert site.viewer.get(f"{API}/cameras?text=0_%25").json()["items"] == []
    assert site.viewer.get(f"{API}/cameras?after=nonsense").status_code == 422


@pytest.mark.parametrize("source", ["null", "{}", '{"url": 7}', "rtsp://10.1.2.3/", '{"url": "rtsp://10.1.2.3/"}'])
def test_a_camera_whose_address_is_lost_is_shown_and_can_be_given_one(site: Site, source: str) -> None:
    broken, other = site.add_camera("Gate"), site.add_camera("Yard", "rtsp://10.1.2.4/")
    site.add_task(broken["id"])
    with site.desk.database.write() as connection:  # as somebody does with another program
        row = {"source": source, "main": source, "id": broken["id"]}
        connection.execute(text("update camera set source = :source, main_source = :main where id = :id"), row)
        connection.execute(text("update task set document = 'null'"))
    shown = {one["id"]: one for one in site.viewer.get(f"{API}/cameras").json()["items"]}
    assert set(shown) == {broken["id"], other["id"]}
    if "10.1.2.3" not in source or not source.startswith("{"):
        assert (shown[broken["id"]]["condition"], shown[broken["id"]]["reason"]) == ("failed", "no-source")
        assert shown[broken["id"]]["url"] == ""
        copy = site.admin.post(f"{API}/cameras/{broken['id']}/copy", json={"name": "Copy"})
        assert (copy.status_code, copy.json()["error"]["code"]) == (409, "no-source")
    assert "Gate" in site.admin.get(f"{API}/cameras/export.csv").text
    assert site.viewer.get(f"{API}/tasks").status_code == 200
    site.desk.orders.publish(HOST)
    table = "name,url\nRoof,rtsp://10.1.2.9/"
    assert site.admin.post(f"{API}/cameras/import", content=table).json()["cameras"] == 1
    path = f"{API}/cameras/{broken['id']}"
    body = {"name": "Gate", "url": "rtsp://admin:new@10.1.2.3/main", "group_id": site.east}
    changed = site.admin.put(path, json=body)
    assert (changed.status_code, changed.json()["condition"]) == (200, "stopped"), changed.text
    assert site.viewer.get(path).json()["url"] == "rtsp://admin:***@10.1.2.3/main"


def test_a_camera_whose_password_cannot_be_opened_takes_a_new_one(site: Site) -> None:
    camera = site.add_camera()
    with site.desk.database.write() as connection:
        connection.execute(text("update camera set secret = :secret"), {"secret": b"sealed with another key"})
    path, body = f"{API}/cameras/{camera['id']}", {"name": "Gate", "url": camera["url"], "group_id": site.east}
    refused = site.admin.put(path, json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "masked-password")
    assert site.admin.put(path, json=body | {"url": "rtsp://admin:new@10.1.2.3/main"}).status_code == 200


def test_others_do_not_know_of_it(site: Site) -> None:
    camera = site.add_camera()
    assert site.stranger.get(f"{API}/cameras").json()["items"] == []
    path = f"{API}/cameras/{camera['id']}"
    answers = [
        site.stranger.get(path),
        site.stranger.put(f"{path}/enabled", json={"enabled": False}),
        site.stranger.get(f"{path}/history"),
        site.stranger.get(f"{path}/snapshot"),
    ]
    unknown = site.stranger.get(f"{API}/cameras/{HOST}")
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert answers[0].json() == unknown.json()
    assert site.admin.get(path).json()["enabled"] is True


def test_what_is_no_id_is_not_there(any_site: Site) -> None:
    for camera_id in ("x", "%2e%2e", "a" * 300, "01K0000000000000000000000%0a", "' or 1=1 --"):
        assert any_site.admin.get(f"{API}/cameras/{camera_id}").status_code == 404


def test_a_group_that_is_not_there_is_told(site: Site) -> None:
    body = {"name": "x", "url": "rtsp://10.1.2.3/", "group_id": HOST}
    assert site.admin.post(f"{API}/cameras", json=body).status_code == 404


def test_who_only_looks_sets_up_nothing(site: Site) -> None:
    camera = site.add_camera()
    for person in (site.viewer, site.operator):
        for path, body in (
            ("cameras", {"name": "x", "url": "rtsp://10.1.2.3/"}),
            ("cameras/probe", {"url": "rtsp://10.1.2.3/"}),
            ("cameras/discover", {}),
            (f"cameras/{camera['id']}/copy", {"name": "x"}),
            ("cameras/import", {}),
            ("site-maps?name=x", {}),
            ("uploads?name=x", {}),
        ):
            assert person.post(f"{API}/{path}", json=body).status_code == 403, path
        assert person.get(f"{API}/cameras/export.csv").status_code == 403
    assert site.viewer.put(f"{API}/cameras/{camera['id']}/enabled", json={"enabled": False}).status_code == 403
    assert site.operator.put(f"{API}/cameras/{camera['id']}/enabled", json={"enabled": False}).status_code == 200


def test_names_that_are_none_are_refused(any_site: Site) -> None:
    for name in ("", " ", "a" * 129, "a" * 10_000, "a\u0000b", "a\u202eb", "a\nb", "\ud800", None, 7):
        content = json.dumps({"name": name, "url": "rtsp://10.1.2.3/"}).encode()
        answer = any_site.admin.post(f"{API}/cameras", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, (name, answer.text)


def test_other_names_are_kept_as_they_are(any_site: Site) -> None:
    for name in ("<img src=x onerror=alert(1)>", "=1+1", "北门 ✔", "x'; drop table camera; --"):
        camera = any_site.add_camera(name)
        assert any_site.viewer.get(f"{API}/cameras/{camera['id']}").json()["name"] == name


def test_a_place_on_a_map_needs_all_three(site: Site) -> None:
    body = {"name": "x", "url": "rtsp://10.1.2.3/", "map_x": 0.5}
    assert site.admin.post(f"{API}/cameras", json=body).status_code == 422
    body |= {"map_y": 0.5, "site_map_id": HOST}
    assert site.admin.post(f"{API}/cameras", json=body).status_code == 404


def test_a_probe_asks_the_host_and_shows_what_it_found(site: Site, exchange: FakeExchange) -> None:
    stream, picture = {"codec": "h264", "width": 640, "height": 360, "fps": 25.0, "live": True}, "/9j/4AAQ"
    rows = [["source", "/srv/data/uploads/x"], ["codec", "h264"]]
    finding = {"code": "long-gop", "text": "long", "advice": "Make it short"}
    result = {"stream": stream, "findings": [finding, {"code": 7}, None], "rows": rows, "jpeg": picture, "more": True}
    exchange.answer = lambda host, command: Reply(id=command.id, result=dict(result))
    answer = site.admin.post(f"{API}/cameras/probe", json={"url": f"rtsp://admin:{SECRET}@10.1.2.3/x"})
    told = [{"name": "source", "value": "rtsp://***@10.1.2.3/x"}, {"name": "codec", "value": "h264"}]
    found = {"findings": [finding], "rows": told}
    assert answer.json() == {"stream": stream, "found": found, "picture": picture, "more": True}
    host, command = exchange.asked[0]
    assert (host, command.kind) == (HOST, CommandKind.PROBE)
    source = command.arguments["source"]
    assert source == {"type": "media", "url": f"rtsp://admin:{SECRET}@10.1.2.3/x", "policy": "strict"}
    assert command.arguments["look"] == "whole"


@pytest.mark.parametrize("told", [{}, {"stream": 7, "rows": "x", "findings": {}, "jpeg": 3}, {"rows": [["a"], 7, []]}])
def test_of_what_a_host_tells_of_a_source_only_what_fits_is_shown(
    site: Site, exchange: FakeExchange, told: dict[str, Any]
) -> None:
    exchange.answer = lambda host, command: Reply(id=command.id, result=told)
    answer = site.admin.post(f"{API}/cameras/probe", json={"url": "rtsp://10.1.2.3/x", "look": "picture"})
    stream = {"codec": "", "width": 0, "height": 0, "fps": 0, "live": None}
    assert answer.json() == {"stream": stream, "found": {"findings": [], "rows": []}, "picture": "", "more": False}
    assert exchange.asked[0][1].arguments["look"] == "picture"


def test_a_host_is_told_that_somebody_is_about_to_ask(site: Site, exchange: FakeExchange) -> None:
    exchange.answer = lambda host, command: Reply(id=command.id, result={})
    assert site.admin.post(f"{API}/cameras/probe/ready").status_code == 204
    assert [(host, command.kind) for host, command in exchange.asked] == [(HOST, CommandKind.GET_READY)]
    assert site.admin.post(f"{API}/cameras/probe/ready?host_id=other").status_code == 404


def test_a_probe_of_a_known_camera_takes_its_password(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    exchange.answer = lambda host, command: Reply(id=command.id, result={})
    site.admin.post(f"{API}/cameras/probe", json={"url": camera["url"], "camera_id": camera["id"]})
    assert exchange.asked[0][1].arguments["source"]["url"] == "rtsp://admin:hunter2@10.1.2.3/main"


def test_what_a_host_says_is_shown_without_secrets(site: Site, exchange: FakeExchange) -> None:
    exchange.answer = lambda host, command: Reply(
        id=command.id, error=f"rtsp://admin:{SECRET}@10.1.2.3/x refused the password", hint="Check it", reason="auth"
    )
    answer = site.admin.post(f"{API}/cameras/probe", json={"url": f"rtsp://admin:{SECRET}@10.1.2.3/x"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "source-auth"
    assert SECRET not in answer.text


def test_a_host_that_is_away_is_told(site: Site) -> None:
    answer = site.admin.post(f"{API}/cameras/probe", json={"url": "rtsp://10.1.2.3/x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "host-silent")


def test_cameras_are_discovered_by_the_host(site: Site, exchange: FakeExchange) -> None:
    found = [{"type": "onvif", "url": "onvif://10.1.2.3", "vendor": "Acme"}, {}, {"url": 7}, "nonsense"]
    told = {"cameras": found, "problems": {"usb": "no"}, "reasons": {"usb": "unavailable"}}
    exchange.answer = lambda host, command: Reply(id=command.id, result=told)
    answer = site.admin.post(f"{API}/cameras/discover", json={"user": "admin", "password": SECRET, "seconds": 1})
    (camera,) = answer.json()["found"]
    assert (camera["url"], camera["vendor"], camera["streams"]) == ("onvif://10.1.2.3", "Acme", [])
    assert (answer.json()["problems"], answer.json()["reasons"]) == ({"usb": "no"}, {"usb": "unavailable"})
    assert exchange.asked[0][1].arguments["password"] == SECRET
    assert site.admin.post(f"{API}/cameras/discover", json={"addresses": ["gate.example"]}).status_code == 422


def test_a_snapshot_comes_from_a_task_that_runs(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    path = f"{API}/cameras/{camera['id']}/snapshot"
    assert site.viewer.get(path).status_code == 409
    task = site.add_task(camera["id"])
    exchange.answer = lambda host, command: Reply(id=command.id, result={"jpeg": "/9j/4AAQ"})
    answer = site.viewer.get(path)
    assert (answer.headers["content-type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert exchange.asked[-1][1].arguments == {"task_id": task["id"]}
    exchange.answer = lambda host, command: Reply(id=command.id, result={"jpeg": "PHNjcmlwdD4="})
    assert site.viewer.get(path).status_code == 504


def test_a_copy_takes_password_and_tasks_along(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()
    site.add_task(camera["id"], {"zones": [_zone("yard")]})
    copy = site.admin.post(
        f"{API}/cameras/{camera['id']}/copy", json={"name": "Gate 2", "url": "rtsp://admin:***@10.1.2.3/second"}
    )
    assert copy.status_code == 201
    task = site.admin.get(f"{API}/tasks?camera={copy.json()['id']}").json()["items"][0]
    assert (task["enabled"], task["document"]["zones"][0]["name"]) == (False, "yard")
    site.admin.post(f"{API}/tasks/{task['id']}/start")
    urls = {order.document["source"]["url"] for order in exchange.wanted[HOST].tasks}
    assert urls == {"rtsp://admin:hunter2@10.1.2.3/main", "rtsp://admin:hunter2@10.1.2.3/second"}
    other = {"name": "Gate 3", "url": "rtsp://admin:***@10.1.2.4/second"}
    assert site.admin.post(f"{API}/cameras/{camera['id']}/copy", json=other).status_code == 422


def _zone(name: str) -> dict[str, object]:
    return {"name": name, "vertices": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}
