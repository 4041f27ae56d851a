"""Webhooks: what the receiver gets, and whom we never call."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from tests.server.pushes.receivers import Answer, HttpReceiver
from tests.server.pushes.site import PUBLIC_URL, PushSite

from camloom.config.addresses import AddressPolicy
from camloom.server.pushes import http
from camloom.server.pushes.cloudevent import PushedEvent
from camloom.server.pushes.kinds.webhook import WebhookConfig, WebhookPush
from camloom.server.pushes.seam import LaterPushError, RefusedPushError
from camloom.server.web import RefusedError


def test_the_receiver_gets_a_signed_cloud_event(push_site: PushSite, receiver: HttpReceiver) -> None:
    secret = "s3cret"
    push_site.target("webhook", {"url": f"{receiver.url}/hook?x=1", "secret": secret, "authorization": "Bearer b"})
    push_site.happen()
    push_site.pump()
    (got,) = receiver.got
    event = json.loads(got.body)
    alarm = push_site.alarms()[0]
    assert (got.path, got.headers["Host"]) == ("/hook?x=1", f"127.0.0.1:{receiver.port}")
    assert got.headers["Content-Type"].startswith("application/cloudevents+json")
    assert got.headers["Authorization"] == "Bearer b"
    assert PushedEvent.model_validate(event).model_dump(mode="json", exclude_unset=True) == event, "as it is described"
    assert event["specversion"] == "1.0"
    assert event["id"] == got.headers["Idempotency-Key"]
    assert event["type"] == "org.camloom.alarm.raised"
    assert event["subject"] == event["data"]["id"] == alarm["id"]
    assert event["data"]["link"] == f"{PUBLIC_URL}/alarms/{alarm['id']}"
    assert event["data"]["title"] == "新告警: 入侵检测 - Gate"
    parts = dict(part.split("=") for part in got.headers["X-Camloom-Signature"].split(","))
    expected = hmac.new(secret.encode(), f"{parts['t']}.".encode() + got.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(parts["v1"], expected)
    assert int(parts["t"]) == int(push_site.clock().timestamp())


def test_english_is_spoken_to_those_who_want_it(push_site: PushSite, receiver: HttpReceiver) -> None:
    push_site.target("webhook", {"url": receiver.url}, language="en")
    push_site.happen()
    push_site.pump()
    data = json.loads(receiver.got[0].body)["data"]
    assert data["title"] == "New alarm: Intrusion - Gate"
    assert "Severity: major" in data["text"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
        "http://100.100.100.200/",
    ],
)
def test_addresses_that_are_never_called(push_site: PushSite, url: str) -> None:
    push_site.around.policy = AddressPolicy(level="strict")
    push = WebhookPush(WebhookConfig(url=url), push_site.around, "t")
    with pytest.raises(LaterPushError, match="not allowed"):
        push.send(push_site.message())


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://h/",
        "http://",
        "http://user:secret@host/",
        "/etc/passwd",
        "http://h:0/",
        "http://h:x/",
        "http://0177.0.0.1/",
    ],
)
def test_addresses_that_are_none(push_site: PushSite, url: str) -> None:
    with pytest.raises(RefusedError, match="url") as refused:
        push_site.target("webhook", {"url": url})
    assert "secret" not in refused.value.message


def test_the_address_that_was_checked_is_the_one_that_is_called(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> str:
        asked.append(host)
        return "127.0.0.1"

    # Whatever the name would lead to a moment later: it is not looked up again.
    monkeypatch.setattr(push_site.around, "address", look_up)
    push_site.target("webhook", {"url": f"http://hook.invalid:{receiver.port}/"})
    push_site.happen()
    push_site.pump()
    assert asked == ["hook.invalid"]
    assert receiver.got[0].headers["Host"] == f"hook.invalid:{receiver.port}"


def test_redirects_are_not_followed(push_site: PushSite, receiver: HttpReceiver) -> None:
    receiver.answer = lambda got: Answer(307, b"", {"Location": f"{receiver.url}/inner"})
    push = WebhookPush(WebhookConfig(url=receiver.url), push_site.around, "t")
    with pytest.raises(RefusedPushError, match="redirects are not followed"):
        push.send(push_site.message())
    assert len(receiver.got) == 1


def test_what_a_receiver_answers_is_never_shown(push_site: PushSite, receiver: HttpReceiver) -> None:
    receiver.answer = lambda got: Answer(500, b"inner secrets", {"X-Inner": "inner secrets"})
    target = push_site.target("webhook", {"url": receiver.url})
    push_site.happen()
    push_site.pump()
    assert "inner" not in repr(push_site.health(target)) + repr(push_site.deliveries(target)[0]["last_error"])


def test_an_endless_answer_ends(push_site: PushSite, receiver: HttpReceiver) -> None:
    receiver.answer = lambda got: Answer(200, b"x" * 10_000_000)
    reply = http.Caller(push_site.around).call("POST", receiver.url)
    assert len(reply.body) == 64 * 1024


def test_a_receiver_that_drips_is_too_slow(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 1000, 25))

    class Hurried:
        @staticmethod
        def monotonic() -> int:
            return next(seconds)

    monkeypatch.setattr(http, "time", Hurried)
    receiver.answer = lambda got: Answer(200, b"x" * 60_000)
    with pytest.raises(LaterPushError, match="does not answer in time"):
        http.Caller(push_site.around).call("POST", receiver.url)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("9" * 400, 999999.0),
        ("Mon, 02 Nov 2026 07:00:00 GMT", 0.0),
    ],
)
def test_what_retry_after_may_say(push_site: PushSite, text: str, seconds: Any) -> None:
    assert http.retry_after_s(text, push_site.clock()) == seconds
