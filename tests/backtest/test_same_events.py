"""What rules say about stored tracks is what they said live, however the files were cut."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camloom import open_task
from camloom.backtest.replay import Replay, replay
from camloom.backtest.run import backtest
from camloom.backtest.store import History
from camloom.config import TaskConfig, parse_task
from camloom.detections import Attribute, Vote
from camloom.event import Event, FrameResult
from camloom.inference.base import LoadedModel
from camloom.runner import models as models_module

pytest.importorskip("pyarrow")
Walk = Callable[..., list[FrameResult]]
Keep = Callable[..., Path]
Live = Callable[..., Iterator[Event]]
Day = Callable[..., TaskConfig]


def facts(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """Return everything about events but the ids, which are new each time."""
    bare = [replace(event, id="", incident_id="", media={}) for event in events]
    return sorted((astuple(event) for event in bare), key=lambda one: (one[6], one[3], str(one)))


def replayed(task: TaskConfig, folder: Path) -> list[Event]:
    one = Replay(task)
    replay(History(folder, task.id).frames(), [one])
    return one.events


def test_frames_and_tracks_come_back_as_they_were(walk: Walk, keep: Keep) -> None:
    results = walk(30)
    results[3] = replace(results[3], tracks=results[3].tracks.select(np.zeros(0, np.int64)))
    read = ((Attribute("colour", "red", 0.25, "m", (Vote("red", 0.25, 80.5), Vote("blue", 0.1, 60.0))),), (), (), ())
    results[4] = replace(results[4], tracks=replace(results[4].tracks, attributes=read))
    back = list(History(keep(results, flush_s=7), "day").frames())
    assert len(back) == len(results)
    for result, stored in zip(results, back, strict=True):
        kept, was = stored.frame, result.frame
        assert (kept.source_id, kept.index, kept.pts_s, kept.captured_at) == (
            "day",
            was.index,
            was.pts_s,
            was.captured_at,
        )
        assert (kept.width, kept.height, kept.discont) == (was.width, was.height, was.discont)
        for name in ("xyxy", "confidence", "track_id", "first_pts_s"):
            now, then = getattr(stored.tracks, name), getattr(result.tracks, name)
            assert now.dtype == then.dtype
            assert np.array_equal(now, then)
        assert [stored.tracks.name_of(row) for row in range(len(stored.tracks))] == ["person"] * len(result.tracks)
    assert back[4].tracks.attributes == read
    assert back[4].tracks.attributes[0][0].votes == read[0][0].votes


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("flush_s", [1, 17, 3600])
def test_the_same_events_live_and_from_the_history(
    day: Day, walk: Walk, keep: Keep, live: Live, seed: int, flush_s: float
) -> None:
    results = walk(300, seed, breaks=[0, 333, 800])
    said = facts(live(day(), results))
    assert len(said) > 20
    assert facts(replayed(day(), keep(results, flush_s=flush_s))) == said


@pytest.mark.slow
def test_alarms_of_templates_are_the_same_live_and_from_the_history(
    day: Day, walk: Walk, keep: Keep, live: Live
) -> None:
    alarms = [
        {"template": "lawn_trampling", "zone": "lawn", "merge_s": 20, "classes": ["person"]},
        {"template": "tripwire", "line": "gate", "classes": ["person"]},
        {"template": "loitering", "zone": "road", "dwell_s": 5, "merge_s": 0, "classes": ["person"]},
    ]
    results, task = walk(600, breaks=[700]), day(alarms=alarms)
    said = facts(live(task, results))
    assert {event[3] for event in said} >= {"lawn_trampling", "tripwire", "loitering"}
    assert facts(replayed(task, keep(results, flush_s=17))) == said


def test_a_file_that_ends_with_the_hour_changes_nothing(day: Day, walk: Walk, keep: Keep, live: Live) -> None:
    late = [
        replace(one, frame=replace(one.frame, captured_at=one.frame.captured_at + timedelta(minutes=57)))
        for one in walk(400)
    ]
    folder = keep(late)
    assert len(list((folder / "day").iterdir())) == 2
    assert facts(replayed(day(), folder)) == facts(live(day(), late))


def test_a_restart_is_a_break_and_nothing_more(day: Day, walk: Walk, keep: Keep, live: Live) -> None:
    results, restarts = walk(300), [400, 401, 999]
    assert facts(replayed(day(), keep(results, restarts))) == facts(live(day(), results, restarts))


def test_a_clock_that_jumps_back_an_hour_loses_no_frame(walk: Walk, keep: Keep) -> None:
    results = walk(60)
    jumped = [
        replace(
            one, frame=replace(one.frame, captured_at=one.frame.captured_at - timedelta(hours=one.frame.index // 150))
        )
        for one in results
    ]
    back = list(History(keep(jumped), "day").frames())
    assert sorted(stored.frame.index for stored in back) == [one.frame.index for one in results]


def test_only_the_asked_span_is_read(walk: Walk, keep: Keep) -> None:
    results = walk(60)
    history = History(keep(results), "day")
    since, until = results[100].frame.captured_at, results[200].frame.captured_at
    assert [stored.frame.index for stored in history.frames(since, until)] == list(range(100, 200))


LINES = [{"name": f"x{share}", "start": [share / 10, 0], "end": [share / 10, 1]} for share in (3, 5, 7)]


def engine_task(source: str, model: str, out: Path, **more: Any) -> TaskConfig:
    return parse_task(
        {
            "id": "clip",
            "source": source,
            "model": model,
            "lines": LINES,
            "zones": [{"name": "right", "vertices": [[0.4, 0], [1, 0], [1, 1], [0.4, 1]]}],
            "rules": [
                *({"type": "line", "id": line["name"], "line": line["name"]} for line in LINES),
                {"type": "region", "id": "right", "zone": "right", "min_time_s": 0.2},
                {"type": "region", "id": "busy", "zone": "right", "on": "count", "count": 1, "hold_s": 0.2},
            ],
            "sinks": ["history", "jsonl"],
            "out": str(out),
            **more,
        }
    )


def check_engine(task: TaskConfig, out: Path) -> int:
    said = [event for result in open_task(task) for event in result.events]
    assert facts(replayed(task, out / "history")) == facts(said)
    result = backtest(task, History(out / "history", task.id), against=out / "events.jsonl")
    assert result.difference is not None
    assert (result.difference.added, result.difference.removed) == ([], [])
    return len(said)


def test_the_engine_and_the_backtest_say_the_same(
    blob_model: LoadedModel, moving_clip: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_module, "load_model", lambda *_args: blob_model)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))
    clip = moving_clip(frames=200, gop=25)
    assert check_engine(engine_task(str(clip), "blob", tmp_path), tmp_path) >= 5


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.slow
def test_the_engine_and_the_backtest_say_the_same_of_the_street(tmp_path: Path) -> None:
    assert check_engine(engine_task("sample:street", "nanodet", tmp_path), tmp_path) >= 20
