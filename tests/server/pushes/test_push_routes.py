"""Targets over HTTP."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.server.alarms import Site, event
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import Person, add_account, add_group
from tests.server.pushes.receivers import Answer, HttpReceiver

from camloom.server.database import Database
from camloom.server.database.tables import audit, push_delivery, push_target
from camloom.server.pushes.sending import Sender
from camloom.server.settings import ServerSettings

CANARY = "canary-7f3a"
PUSHES = "/api/v1/pushes"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The kind of database makes no difference here; see the tests of sending."""
    return sqlite_database


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """A server whose administrator lets it call this machine."""
    return ServerSettings(data=tmp_path / "data", push_allow="127.0.0.1")


def form(url: str, **more: Any) -> dict[str, Any]:
    settings = {"url": url, "secret": CANARY, "authorization": f"Bearer {CANARY}"}
    return {"kind": "webhook", "name": "Desk", "settings": settings, **more}


def pump(app: FastAPI) -> None:
    sender = Sender(app.state.database, app.state.sealer, app.state.pushes_around, jitter=lambda: 1.0)
    for target_id in sender.due():
        sender.send(target_id)
    sender.close()


def test_a_secret_goes_in_and_never_comes_out(
    app: FastAPI, admin: Person, receiver: HttpReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = admin.post(PUSHES, json=form(receiver.url))
    assert made.status_code == 201, made.text
    push_id = made.json()["id"]
    assert made.json()["settings"]["secret"] == "********"
    site = Site(app.state.database)
    site.take(event(site.camera()[1]), outbox=app.state.outbox)
    receiver.answer = lambda got: Answer(500, CANARY.encode())
    pump(app)
    assert receiver.got[0].headers["Authorization"] == f"Bearer {CANARY}"
    told = [
        admin.get(f"{PUSHES}/{push_id}").text,
        admin.get(PUSHES).text,
        admin.get(f"{PUSHES}/health").text,
        admin.get(f"{PUSHES}/{push_id}/deliveries").text,
        admin.post(f"{PUSHES}/{push_id}/test").text,
        admin.get("/api/v1/audit").text,
        made.text,
        caplog.text,
    ]
    assert CANARY not in "".join(told)
    assert CANARY not in repr(site.rows(push_target)) + repr(site.rows(push_delivery)) + repr(site.rows(audit))


def test_the_mask_keeps_the_secret_unless_it_would_go_elsewhere(
    app: FastAPI, admin: Person, receiver: HttpReceiver
) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    shown = admin.get(f"{PUSHES}/{push_id}").json()
    same = {"kind": "webhook", "name": "Renamed", "settings": shown["settings"]}
    assert admin.put(f"{PUSHES}/{push_id}", json=same).status_code == 200
    admin.post(f"{PUSHES}/{push_id}/test")
    assert receiver.got[-1].headers["Authorization"] == f"Bearer {CANARY}"
    moved = {**same, "settings": {**shown["settings"], "url": "http://elsewhere.test/"}}
    answer = admin.put(f"{PUSHES}/{push_id}", json=moved)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "secret-needed")
    anew = {**moved, "settings": {"url": "http://elsewhere.test/", "secret": "", "authorization": ""}}
    changed = admin.put(f"{PUSHES}/{push_id}", json=anew)
    assert changed.json()["settings"] == {
        "url": "http://elsewhere.test/", "picture": False, "secret": "", "authorization": "",
    }  # fmt: skip


def test_a_test_message_says_in_one_line_what_became_of_it(admin: Person, receiver: HttpReceiver) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    assert admin.post(f"{PUSHES}/{push_id}/test").json() == {"ok": True, "message": "the receiver has confirmed"}
    assert "org.camloom.alarm.test" in receiver.got[0].body.decode()
    receiver.answer = lambda got: Answer(404, b"inner")
    answer = admin.post(f"{PUSHES}/{push_id}/test").json()
    assert answer == {"ok": False, "message": "the receiver answers 404 Not Found"}


