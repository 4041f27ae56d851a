"""The Python client, against the real server: what goes there arrives, what comes back is typed, a no is raised."""

import io
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from fastapi import FastAPI
from tests.server.alarms import JPEG, Site, arrived, event
from tests.server.client.conftest import Programs

from camloom.client import AnswerError, Camloom, File, RefusedError, UnreachableError, connect, each
from camloom.client.models import AlarmAction, CameraIn, CameraSwitch, NewKey, TaskIn, WeekSpan
from camloom.errors import UsageError
from camloom.server.business.hooks import no_outbox
from camloom.server.business.media_intake import MediaIntake
from camloom.server.management.rounds import every_minute

URL = "rtsp://admin:hunter2@10.1.2.3/main"
YARD = {"name": "yard", "vertices": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]}


@pytest.fixture
def site(sqlite_app: FastAPI) -> Site:
    """A host that says what happened."""
    return Site(sqlite_app.state.database)


@pytest.fixture
def host(sqlite_app: FastAPI) -> None:
    """This machine, as the server knows it from its first minute on."""
    every_minute(sqlite_app.state.management)


def test_a_key_lets_a_program_in_as_its_account(box: Camloom, address: str) -> None:
    me = box.access.get_me()
    assert (me.name, me.role, me.groups, me.csrf) == ("boss", "administrator", None, "")
    with connect(address, "camloom_nobody") as stranger, pytest.raises(RefusedError) as refused:
        stranger.access.get_me()
    assert (refused.value.status, refused.value.code) == (401, "not-logged-in")
    with pytest.raises(RefusedError) as refused:
        box.access.create_key(body=NewKey(name="another"))
    assert refused.value.code == "session-needed"


@pytest.mark.usefixtures("host")
def test_cameras_and_tasks_are_set_up(box: Camloom) -> None:
    camera = box.cameras.create_camera(body=CameraIn(name="北门", url=URL, place="Gate house"))
    assert (camera.name, camera.url, camera.group_id) == ("北门", "rtsp://admin:***@10.1.2.3/main", None)
    changed = box.cameras.change_camera(camera.id, body=CameraIn(name="Gate", url=camera.url))
    assert (changed.id, changed.name, changed.place) == (camera.id, "Gate", "")
    assert not box.cameras.switch_camera(camera.id, body=CameraSwitch(enabled=False)).enabled
    at_night = WeekSpan(start="22:00:00", end="06:00:00", days=["mon", "sun"])
    wanted = TaskIn(name="Watch", camera_id=camera.id, document={"zones": [YARD]}, schedule=[at_night])
    task = box.tasks.create_task(body=wanted)
    assert (task.document["zones"], task.runs_now) == ([YARD], False)
    assert task.schedule[0].to_dict() == at_night.to_dict()
    assert [one.id for one in each(box.tasks.list_tasks, camera=camera.id)] == [task.id]
    box.cameras.delete_camera(camera.id)
    assert list(each(box.cameras.list_cameras)) == []


@pytest.mark.usefixtures("host")
def test_files_go_up_and_come_down(box: Camloom) -> None:
    table = b"name,url\nGate,rtsp://10.1.2.3/a\nHall,rtsp://10.1.2.4/a\n"
    assert box.cameras.import_cameras(body=File(payload=io.BytesIO(table))).imported == 0
    told = box.cameras.import_cameras(body=File(payload=io.BytesIO(table)), dry_run=False)
    assert (told.imported, told.problems) == (2, [])
    assert b"Hall" in box.cameras.export_cameras()


def test_alarms_come_in_pages_and_are_handled(box: Camloom, site: Site) -> None:
    _, task_id = site.camera()
    for number in range(7):
        site.take(event(task_id, after_s=100 * number, severity="critical" if number == 3 else "minor"))
    alarms = list(each(box.alarms.list_alarms, limit=3))
    assert [one.id for one in alarms] == [row["id"] for row in reversed(site.alarms())]
    assert alarms[0].name["zh"] == "入侵检测"
    assert alarms[0].began_at > alarms[-1].began_at
    (worst,) = each(box.alarms.list_alarms, limit=3, severity=["critical", "major"])
    done = box.alarms.handle_alarm(worst.id, body=AlarmAction(action="true", text="seen"))
    assert (done.handling, done.verdict, done.notes[-1].text) == ("acknowledged", "true", "seen")
    assert done.why[0].name == "dwell"
    assert len(list(each(box.alarms.list_alarms, limit=2, handling=["new"]))) == 6


