"""GA/T 1400: a library that demands digest, forgets us, is busy, and asks for things."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.server.alarms import Site, event
from tests.server.fakes import FakeClock
from tests.server.people import Person
from tests.server.pushes.receivers import Answer, Got, HttpReceiver
from tests.server.pushes.site import PushSite

from camloom.server.database import Database
from camloom.server.pushes.sending import Sender
from camloom.server.pushes.viid.objects import jpeg_size
from camloom.server.settings import ServerSettings

DEVICE, CAMERA_CODE = "31011500005030000001", "31011500001320000001"
USER, PASSWORD = "camloom", "canary-pa55"
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc00011080120016003012200021101031101") + b"x" * 40
BOX = [10.4, 20.6, 110, 220]


def seen(*names: str) -> list[dict[str, Any]]:
    return [{"class_name": name, "confidence": 0.9, "xyxy_px": BOX, "track_id": 1} for name in names]


class Library:
    """A library as those of the field are: lets in by digest, then knows the device by its header."""

    def __init__(self, receiver: HttpReceiver) -> None:
        self.receiver = receiver
        self.known: set[str] = set()
        self.status: Any = 0
        self.got: list[tuple[str, dict[str, Any]]] = []
        receiver.answer = self._answer

    def paths(self) -> list[str]:
        return [path.removeprefix("/VIID/") for path, _ in self.got]

    def _answer(self, got: Got) -> Answer:
        device = got.headers.get("User-Identify", "")
        if got.path == "/VIID/System/Register":
            if not _digest_is_right(got):
                challenge = 'Digest realm="viid", qop="auth", nonce="n0nce", algorithm="MD5"'
                return Answer(401, b"", {"WWW-Authenticate": challenge})
            self.known.add(device)
        elif device not in self.known:
            return Answer(401)
        document = json.loads(got.body)
        self.got.append((got.path, document))
        states = [{"RequestURL": got.path, "StatusCode": self.status, "Id": "1"}]
        if got.path.startswith("/VIID/System"):
            return Answer(200, json.dumps({"ResponseStatusObject": {**states[0], "StatusCode": 0}}).encode())
        return Answer(200, json.dumps({"ResponseStatusListObject": {"ResponseStatusObject": states}}).encode())


def _digest_is_right(got: Got) -> bool:
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', got.headers.get("Authorization", "")))
    if fields.get("username") != USER:
        return False
    return bool(fields["response"] == _response(fields, got.method, got.path, PASSWORD))


def _response(fields: dict[str, str], method: str, path: str, password: str) -> str:
    known = hashlib.md5(f"{fields['username']}:{fields['realm']}:{password}".encode()).hexdigest()
    asked = hashlib.md5(f"{method}:{path}".encode()).hexdigest()
    middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:{fields['qop']}"
    return hashlib.md5(f"{known}:{middle}:{asked}".encode()).hexdigest()


@pytest.fixture
def library(receiver: HttpReceiver) -> Library:
    return Library(receiver)


def add(site: PushSite, library: Library, **more: Any) -> str:
    told = {"url": library.receiver.url, "device_id": DEVICE, "username": USER, "password": PASSWORD, **more}
    return site.target("viid", told)


def test_persons_and_vehicles_are_told_with_the_scene(push_site: PushSite, library: Library) -> None:
    target = add(push_site, library, cameras={push_site.camera_id: CAMERA_CODE})
    push_site.happen(objects=seen("person", "person", "car", "dog"))
    push_site.picture(PICTURE)
    push_site.pump()
    assert push_site.states(target) == ["delivered"]
    assert library.paths() == ["System/Register", "Persons", "MotorVehicles", "System/Keepalive"]
    persons = dict(library.got)["/VIID/Persons"]["PersonListObject"]["PersonObject"]
    one = persons[0]
    assert len(persons) == 2
    assert (len(one["PersonID"]), len(one["SourceID"])) == (48, 41)
    assert one["PersonID"].startswith(f"{CAMERA_CODE}0220261102160000")
    assert [one[name] for name in ("LeftTopX", "LeftTopY", "RightBtmX", "RightBtmY")] == [10, 21, 110, 220]
    assert one["PersonAppearTime"] == "20261102160000"
    (image,) = one["SubImageList"]["SubImageInfoObject"]
    assert base64.b64decode(image["Data"]) == PICTURE
    assert (image["Type"], image["Width"], image["Height"]) == ("14", 352, 288)


def test_what_has_no_word_there_is_told_as_a_picture(push_site: PushSite, library: Library) -> None:
    target = add(push_site, library)
    push_site.happen(template="fire", objects=seen("fire"))
    push_site.picture(PICTURE)
    push_site.pump()
    image = dict(library.got)["/VIID/Images"]["ImageListObject"]["Image"][0]
    assert image["ImageInfo"]["Title"] == "入侵检测"
    assert base64.b64decode(image["Data"]) == PICTURE
    assert push_site.states(target) == ["delivered"]


def test_it_registers_again_when_it_is_forgotten(push_site: PushSite, library: Library) -> None:
    target = add(push_site, library)
    push_site.happen(objects=seen("person"))
    push_site.pump()
    library.known.clear()
    push_site.happen(objects=seen("person"))
    push_site.pump()
    assert push_site.states(target) == ["delivered"] * 2
    assert library.paths().count("System/Register") == 2
    assert library.paths().count("Persons") == 2


def test_it_says_that_it_is_there_every_minute(push_site: PushSite, library: Library) -> None:
    add(push_site, library)
    for _ in range(181):
        push_site.pump()
        push_site.clock.forward(seconds=1)
    assert library.paths() == ["System/Register", *["System/Keepalive"] * 4]
    push_site.sender.close()
    assert library.paths()[-1] == "System/UnRegister"


def test_a_wrong_password_waits_and_is_told_nowhere(push_site: PushSite, library: Library) -> None:
    target = add(push_site, library, password="canary-wrong")
    push_site.happen(objects=seen("person"))
    push_site.pump()
    assert push_site.states(target) == ["waiting"]
    assert "does not let us in" in push_site.health(target)["last_error"]
    assert "canary" not in repr(push_site.health(target)["last_error"])


@pytest.mark.parametrize(("status", "state"), [(2, "waiting"), ("8", "waiting"), (4, "refused"), ("x", "refused")])
def test_an_answer_of_200_is_read_to_its_end(push_site: PushSite, library: Library, status: Any, state: str) -> None:
    library.status = status
    target = add(push_site, library)
    push_site.happen(objects=seen("person"))
    for _ in range(5):
        push_site.pump()
        push_site.clock.forward(minutes=1)
    assert push_site.states(target) == [state]


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0\0", b"\xff\xd8\xff\xe0\0\0" * 50, PICTURE[:20]])
def test_a_picture_that_is_cut_has_no_size(data: bytes) -> None:
    assert jpeg_size(data) == (0, 0)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The kind of database makes no difference here; see the tests of sending."""
    return sqlite_database


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(data=tmp_path / "data", push_allow="127.0.0.1")