def test_settings_are_tried_out_before_they_are_kept(admin: Person, receiver: HttpReceiver) -> None:
    asked = {"kind": "webhook", "settings": form(receiver.url)["settings"]}
    assert admin.post(f"{PUSHES}/test", json=asked).json()["ok"] is True
    assert "org.camloom.alarm.test" in receiver.got[0].body.decode()
    assert admin.get(PUSHES).json() == []
    nowhere = {"kind": "webhook", "settings": {"url": "http://127.0.0.1:9/"}}
    answer = admin.post(f"{PUSHES}/test", json=nowhere).json()
    assert answer == {"ok": False, "message": "127.0.0.1 cannot be reached (ConnectError)"}
    assert admin.post(f"{PUSHES}/test", json={"kind": "webhook", "settings": {}}).status_code == 422


def test_a_trial_uses_kept_secrets_only_for_their_receiver(admin: Person, receiver: HttpReceiver) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    shown = admin.get(f"{PUSHES}/{push_id}").json()["settings"]
    asked = {"kind": "webhook", "settings": shown, "push_id": push_id}
    assert admin.post(f"{PUSHES}/test", json=asked).json()["ok"] is True
    assert receiver.got[-1].headers["Authorization"] == f"Bearer {CANARY}"
    moved = {**asked, "settings": {**shown, "url": f"{receiver.url}/elsewhere"}}
    answer = admin.post(f"{PUSHES}/test", json=moved)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "secret-needed")
    for other in ({**asked, "kind": "dingtalk"}, {**asked, "push_id": "nothing"}):
        assert admin.post(f"{PUSHES}/test", json=other).status_code in (404, 422)
    assert len(receiver.got) == 1


def test_what_was_told_can_be_read_word_for_word(
    app: FastAPI, admin: Person, visit: Visitors, receiver: HttpReceiver
) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    site = Site(app.state.database)
    site.take(event(site.camera("Gate", group_id=add_group(app, "East"))[1]), outbox=app.state.outbox)
    pump(app)
    (listed,) = admin.get(f"{PUSHES}/{push_id}/deliveries").json()["items"]
    path = f"{PUSHES}/{push_id}/deliveries/{listed['id']}"
    told = admin.get(path).json()
    assert told == {**listed, "document": json.loads(receiver.got[0].body)}
    stranger = visit(app).let_in(add_account(app, "guard", "operator", groups=(add_group(app, "West"),)))
    assert stranger.get(path).status_code == 404
    assert admin.get(f"{PUSHES}/nothing/deliveries/{listed['id']}").status_code == 404


def test_forms_that_do_not_fit(admin: Person) -> None:
    for wrong in (
        form("http://h/") | {"kind": "pigeon"},
        form("ftp://h/"),
        form("http://h/") | {"settings": {"url": "http://h/", "command": "rm"}},
        form("http://h/") | {"match": {"changes": ["born"]}},
        form("http://h/") | {"name": ""},
    ):
        answer = admin.post(PUSHES, json=wrong)
        assert answer.status_code == 422, wrong
        assert CANARY not in answer.text
    wrong = form("ftp://h/") | {"settings": {"url": "ftp://h/", "picture": "perhaps"}}
    problems = admin.post(PUSHES, json=wrong).json()["error"]["problems"]
    assert [one["path"] for one in problems] == [["settings", "url"], ["settings", "picture"]]
    assert admin.get(f"{PUSHES}/nothing").status_code == 404
    assert admin.post(f"{PUSHES}/nothing/test").status_code == 404
    assert admin.delete(f"{PUSHES}/nothing").status_code == 404


def test_every_kind_has_a_form(admin: Person) -> None:
    kinds = {one["kind"]: one for one in admin.get(f"{PUSHES}/kinds").json()}
    assert set(kinds) >= {
        *("webhook", "mqtt", "home_assistant", "redis", "kafka", "amqp", "mail", "dingtalk", "wecom", "feishu"),
        *("sms_aliyun", "sms_tencent", "apprise", "viid", "gb28181"),
    }
    for one in kinds.values():
        assert not one["unavailable"], one
        assert one["summary"]
        assert one["settings_schema"]["additionalProperties"] is False
        assert set(one["secrets"]) <= set(one["settings_schema"]["properties"])
        assert set(one["destination"]) <= set(one["settings_schema"]["properties"])