def test_a_picture_is_downloaded(box: Camloom, site: Site, sqlite_app: FastAPI, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    _, task_id = site.camera()
    message = event(task_id, media={"picture": tmp_path / "a.jpg"})
    site.take(message, arrived(message, "picture", tmp_path / "a.jpg"))
    state = sqlite_app.state
    MediaIntake(state.database, state.media, tmp_path, state.clock, no_outbox).collect()
    (alarm,) = each(box.alarms.list_alarms)
    assert isinstance(alarm.picture, str)
    assert box.media.get_media(alarm.picture) == JPEG
    assert box.alarms.get_alarm_evidence(alarm.id).startswith(b"PK")


def test_what_is_refused_is_raised_with_its_reasons(box: Camloom, program: Programs) -> None:
    with pytest.raises(RefusedError) as refused:
        box.cameras.create_camera(body=CameraIn(name="", url=URL))
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    assert [place for place, _ in refused.value.problems] == [("name",)]
    assert "hunter2" not in str(refused.value)
    with pytest.raises(RefusedError, match="no such camera") as refused:
        box.cameras.get_camera("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert refused.value.status == 404
    with pytest.raises(RefusedError) as refused:
        box.cameras.get_camera("../me")
    assert refused.value.status == 404, "an id is one part of a path, whatever is in it"
    with pytest.raises(RefusedError) as refused:
        program("eve", "viewer").access.list_accounts()
    assert (refused.value.status, refused.value.code) == (403, "forbidden")


class _Other(BaseHTTPRequestHandler):
    """Something that is no Camloom, at an address where one was thought to be."""

    answer: ClassVar[tuple[int, str, str]] = (200, "text/html", "<html>")
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        status, kind, body = self.answer
        self.seen.append(self.path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", body)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", "<html>"),
        (200, "application/json", "[]"),
        (200, "application/json", '{"items": [{"id": 1}], "next": null}'),
        (200, "application/json", '{"items": 7, "next": null}'),
        (502, "text/html", "<html>Bad gateway"),
        (403, "application/json", '{"error": "no"}'),
        (500, "application/json", '{"error": {"code": "x", "message": "y", "hint": "", "problems": 3, "id": ""}}'),
        (302, "text/plain", "/elsewhere"),
    ],
)
def test_what_is_no_camloom_is_told(answer: tuple[int, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Other, "answer", answer)
    monkeypatch.setattr(_Other, "seen", [])
    with HTTPServer(("127.0.0.1", 0), _Other) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            with connect(f"http://127.0.0.1:{server.server_port}", "camloom_canary") as box:
                with pytest.raises(AnswerError, match="/api/v1/cameras") as wrong:
                    box.cameras.list_cameras()
                assert "canary" not in str(wrong.value) + repr(box)
        finally:
            server.shutdown()
            thread.join()
    assert _Other.seen == ["/api/v1/cameras?limit=50"], "the key goes nowhere else"


def test_a_server_that_is_not_there_is_told() -> None:
    with connect("http://127.0.0.1:1", "camloom_canary") as box, pytest.raises(UnreachableError, match=r"127\.0\.0\.1"):
        box.cameras.list_cameras()


@pytest.mark.parametrize("url", ["", "box", "ftp://box", "http://", "http://a:b@box", "http://box?x=1", "http://box:x"])
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="the address of a server"):
        connect(url, "camloom_x")


@pytest.mark.parametrize("key", ["", "camloom_ x", "camloom_\r\nX-Other: 1", "camloom_\u4e00"])
def test_what_is_no_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(UsageError, match="no API key") as refused:
        connect("http://box", key)
    assert len(key) < 2 or key not in str(refused.value)
