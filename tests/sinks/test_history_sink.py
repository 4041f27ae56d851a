"""The history sink: what it keeps, what a crash leaves, what goes when."""

import importlib.util
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from camloom.detections import Attribute, Detections
from camloom.errors import SinkError
from camloom.event import FrameResult
from camloom.sinks.base import SinkContext
from camloom.sinks.history import HistoryConfig, HistorySink
from camloom.sinks.history_files import HistoryFiles

parquet = pytest.importorskip("pyarrow.parquet")
T = TypeVar("T")
Make = Callable[..., T]
FullDisk = Callable[[int], AbstractContextManager[None]]
BEGAN = datetime(2026, 11, 1, 8, 59, tzinfo=UTC)


@pytest.fixture
def at(make_result: Make[FrameResult]) -> Make[FrameResult]:
    """Make a result captured so many seconds after 08:59."""

    def make(second: float, **more: Any) -> FrameResult:
        result = make_result(round(second * 10), **more)
        taken = BEGAN + timedelta(seconds=second)
        return replace(result, frame=replace(result.frame, captured_at=taken))

    return make


def opened(context: SinkContext, **settings: Any) -> HistorySink:
    sink = HistorySink(HistoryConfig(**settings))
    sink.open(context)
    return sink


def write_all(sink: HistorySink, results: Sequence[FrameResult]) -> None:
    for result in results:
        sink.write(result)


def names(context: SinkContext) -> list[str]:
    return sorted(path.name for path in (context.out / "history" / "gate").iterdir())


def stored(context: SinkContext) -> list[dict[str, Any]]:
    files = HistoryFiles(context.out / "history" / "gate")
    return [
        row for hour in files.hours() for path in files.of_hour(hour) for row in parquet.read_table(path).to_pylist()
    ]


def test_a_frame_is_kept_as_it_was(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context)
    result = at(1.0, boxes=[(20.1, 30.2, 60.3, 100.4), (-5, 0, 10, 10)])
    sink.write(result)
    sink.close()
    (row,) = stored(context)
    assert (row["frame"], row["pts_s"], row["captured_at"]) == (10, 1.0, BEGAN + timedelta(seconds=1))
    assert (row["width"], row["height"], row["discont"]) == (192, 128, False)
    assert (row["track_id"], row["class"], row["first_pts_s"]) == ([7, 8], ["person", "person"], [0.0, 0.0])
    boxes = np.array([row[name] for name in ("x0", "y0", "x1", "y1")], np.float32).T
    assert np.array_equal(boxes, result.tracks.xyxy)
    assert row["attributes"] == [None, None]


def test_attributes_are_kept_where_a_model_reads_them(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context)
    result = at(0.0)
    read = ((Attribute("颜色", "red", 0.5, "colours"),),)
    sink.write(replace(result, tracks=replace(result.tracks, attributes=read)))
    sink.write(at(0.1))
    sink.close()
    first, second = stored(context)
    assert first["attributes"] == ['[{"name":"颜色","value":"red","confidence":0.5,"model":"colours"}]']
    assert second["attributes"] == [None]


def test_frames_without_objects_are_kept_too(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context)
    write_all(sink, [at(0.0, boxes=[]), at(0.1), at(0.2, boxes=[])])
    sink.close()
    assert [len(row["track_id"]) for row in stored(context)] == [0, 1, 0]