def test_operators_see_and_replay_only_what_is_of_their_groups(
    app: FastAPI, admin: Person, visit: Visitors, receiver: HttpReceiver, clock: FakeClock
) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    east, west = add_group(app, "East"), add_group(app, "West")
    site = Site(app.state.database)
    for group_id in (east, west, west):
        site.take(event(site.camera(group_id=group_id)[1]), outbox=app.state.outbox)
    pump(app)
    guard = visit(app).let_in(add_account(app, "guard", "operator", groups=(east,)))
    seen = guard.get(f"{PUSHES}/{push_id}/deliveries").json()["items"]
    assert [one["state"] for one in seen] == ["delivered"]
    assert len(admin.get(f"{PUSHES}/{push_id}/deliveries").json()["items"]) == 3
    before, after = clock().isoformat(), clock.at.replace(hour=9).isoformat()
    span = {"since": before, "until": after}
    assert guard.post(f"{PUSHES}/{push_id}/replay", json=span).json() == {"deliveries": 1}
    pump(app)
    sent = [got.headers["Idempotency-Key"] for got in receiver.got]
    assert len(sent) == 4
    assert sent[3] == seen[0]["key"]
    assert guard.get(f"{PUSHES}/health").json()[0]["waiting"] == 0
    for forbidden in (guard.get(PUSHES), guard.get(f"{PUSHES}/{push_id}"), guard.delete(f"{PUSHES}/{push_id}")):
        assert forbidden.status_code == 403


def test_a_viewer_knows_nothing_of_pushes(admin: Person, viewer: Person, receiver: HttpReceiver) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    for path in ("", "/kinds", "/health", f"/{push_id}", f"/{push_id}/deliveries"):
        assert viewer.get(PUSHES + path).status_code == 403


def test_the_log_comes_in_pages(app: FastAPI, admin: Person, receiver: HttpReceiver) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    site = Site(app.state.database)
    task_id = site.camera()[1]
    for _ in range(5):
        site.take(event(task_id), outbox=app.state.outbox)
    first = admin.get(f"{PUSHES}/{push_id}/deliveries?limit=3").json()
    second = admin.get(f"{PUSHES}/{push_id}/deliveries?limit=3&after={first['next']}").json()
    seen = [one["key"] for one in first["items"] + second["items"]]
    assert len(seen) == len(set(seen)) == 5
    assert second["next"] is None
    assert admin.get(f"{PUSHES}/{push_id}/deliveries?state=delivered").json()["items"] == []


def test_a_target_that_goes_takes_what_waits_with_it(app: FastAPI, admin: Person, receiver: HttpReceiver) -> None:
    push_id = admin.post(PUSHES, json=form(receiver.url)).json()["id"]
    site = Site(app.state.database)
    site.take(event(site.camera()[1]), outbox=app.state.outbox)
    assert site.count(push_delivery) == 1
    assert admin.delete(f"{PUSHES}/{push_id}").status_code == 204
    assert site.count(push_delivery) == 0


def test_what_is_wrong_is_told_by_field_with_a_code_for_other_languages(admin: Person) -> None:
    def problems(kind: str, **settings: Any) -> dict[str, tuple[str, float | None]]:
        answer = admin.post(PUSHES, json={"kind": kind, "name": "x", "settings": settings})
        assert answer.status_code == 422
        found = answer.json()["error"]["problems"]
        return {".".join(map(str, one["path"])): (one["code"], one["limit"]) for one in found}

    assert problems("webhook", url="ftp://x") == {"settings.url": ("url", None)}
    assert problems("webhook", url=f"http://a:{CANARY}@x/") == {"settings.url": ("url-login", None)}
    assert problems("webhook") == {"settings.url": ("missing", None)}
    assert problems("mqtt", host="a b", port=0, topic="#") == {
        "settings.host": ("string-pattern-mismatch", None),
        "settings.port": ("greater-than-equal", 1),
        "settings.topic": ("topic", None),
    }
    assert problems("dingtalk", token="https://oapi.example/robot/") == {"settings.token": ("robot-token", None)}
    assert problems("webhook", url="http://x/", colour="red") == {"settings.colour": ("unknown-key", None)}
    named = admin.post(PUSHES, json={"kind": "webhook", "name": "n" * 200, "settings": {}}).json()["error"]["problems"]
    assert [(one["path"], one["code"], one["limit"]) for one in named] == [(["name"], "string-too-long", 128)]