def subscription(receiver: HttpReceiver, **more: Any) -> dict[str, Any]:
    one = {
        "SubscribeID": "310115000050302026110216000000001",
        "Title": "all",
        "SubscribeDetail": "11,13",
        "ResourceURI": DEVICE,
        "ReceiveAddr": f"{receiver.url}/VIID/SubscribeNotifications",
        "BeginTime": "20261101000000",
        "EndTime": "20261201000000",
        "ReportInterval": 3,
        "OperateType": 0,
        **more,
    }
    return {"SubscribeListObject": {"SubscribeObject": [one]}}


def ask(client: Person, method: str, path: str, document: Any, password: str = "up-pass") -> Any:
    """Ask as a library does: once to be asked who it is, and again with the answer."""
    first = client.request(method, path, json=document)
    assert first.status_code == 401
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', first.headers["www-authenticate"]))
    fields |= {"username": "upper", "nc": "00000001", "cnonce": "c"}
    fields["response"] = _response(fields, method, path, password)
    told = ", ".join(f'{name}="{fields[name]}"' for name in ("username", "realm", "nonce", "cnonce", "response"))
    header = f'Digest {told}, uri="{path}", nc={fields["nc"]}, qop=auth, algorithm=MD5'
    kind = {"Content-Type": "application/VIID+JSON;charset=UTF-8", "Authorization": header}
    return client.request(method, path, content=json.dumps(document), headers=kind)


