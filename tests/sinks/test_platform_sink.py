"""Events for the server: on the disk before the sink returns, whatever the exchange does."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from camloom.event import Event, FrameResult
from camloom.exchange import EventMessage
from camloom.exchange.local import LocalServer
from camloom.sinks import platform
from camloom.sinks.base import SinkContext
from camloom.sinks.platform import PlatformConfig, PlatformSink

T = TypeVar("T")
Make = Callable[..., T]


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def received(path: Path) -> list[EventMessage]:
    """Return the events that are in an exchange."""
    server = LocalServer(path)
    found = [each.message for each in server.take(100_000, 0.0)]
    server.close()
    return [each for each in found if isinstance(each, EventMessage)]


def test_every_event_is_in_the_exchange_when_write_returns(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = PlatformSink(PlatformConfig())
    sink.open(context)
    shown = make_event(media={"picture": "media/x/a.jpg"})
    sink.write(make_result(0, events=[shown]))
    sink.take_event(make_event(5.0, type="source.offline"))
    first, second = received(context.out / "exchange.db")
    assert (first.id, first.task_id, first.event["id"]) == (shown.id, context.task_id, shown.id)
    assert first.media == {"picture": context.out.absolute() / "media/x/a.jpg"}
    assert second.event["type"] == "source.offline"
    sink.close()


def test_text_that_is_none_and_numbers_that_are_none_go_through(
    make_event: Make[Event], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = PlatformSink(PlatformConfig())
    sink.open(context)
    sink.take_event(make_event(detail="caf\udce9 \x00", value=float("nan")))
    [message] = received(context.out / "exchange.db")
    assert message.event["detail"].startswith("caf")
    assert message.event["value"] is None
    sink.close()


def test_while_the_exchange_takes_nothing_events_wait_and_come_in_their_order(
    make_event: Make[Event],
    make_context: Make[SinkContext],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(platform, "_MOST_KEPT", 5)
    context, clock = make_context(), Clock()
    path = context.out / "exchange.db"
    path.mkdir()  # in the way: nothing can be opened there
    sink = PlatformSink(PlatformConfig(), clock)
    sink.open(context)
    events = [make_event(float(number), id=f"event-{number}") for number in range(8)]
    with caplog.at_level(logging.WARNING):
        for event in events:
            sink.take_event(event)
            clock.now_s += 2
    assert sink.lost == 3
    assert caplog.text.count("wait in memory") == 1, "told once"
    assert caplog.text.count("are being lost") == 1
    path.rmdir()
    clock.now_s += 2
    sink.idle()
    assert [each.id for each in received(path)] == [f"event-{number}" for number in range(3, 8)]
    sink.close()


def test_it_does_not_knock_at_a_closed_door_with_every_event(
    make_event: Make[Event], make_context: Make[SinkContext]
) -> None:
    context, clock = make_context(), Clock()
    path = context.out / "exchange.db"
    path.mkdir()
    sink = PlatformSink(PlatformConfig(), clock)
    sink.open(context)
    sink.take_event(make_event(1.0))
    path.rmdir()
    sink.take_event(make_event(2.0))
    assert not path.exists(), "it is not tried again yet"
    clock.now_s += 1
    sink.idle()
    assert len(received(path)) == 2
    sink.close()


def test_what_could_not_be_handed_over_by_the_end_is_told(
    make_event: Make[Event], make_context: Make[SinkContext], caplog: pytest.LogCaptureFixture
) -> None:
    context = make_context()
    (context.out / "exchange.db").mkdir()
    sink = PlatformSink(PlatformConfig())
    sink.open(context)
    sink.take_event(make_event())
    sink.close()
    assert "1 events" in caplog.text
    assert "lost" in caplog.text


def test_an_exchange_that_fills_up_keeps_what_it_has(make_event: Make[Event], make_context: Make[SinkContext]) -> None:
    context, clock = make_context(), Clock()
    sink = PlatformSink(PlatformConfig(), clock)
    sink.open(context)
    sink.take_event(make_event(1.0))
    path = context.out / "exchange.db"
    with sqlite3.connect(path) as other:
        other.execute("create trigger full before insert on message begin select raise(abort, 'disk is full'); end")
    sink.take_event(make_event(2.0))
    with sqlite3.connect(path) as other:
        other.execute("drop trigger full")
    other.close()
    clock.now_s += 1
    sink.idle()
    assert len(received(path)) == 2
    sink.close()
