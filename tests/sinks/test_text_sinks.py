"""Sinks that write lines: JSON and MOT Challenge."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from pydantic import ValidationError

from camloom.errors import SinkError
from camloom.event import Event, FrameResult, Gate, Phase
from camloom.sinks.base import SinkContext
from camloom.sinks.document import event_to_dict
from camloom.sinks.jsonl import JsonlConfig, JsonlSink
from camloom.sinks.mot import MotConfig, MotSink

T = TypeVar("T")
Make = Callable[..., T]
FullDisk = Callable[[int], AbstractContextManager[None]]


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_all(sink: JsonlSink | MotSink, results: list[FrameResult]) -> None:
    for result in results:
        sink.write(result)


def test_an_event_is_one_line_with_everything_about_it(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = JsonlSink(JsonlConfig())
    sink.open(context)
    event = make_event(4.25, media={"picture": "media/a.jpg"}, direction="A->B", incident_id="I1")
    sink.write(make_result(42, events=[event]))
    assert read_lines(context.out / "events.jsonl") == [
        {
            "schema": "camloom.event/1",
            "id": event.id,
            "type": "region.entered",
            "source_id": "gate-camera",
            "rule_id": "yard-intrusion",
            "phase": "start",
            "incident_id": "I1",
            "occurred_at": "2026-11-01T08:00:04.250Z",
            "pts_s": 4.25,
            "track_ids": [7],
            "objects": [
                {"track_id": 7, "class_name": "person", "confidence": 0.877, "xyxy_px": [20.0, 30.0, 60.0, 100.0]}
            ],
            "zone": "yard",
            "direction": "A->B",
            "value": 0.6,
            "unit": "s",
            "why": [{"name": "min_time", "value": 0.8, "threshold": 0.6, "margin": 0.2, "unit": "s"}],
            "media": {"picture": "media/a.jpg"},
        }
    ]
    sink.close()


def test_numbers_that_json_does_not_know_become_null(make_event: Make[Event]) -> None:
    event = make_event(value=np.float32("nan"), why=(Gate("gap", float("inf"), np.float64(1)),))
    document = json.loads(json.dumps(event_to_dict(event), allow_nan=False))
    assert document["value"] is None
    assert document["why"][0]["value"] is None
    assert document["why"][0]["threshold"] == 1


def test_any_name_survives_json(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = JsonlSink(JsonlConfig())
    sink.open(context)
    name = '草坪 "quoted"\nnew line [red]'
    sink.write(make_result(0, events=[make_event(zone=name)]))
    assert [line["zone"] for line in read_lines(context.out / "events.jsonl")] == [name]


def test_tracks_on_demand_give_a_line_for_every_frame(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = JsonlSink(JsonlConfig(tracks=True))
    sink.open(context)
    for index in range(3):
        sink.write(make_result(index, events=[make_event()] if index == 1 else []))
    lines = read_lines(context.out / "events.jsonl")
    assert [line["schema"] for line in lines] == [
        "camloom.frame/1",
        "camloom.frame/1",
        "camloom.event/1",
        "camloom.frame/1",
    ]
    assert lines[3]["frame"] == 2
    assert lines[3]["objects"] == [
        {"track_id": 7, "class_name": "person", "confidence": 0.9, "xyxy_px": [20.0, 30.0, 60.0, 100.0]}
    ]


def test_a_line_can_be_read_before_the_sink_is_closed(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = JsonlSink(JsonlConfig())
    sink.open(context)
    for index in range(3):
        sink.write(make_result(index, events=[make_event()]))
        assert len(read_lines(context.out / "events.jsonl")) == index + 1


@pytest.mark.parametrize(("append", "kept"), [(False, 1), (True, 2)])
def test_a_new_run_replaces_or_continues_the_file(
    append: bool, kept: int, make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    for _ in range(2):
        sink = JsonlSink(JsonlConfig(append=append))
        sink.open(context)
        sink.write(make_result(0, events=[make_event()]))
        sink.close()
    assert len(read_lines(context.out / "events.jsonl")) == kept


def test_a_full_disk_leaves_only_whole_lines(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext], full_disk: FullDisk
) -> None:
    context = make_context()
    sink = JsonlSink(JsonlConfig())
    sink.open(context)
    with full_disk(1500), pytest.raises(SinkError, match=r"cannot write .*events.jsonl: File too large"):
        write_all(sink, [make_result(index, events=[make_event()]) for index in range(10)])
    sink.close()
    assert 1 <= len(read_lines(context.out / "events.jsonl")) < 10


def test_a_device_without_space_is_one_line(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = JsonlSink(JsonlConfig(path="/dev/full"))
    sink.open(make_context())
    with pytest.raises(SinkError) as error:
        sink.write(make_result(0, events=[make_event()]))
    assert str(error.value).startswith("cannot write /dev/full: No space left on device.")


def test_a_place_that_cannot_be_written_is_told_at_once(make_context: Make[SinkContext]) -> None:
    context = make_context()
    (context.out / "sub").write_text("a file, not a folder")
    with pytest.raises(SinkError, match=r"cannot write .*sub/events.jsonl"):
        JsonlSink(JsonlConfig(path="sub/events.jsonl")).open(context)


@pytest.mark.parametrize("path", ["../events.jsonl", "a/../../b", "", ".", "a/.."])
def test_a_relative_path_stays_in_the_output_folder(path: str) -> None:
    with pytest.raises(ValidationError):
        JsonlConfig(path=path)


def test_folders_on_the_way_are_made(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext], tmp_path: Path
) -> None:
    absolute = tmp_path / "elsewhere" / "deep" / "e.jsonl"
    for path, place in (("a/b.jsonl", tmp_path / "out/a/b.jsonl"), (str(absolute), absolute)):
        sink = JsonlSink(JsonlConfig(path=path))
        sink.open(make_context())
        sink.write(make_result(0, events=[make_event()]))
        sink.close()
        assert len(read_lines(place)) == 1


def test_mot_counts_frames_from_one_and_gives_width_and_height(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = MotSink(MotConfig())
    sink.open(context)
    sink.write(make_result(0, boxes=[(20.5, 30, 60, 100), (1, 2, 4, 8)]))
    sink.write(make_result(1, boxes=[]))
    sink.write(make_result(5))
    sink.close()
    table = np.loadtxt(context.out / "tracks.txt", delimiter=",")
    assert table.tolist() == [
        [1, 7, 20.5, 30, 39.5, 70, 0.9, -1, -1, -1],
        [1, 8, 1, 2, 3, 6, 0.9, -1, -1, -1],
        [6, 7, 20, 30, 40, 70, 0.9, -1, -1, -1],
    ]


def test_mot_on_a_full_disk_keeps_whole_lines(
    make_result: Make[FrameResult], make_context: Make[SinkContext], full_disk: FullDisk
) -> None:
    context = make_context()
    sink = MotSink(MotConfig())
    sink.open(context)
    with full_disk(500), pytest.raises(SinkError):
        write_all(sink, [make_result(index) for index in range(100)])
    sink.close()
    assert np.loadtxt(context.out / "tracks.txt", delimiter=",").shape[1] == 10


def test_an_end_names_the_incident_it_belongs_to(make_event: Make[Event]) -> None:
    start = make_event(1.0, incident_id="I1")
    end = replace(start, id="other", phase=Phase.END)
    assert event_to_dict(start)["incident_id"] == event_to_dict(end)["incident_id"]


@pytest.mark.parametrize("tracks", [True, False])
def test_jsonl_asks_for_frames_without_events_only_if_it_writes_them(tracks: bool) -> None:
    assert JsonlSink(JsonlConfig(tracks=tracks)).events_only is not tracks