def test_a_library_asks_and_is_told(
    app: FastAPI, admin: Person, client: Person, receiver: HttpReceiver, clock: FakeClock
) -> None:
    library = Library(receiver)
    library.known.add(DEVICE)
    told = {"url": receiver.url, "device_id": DEVICE, "username": USER, "password": PASSWORD, "mode": "subscribed"}
    upper = {"asks_as": "upper", "asks_with": "up-pass"}
    made = admin.post("/api/v1/pushes", json={"kind": "viid", "name": "Upper", "settings": {**told, **upper}})
    assert made.status_code == 201, made.text
    site = Site(app.state.database)
    task_id = site.camera()[1]
    site.take(event(task_id, objects=seen("person")), outbox=app.state.outbox)

    wrong = ask(client, "POST", "/VIID/Subscribes", subscription(receiver), "guess")
    assert wrong.status_code == 401
    answer = ask(client, "POST", "/VIID/Subscribes", subscription(receiver))
    assert answer.status_code == 200, answer.text
    states = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
    assert [state["StatusCode"] for state in states] == [0]

    for objects in (seen("person"), seen("face"), seen("car")):
        site.take(event(task_id, objects=objects), outbox=app.state.outbox)
    sender = Sender(app.state.database, app.state.sealer, app.state.pushes_around)
    for target_id in sender.due():
        sender.send(target_id)
    sender.close()
    notes = [
        document["SubscribeNotificationListObject"]["SubscribeNotificationObject"][0]
        for path, document in library.got
        if path == "/VIID/SubscribeNotifications"
    ]
    assert [sorted(key for key in note if key.endswith("ObjectList")) for note in notes] == [
        ["PersonObjectList"],
        ["PersonObjectList"],
        ["MotorVehicleObjectList"],
    ]
    assert len(notes[0]["NotificationID"]) == 33
    assert len({note["NotificationID"] for note in notes}) == 3

    gone = ask(client, "PUT", "/VIID/Subscribes", subscription(receiver, OperateType=1))
    assert gone.status_code == 200


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"SubscribeListObject": {"SubscribeObject": [{"SubscribeID": "1", "ReceiveAddr": "file:///etc/passwd"}]}},
        {"SubscribeListObject": {"SubscribeObject": [{"SubscribeID": "1\0", "ReceiveAddr": "http://h/"}]}},
        {"SubscribeListObject": {"SubscribeObject": [{"SubscribeID": "1", "ReceiveAddr": "http://h/"}] * 51}},
    ],
)
def test_subscriptions_that_are_none(app: FastAPI, admin: Person, client: Person, document: Any) -> None:
    told = {"url": "http://127.0.0.1:9", "device_id": DEVICE, "username": USER}
    upper = {"asks_as": "upper", "asks_with": "up-pass"}
    admin.post("/api/v1/pushes", json={"kind": "viid", "name": "Upper", "settings": {**told, **upper}})
    first = client.post("/VIID/Subscribes", json={})
    assert first.status_code == 401
    if document == []:
        assert client.post("/VIID/Subscribes", json=[]).status_code in (401, 422)
        return
    assert ask(client, "POST", "/VIID/Subscribes", document).status_code == 422
