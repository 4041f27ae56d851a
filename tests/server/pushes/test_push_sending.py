"""At least once, in order, and each once for whoever honours the keys."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true
from tests.server.alarms import JPEG
from tests.server.pushes.receivers import Answer, Got, HttpReceiver, free_port, http_receiver
from tests.server.pushes.site import PushSite

from camloom.server.database.tables import media
from camloom.server.pushes import PushWork, queue


def keys(receiver: HttpReceiver) -> list[str]:
    return [got.headers["Idempotency-Key"] for got in receiver.got]


def test_a_receiver_that_was_down_for_an_hour_gets_all_in_order_and_each_once(
    any_site: PushSite, receiver: HttpReceiver
) -> None:
    target = any_site.target("webhook", {"url": receiver.url})
    receiver.answer = lambda got: Answer(503)
    for minute in range(60):
        if minute % 4 == 0:
            any_site.happen(many=2)
        any_site.pump()
        any_site.clock.forward(minutes=1)
    # All these were attempts for the first one: none overtakes it.
    assert set(keys(receiver)) == {any_site.deliveries(target)[0]["key"]}
    assert len(receiver.got) < 25, "it must be left alone longer and longer"
    health = any_site.health(target)
    assert health["failing_since"] < any_site.clock() - timedelta(minutes=55)
    assert health["last_error"] == "the receiver answers 503 Service Unavailable"
    receiver.got.clear()
    receiver.answer = lambda got: Answer()
    any_site.clock.forward(minutes=10)
    any_site.pump()
    expected = [row["key"] for row in any_site.deliveries(target)]
    assert keys(receiver) == expected
    assert len(set(expected)) == 30
    assert any_site.health(target)["failing_since"] is None
    any_site.pump()
    assert len(receiver.got) == 30


def test_a_lost_answer_means_the_same_key_again(push_site: PushSite, receiver: HttpReceiver) -> None:
    push_site.target("webhook", {"url": receiver.url})
    push_site.happen()
    receiver.answer = lambda got: Answer(200, b"x" * 10, {"Content-Length": "nonsense"})
    push_site.pump()
    receiver.answer = lambda got: Answer()
    push_site.clock.forward(seconds=2)
    push_site.pump()
    assert len(receiver.got) == 2
    assert len(set(keys(receiver))) == 1


def test_pauses_grow_to_ten_minutes(push_site: PushSite) -> None:
    pauses = [push_site.sender.pause_s(attempts) for attempts in range(12)]
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses[-1] == 600


@pytest.mark.parametrize("header", ["120", "Mon, 02 Nov 2026 08:02:00 GMT"])
def test_retry_after_is_honoured(push_site: PushSite, receiver: HttpReceiver, header: str) -> None:
    target = push_site.target("webhook", {"url": receiver.url})
    receiver.answer = lambda got: Answer(429, b"", {"Retry-After": header})
    push_site.happen()
    push_site.pump()
    assert push_site.deliveries(target)[0]["due_at"] == push_site.clock() + timedelta(seconds=120)


def test_what_is_refused_five_times_is_kept_and_makes_way(any_site: PushSite, receiver: HttpReceiver) -> None:
    target = any_site.target("webhook", {"url": receiver.url})
    any_site.happen(many=2)
    first, second = (row["key"] for row in any_site.deliveries(target))
    receiver.answer = lambda got: Answer(400 if got.headers["Idempotency-Key"] == first else 200)
    for _ in range(5):
        any_site.pump()
        any_site.clock.forward(minutes=1)
    assert any_site.states(target) == ["refused", "delivered"]
    assert keys(receiver) == [first] * 5 + [second]
    receiver.answer = lambda got: Answer()
    with any_site.database.write() as connection:
        begin = any_site.clock() - timedelta(hours=1)
        done = queue.replay(connection, target, begin, any_site.clock(), ["refused"], true(), any_site.clock())
    assert done == 1
    any_site.pump()
    assert any_site.states(target) == ["delivered", "delivered"]
    assert keys(receiver)[-1] == first


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502])
def test_these_answers_are_no_refusals(push_site: PushSite, receiver: HttpReceiver, status: int) -> None:
    target = push_site.target("webhook", {"url": receiver.url})
    receiver.answer = lambda got: Answer(status)
    push_site.happen()
    for _ in range(8):
        push_site.pump()
        push_site.clock.forward(hours=1)
    assert push_site.states(target) == ["waiting"]


def test_what_waits_too_long_is_told_as_lost(any_site: PushSite) -> None:
    target = any_site.target("webhook", {"url": f"http://127.0.0.1:{free_port()}/"})
    any_site.happen(many=3)
    any_site.clock.forward(days=6)
    any_site.happen()
    any_site.clock.forward(days=2)
    with any_site.database.write() as connection:
        queue.trim(connection, target, any_site.clock())
    assert any_site.states(target) == ["lost", "lost", "lost", "waiting"]
    assert any_site.health(target)["lost"] == 3


def test_of_too_many_the_oldest_are_lost(push_site: PushSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MAX_WAITING", 2)
    target = push_site.target("webhook", {"url": f"http://127.0.0.1:{free_port()}/"})
    push_site.happen(many=5)
    with push_site.database.write() as connection:
        queue.trim(connection, target, push_site.clock())
    assert push_site.states(target) == ["lost"] * 3 + ["waiting"] * 2


def test_a_message_waits_a_moment_for_its_picture(push_site: PushSite, receiver: HttpReceiver, tmp_path: Path) -> None:
    push_site.target("webhook", {"url": receiver.url, "picture": True})
    push_site.happen(media={"picture": tmp_path / "picture.jpg"})
    push_site.pump()
    assert not receiver.got
    with push_site.database.write() as connection:
        connection.execute(media.delete())
    push_site.picture(JPEG)
    push_site.clock.forward(seconds=2)
    push_site.pump()
    assert json.loads(receiver.got[0].body)["data"]["picture"]["content_type"] == "image/jpeg"


def test_a_picture_that_never_comes_is_not_waited_for(
    push_site: PushSite, receiver: HttpReceiver, tmp_path: Path
) -> None:
    push_site.target("webhook", {"url": receiver.url, "picture": True})
    push_site.happen(media={"picture": tmp_path / "picture.jpg"})
    for _ in range(20):
        push_site.pump()
        push_site.clock.forward(seconds=1)
    assert len(receiver.got) == 1


def test_a_slow_receiver_holds_up_no_other(push_site: PushSite, receiver: HttpReceiver) -> None:
    release, arrived = threading.Event(), threading.Event()

    def hang(got: Got) -> Answer:
        release.wait(10)
        return Answer()

    def arrive(got: Got) -> Answer:
        arrived.set()
        return Answer()

    with http_receiver() as slow:
        slow.answer, receiver.answer = hang, arrive
        slow_one = push_site.target("webhook", {"url": slow.url})
        push_site.target("webhook", {"url": receiver.url})
        stop = threading.Event()
        work = PushWork(push_site.database, push_site.sealer, push_site.around)
        thread = threading.Thread(target=work.run, args=(stop,))
        thread.start()
        try:
            push_site.happen()
            assert arrived.wait(10)
            assert push_site.states(slow_one) == ["waiting"]
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive(), "the end of the server does not wait for a slow receiver"
            release.set()


_SENDER = """
import sys
from pathlib import Path
from camloom.server.access.sealing import load_sealer
from camloom.server.business import open_place
from camloom.server.clock import system_clock
from camloom.server.database import Database
from camloom.server.mail import SmtpMailer
from camloom.server.pushes import make_around
from camloom.server.pushes.sending import Sender
database = Database(sys.argv[1])
sealer = load_sealer(Path(sys.argv[2]))
mailer = SmtpMailer(database, sealer, system_clock)
around = make_around(database, open_place("memory:///"), mailer, system_clock, "", "127.0.0.1")
sender = Sender(database, sealer, around)
for target_id in sender.due():
    sender.send(target_id)
"""


def test_killed_between_the_confirmation_and_the_note_the_same_key_comes_again(
    push_site: PushSite, receiver: HttpReceiver
) -> None:
    target = push_site.target("webhook", {"url": receiver.url})
    push_site.happen(many=3)
    held = threading.Event()

    def hold(got: Got) -> Answer:
        if len(receiver.got) == 2:
            held.set()
            time.sleep(1)  # it is killed in here: the receiver has the message, and nobody has written that down
        return Answer()

    receiver.answer = hold
    url = push_site.database.engine.url.render_as_string()
    with subprocess.Popen([sys.executable, "-c", _SENDER, url, str(push_site.folder)], cwd=Path.cwd()) as process:
        assert held.wait(30)
        os.kill(process.pid, signal.SIGKILL)
    receiver.answer = lambda got: Answer()
    push_site.clock.forward(minutes=1)
    push_site.pump()
    expected: list[Any] = [row["key"] for row in push_site.deliveries(target)]
    assert keys(receiver) == [expected[0], expected[1], expected[1], expected[2]]
    assert push_site.states(target) == ["delivered"] * 3
