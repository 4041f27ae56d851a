"""What every sink must do, run over every one that is registered here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from camloom import plugins
from camloom.errors import SinkError
from camloom.event import Event, FrameResult
from camloom.packets import PacketRing
from camloom.sinks.base import Sink, SinkContext
from camloom.sinks.queue import without_pixels

T = TypeVar("T")
Make = Callable[..., T]
FullDisk = Callable[[int], AbstractContextManager[None]]


@pytest.fixture(params=plugins.names("sinks"))
def kind(request: pytest.FixtureRequest) -> Any:
    """Give the class of each registered sink that can run here."""
    implementation = plugins.load("sinks", request.param)
    reason = getattr(implementation, "unavailable", str)()
    if reason:
        pytest.skip(f"{request.param}: {reason}")
    return implementation


@pytest.fixture
def sink(kind: Any) -> Sink:
    made: Sink = kind(kind.Config())
    return made


def deliver(sink: Sink, result: FrameResult, context: SinkContext) -> None:
    """Deliver as the pipeline does: media planned first, pixels only where they are needed."""
    plan = getattr(sink, "plan", None)
    events = [replace(event, media=plan(event, context.stream)) if plan else event for event in result.events]
    result = replace(result, events=tuple(events))
    sink.write(result if sink.needs_pixels else without_pixels(result))


def test_it_says_what_it_needs(sink: Sink) -> None:
    assert isinstance(sink.needs_pixels, bool)
    assert isinstance(sink.events_only, bool)
    assert sink.__doc__, "`camloom plugins` shows the first line"


def test_a_setting_it_does_not_know_is_refused(kind: Any) -> None:
    with pytest.raises(ValueError, match="no_such_setting"):
        kind.Config(no_such_setting=1)


def test_it_takes_a_stream_and_closes_twice(
    sink: Sink, make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink.open(context)
    for index in range(5):
        deliver(sink, make_result(index, events=[make_event()] if index == 3 else []), context)
    sink.close()
    sink.close()


def test_it_takes_frames_without_objects_and_objects_outside_the_picture(
    sink: Sink, make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink.open(context)
    deliver(sink, make_result(0, boxes=[]), context)
    outside = [(-50.0, -20.0, 10.0, 10.0), (180.0, 120.0, 400.0, 300.0), (500.0, 500.0, 600.0, 600.0)]
    deliver(sink, make_result(1, boxes=outside, events=[make_event(objects=(), zone="")]), context)
    sink.close()


def test_names_can_be_anything(
    sink: Sink, make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink.open(context)
    odd = make_event(zone="草坪 [red]\x1b[2J\n", rule_id="../../x", type="", id="../../y", unit="\0")
    deliver(sink, make_result(0, events=[odd]), context)
    sink.close()
    assert all(context.out in path.parents for path in context.out.parent.rglob("*y*") if path.is_file())


def test_it_leaves_no_half_file_behind(
    sink: Sink,
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_video: Make[Any],
    make_context: Make[SinkContext],
) -> None:
    recorded = make_video("libx264", ".mp4", seconds=2)
    context = make_context(recorded.info, PacketRing(5))
    sink.open(context)
    for packet in recorded.packets:
        context.ring.append(packet)
    deliver(sink, make_result(10, events=[make_event(1.0)]), context)
    sink.close()
    assert not [path for path in context.out.rglob("*") if path.name.startswith(".")]


def test_closing_before_anything_came_is_fine(sink: Sink, make_context: Make[SinkContext]) -> None:
    sink.open(make_context())
    sink.close()


def test_a_full_disk_is_a_sink_error_and_nothing_else(
    sink: Sink,
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
    full_disk: FullDisk,
) -> None:
    context = make_context()
    sink.open(context)
    with full_disk(10), suppress(SinkError):
        for index in range(30):
            deliver(sink, make_result(index, events=[make_event(float(index))]), context)
        sink.close()