def test_the_end_that_is_told_on_the_last_frame_is_no_frame(
    at: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = opened(context)
    last = at(0.1)
    write_all(sink, [at(0.0), last, replace(last, tracks=last.tracks.select(np.zeros(0, np.int64)))])
    sink.close()
    assert [len(row["track_id"]) for row in stored(context)] == [1, 1]


def test_each_hour_has_a_file(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context, flush_s=10)
    write_all(sink, [at(second) for second in range(120)])
    sink.close()
    assert names(context) == ["2026-11-01T08.parquet", "2026-11-01T09.parquet"]
    assert [row["frame"] for row in stored(context)] == [second * 10 for second in range(120)]


def test_what_was_written_before_a_crash_is_kept(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    crashed = opened(context, flush_s=10)
    write_all(crashed, [at(second) for second in range(35)])
    assert len(stored(context)) == 33, "three parts of 11 frames; the last two frames were not written yet"
    (context.out / "history" / "gate" / ".2026-11-01T08.000004.part.parquet.new").write_bytes(b"PAR1 half")
    again = opened(context, flush_s=10)
    assert names(context) == ["2026-11-01T08.parquet"]
    write_all(again, [at(second) for second in range(40, 43)])
    again.close()
    assert [row["frame"] for row in stored(context)] == [*range(0, 330, 10), 400, 410, 420]
    assert len({row["run"] for row in stored(context)}) == 2
    assert names(context) == ["2026-11-01T08.parquet"]


def test_a_crash_between_the_whole_hour_and_the_removal_of_its_parts_counts_nothing_twice(
    at: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = opened(context, flush_s=10)
    write_all(sink, [at(second) for second in range(11)])
    folder = context.out / "history" / "gate"
    part = next(folder.glob("*.part.parquet"))
    left = part.read_bytes()
    sink.close()
    part.write_bytes(left)
    assert len(stored(context)) == 11
    opened(context).close()
    assert len(stored(context)) == 11
    assert names(context) == ["2026-11-01T08.parquet"]


def test_a_file_that_cannot_be_read_is_set_aside(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context, flush_s=10)
    write_all(sink, [at(second) for second in range(25)])
    first = min((context.out / "history" / "gate").glob("*.part.parquet"))
    first.write_bytes(first.read_bytes()[:-20])
    again = opened(context)
    again.close()
    assert [row["frame"] for row in stored(context)] == list(range(110, 220, 10))
    assert "2026-11-01T08.000001.part.broken" in names(context)


def test_old_hours_go(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = opened(context, keep_days=0.5)
    write_all(sink, [at(3600 * hour) for hour in range(20)])
    sink.close()
    assert len(names(context)) == 13
    assert names(context)[-1] == "2026-11-02T03.parquet"


def test_too_many_bytes_go_oldest_first_but_never_the_newest_hour(
    at: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = opened(context, max_mb=0.000001)
    write_all(sink, [at(3600 * hour) for hour in range(5)])
    sink.close()
    assert names(context) == ["2026-11-01T12.parquet"]


def test_a_full_disk_loses_nothing_that_was_written(
    at: Make[FrameResult], make_context: Make[SinkContext], full_disk: FullDisk
) -> None:
    context = make_context()
    sink = opened(context, flush_s=10)
    write_all(sink, [at(second) for second in range(11)])
    with full_disk(100), pytest.raises(SinkError, match="cannot write"):
        write_all(sink, [at(second) for second in range(11, 30)])
    assert len(stored(context)) == 11
    assert not [name for name in names(context) if name.startswith(".")]


def test_it_says_how_to_get_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert HistorySink.unavailable() == ""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert "pip install 'camloom[history]'" in HistorySink.unavailable()


def test_a_camera_costs_about_a_kilobyte_a_second(at: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    """Eight people who walk, at 5 frames/s: boxes of a detector, so noise in every bit."""
    context = make_context()
    sink = opened(context)
    rng = np.random.default_rng(4)
    start = rng.uniform(0, 1000, (8, 4))
    for index in range(5 * 600):
        result = at(index / 5)
        xyxy = (start + index * 0.5 + rng.normal(0, 1, (8, 4))).astype(np.float32)
        people = Detections(xyxy, rng.uniform(0.5, 1, 8).astype(np.float32), np.zeros(8, np.int64), ("person",))
        sink.write(replace(result, tracks=type(result.tracks).of(people, np.arange(8), np.zeros(8))))
    sink.close()
    size = sum(path.stat().st_size for path in Path(context.out / "history" / "gate").iterdir())
    assert size / 600 < 1100


def test_what_waits_is_written_when_somebody_wants_to_read_it(
    at: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = opened(context, flush_s=3600)
    write_all(sink, [at(0.0), at(0.1)])
    assert stored(context) == []
    sink.flush()
    sink.flush()
    assert [row["frame"] for row in stored(context)] == [0, 1]
    sink.write(at(0.2))
    sink.close()
    assert [row["frame"] for row in stored(context)] == [0, 1, 2]
