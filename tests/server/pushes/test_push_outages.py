"""Receivers, the database and the clock fail for a while: all arrives, in order, each key with one body."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from tests.server.fakes import FakeClock
from tests.server.pushes.receivers import Answer, HttpReceiver
from tests.server.pushes.site import PushSite

from camloom.server.database.tables import push_target
from camloom.server.pushes import PushWork, pool, queue
from camloom.server.pushes.sending import Sender
from camloom.server.trouble import Troubles


def _sender(site: PushSite, monotonic: Callable[[], float], troubles: Troubles | None = None) -> Sender:
    return Sender(site.database, site.sealer, site.around, jitter=lambda: 1.0, troubles=troubles, monotonic=monotonic)


def _keys(receiver: HttpReceiver) -> list[str]:
    return [got.headers["Idempotency-Key"] for got in receiver.got]


@pytest.mark.slow
def test_a_receiver_that_is_down_for_an_hour(any_site: PushSite, receiver: HttpReceiver, clock: FakeClock) -> None:
    """An event every minute meanwhile; the stated times are those of docs/pushes.md: a pause of 10 min at most."""
    site, started = any_site, clock()
    target_id = site.target("webhook", {"url": receiver.url})

    def seconds() -> float:
        return (clock() - started).total_seconds()

    troubles = Troubles(seconds)
    site.sender = _sender(site, seconds, troubles)
    receiver.answer = lambda got: Answer(503)
    with capture_logs() as told:
        for second in range(0, 3600, 10):
            if second % 60 == 0:
                site.happen()
            site.pump()
            clock.forward(seconds=10)
        attempts = len(receiver.got)
        receiver.got.clear()
        receiver.answer = lambda got: Answer()
        back_at = clock()
        while "waiting" in site.states(target_id):
            site.pump()
            clock.forward(seconds=10)
    assert 10 < attempts < 20, "1 s, 2 s, 4 s ... 10 min"
    assert clock() - back_at <= timedelta(minutes=10, seconds=20)
    assert _keys(receiver) == [row["key"] for row in site.deliveries(target_id)]
    assert len(receiver.got) == 60
    first, *_, last = [line for line in told if line.get("work") == "push to webhook"]
    assert (first["event"], first["why"]) == ("trouble", "the receiver answers 503 Service Unavailable")
    assert last["event"] == "trouble is over"
    assert 3600 <= last["lasted_s"] <= 4220


def test_what_was_confirmed_is_not_sent_again_because_the_database_takes_nothing(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, kept = push_site, queue.mark_delivered
    target_id = site.target("webhook", {"url": receiver.url})
    site.happen(many=2)
    left = [3]

    def full(*told: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise OperationalError("update", {}, Exception("disk full"))
        kept(*told)

    monkeypatch.setattr(queue, "mark_delivered", full)
    for _ in range(3):
        with pytest.raises(OperationalError):
            site.pump()
    assert len(receiver.got) == 1
    site.pump()
    assert _keys(receiver) == [row["key"] for row in site.deliveries(target_id)]
    assert site.states(target_id) == ["delivered", "delivered"]


def test_a_key_has_one_body_also_if_its_picture_comes_between_two_attempts(
    push_site: PushSite, receiver: HttpReceiver, clock: FakeClock
) -> None:
    site = push_site
    site.target("webhook", {"url": receiver.url, "picture": True})
    receiver.answer = lambda got: Answer(503)
    site.happen()
    site.pump()
    site.picture(b"\xff\xd8\xff" + b"late")
    receiver.answer = lambda got: Answer()
    clock.forward(seconds=5)
    site.pump()
    first, second = receiver.got
    assert first.body == second.body
    assert "picture" not in json.loads(second.body)["data"]


def test_a_clock_that_is_set_back_holds_up_no_push(
    push_site: PushSite, receiver: HttpReceiver, clock: FakeClock
) -> None:
    site, seconds = push_site, [0.0]
    target_id = site.target("webhook", {"url": receiver.url})
    site.sender = _sender(site, lambda: seconds[0])
    receiver.answer = lambda got: Answer(503)
    site.happen()
    site.pump()
    clock.forward(minutes=-30)
    site.pump()
    assert len(receiver.got) == 1, "its second has not gone by"
    seconds[0] += 1
    receiver.answer = lambda got: Answer()
    site.pump()
    assert site.states(target_id) == ["delivered"]


def test_what_was_put_off_while_the_clock_was_ten_years_ahead(
    push_site: PushSite, receiver: HttpReceiver, clock: FakeClock
) -> None:
    site, before = push_site, clock()
    target_id = site.target("webhook", {"url": receiver.url})
    receiver.answer = lambda got: Answer(503)
    clock.forward(days=3652)
    site.happen()
    site.pump()
    clock.at = before
    receiver.answer = lambda got: Answer()
    site.sender = site.new_sender()  # it was started anew meanwhile
    site.pump()
    assert site.states(target_id) == ["delivered"]


def test_there_is_one_desk_also_if_the_database_was_away(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two, both would send what waits for a target."""
    site, made, troubles = push_site, [], Troubles()
    target_id = site.target("webhook", {"url": receiver.url})
    stop, seen = threading.Event(), threading.Event()

    class Failing(Sender):
        failures = 3

        def __init__(self, *told: Any, **named: Any) -> None:
            made.append(self)
            super().__init__(*told, **named)

        def due(self) -> list[str]:
            if self.failures:
                self.failures -= 1
                if not self.failures:
                    assert "pushes" in troubles.lines
                    seen.set()
                raise OperationalError("select", {}, Exception("away"))
            return super().due()

    monkeypatch.setattr(pool, "Sender", Failing)
    monkeypatch.setattr(pool, "_LOOK_S", 0.01)
    thread = threading.Thread(target=PushWork(site.database, site.sealer, site.around, troubles).run, args=(stop,))
    thread.start()
    try:
        assert seen.wait(20)
        site.happen()
        while "waiting" in site.states(target_id):
            assert thread.is_alive()
    finally:
        stop.set()
        thread.join()
    assert len(made) == 1
    assert not troubles.lines


def test_a_target_that_is_gone_is_no_trouble_any_more(push_site: PushSite, receiver: HttpReceiver) -> None:
    site, troubles = push_site, Troubles()
    target_id = site.target("webhook", {"url": receiver.url})
    site.sender = _sender(site, lambda: 0.0, troubles)
    receiver.answer = lambda got: Answer(503)
    site.happen()
    site.pump()
    assert set(troubles.lines) == {"push to webhook"}
    with site.database.write() as connection:
        connection.execute(delete(push_target).where(push_target.c.id == target_id))
    for gone in site.sender.gone():
        site.sender.forget(gone)
    assert not troubles.lines
