"""A run goes on after a crash: what was written before stays, and what was left open is ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import av
import pytest

from camloom.event import Event, FrameResult, Phase
from camloom.packets import PacketRing, StreamInfo
from camloom.sinks.base import SinkContext
from camloom.sinks.evidence import EvidenceConfig, EvidenceSink
from camloom.sinks.jsonl import JsonlConfig, JsonlSink
from camloom.sinks.mot import MotConfig, MotSink
from camloom.sinks.video import VideoConfig, VideoSink

T = TypeVar("T")
Make = Callable[..., T]


def life(sink: Any, context: SinkContext, results: list[FrameResult]) -> None:
    """Open a sink, write, close."""
    sink.open(context)
    for result in results:
        sink.write(result)
    sink.close()


def test_the_lines_of_events_go_on(
    make_result: Make[FrameResult], make_context: Make[SinkContext], make_event: Make[Event]
) -> None:
    context = make_context()
    for resumed, incident in ((False, "a"), (True, "b")):
        result = make_result(events=[make_event(incident_id=incident)])
        life(JsonlSink(JsonlConfig()), replace(context, resumed=resumed), [result])
    lines = (context.out / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["incident_id"] for line in lines] == ["a", "b"]


@pytest.mark.parametrize(
    ("make_sink", "first", "second"),
    [
        (lambda: MotSink(MotConfig()), "tracks.txt", "tracks-2.txt"),
        (lambda: MotSink(MotConfig(path="deep/t.txt")), "deep/t.txt", "deep/t-2.txt"),
        (lambda: VideoSink(VideoConfig()), "annotated.mp4", "annotated-2.mp4"),
    ],
)
def test_what_counts_anew_gets_a_file_of_its_own(
    make_sink: Callable[[], Any],
    first: str,
    second: str,
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
) -> None:
    context = make_context()
    life(make_sink(), context, [make_result(index) for index in range(3)])
    before = (context.out / first).read_bytes()
    life(make_sink(), replace(context, resumed=True), [make_result(index) for index in range(2)])
    assert (context.out / first).read_bytes() == before
    assert (context.out / second).stat().st_size > 0
    if second.endswith(".mp4"):
        with av.open(str(context.out / second)) as film:
            assert sum(1 for _ in film.decode(video=0)) == 2


def test_what_was_opened_and_never_written_is_taken_again(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    life(MotSink(MotConfig()), context, [])
    life(MotSink(MotConfig()), replace(context, resumed=True), [make_result()])
    assert [path.name for path in context.out.iterdir()] == ["tracks.txt"]


def test_the_document_of_an_open_alarm_gets_its_end_from_the_next_process(
    make_result: Make[FrameResult], make_context: Make[SinkContext], make_event: Make[Event], make_video: Make[Any]
) -> None:
    recorded = make_video()
    context = make_context(recorded.info, PacketRing(5.0))
    dead = EvidenceSink(EvidenceConfig(clips=False))
    dead.open(context)
    dead.write(make_result(40, events=[make_event(incident_id="i")]))  # and no close

    nothing = StreamInfo("", 0, 0, 0.0, live=True)  # the camera has not come back yet
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(replace(context, stream=nothing, resumed=True))
    end = make_event(5.0, id="end", incident_id="i", phase=Phase.END, detail="its worker was ended by SIGSEGV")
    sink.take_event(end)
    sink.take_event(replace(end, id="again"))
    sink.take_event(replace(end, incident_id="unknown"))
    sink.close()

    [folder] = Path(context.out, "media").iterdir()
    document = json.loads((folder / "alarm.json").read_text())
    assert [event["id"] for event in document["events"]][1:] == ["end"]
    assert document["ended"] == "2026-11-01T08:00:05.000Z"
    assert document["events"][-1]["detail"] == "its worker was ended by SIGSEGV"
