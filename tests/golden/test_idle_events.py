"""Idle mode finds the same events as full attention."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom import open_task
from camloom.event import Event
from camloom.inference.base import LoadedModel
from camloom.runner import models as models_module

MovingClip = Callable[..., Path]
LINES = [{"name": f"x{share}", "start": [share / 10, 0], "end": [share / 10, 1]} for share in (7, 8, 9)]


def events(clip: Path, out: Path, idle: str) -> list[tuple[str, float]]:
    task: dict[str, Any] = {
        "source": str(clip),
        "model": "blob",
        "idle": idle,
        "analysis_fps": 12.5,
        "lines": LINES,
        "rules": [{"type": "line", "id": line["name"], "line": line["name"]} for line in LINES],
        "out": str(out),
    }
    found: list[Event] = [event for result in open_task(task) for event in result.events]
    return [(event.rule_id, event.pts_s) for event in found]


def test_the_same_events_are_found_asleep(
    blob_model: LoadedModel, moving_clip: MovingClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_module, "load_model", lambda *_args: blob_model)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))
    clip = moving_clip(frames=500, gop=25, still=range(310))
    awake, asleep = events(clip, tmp_path, "off"), events(clip, tmp_path, "on")
    assert [rule_id for rule_id, _ in awake] == ["x7", "x8", "x9"]
    assert [rule_id for rule_id, _ in asleep] == ["x7", "x8", "x9"]
    assert [time for _, time in asleep] == pytest.approx([time for _, time in awake], abs=0.1)


@pytest.mark.slow
def test_an_alarm_ends_in_time_though_nothing_moves_any_more(
    blob_model: LoadedModel, moving_clip: MovingClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_module, "load_model", lambda *_args: blob_model)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))
    clip = moving_clip(frames=500, gop=25, still=range(300, 500))
    alarm = {"template": "tripwire", "line": "half", "classes": ["box"], "merge_s": 8}
    lines = [{"name": "half", "start": [0.5, 0], "end": [0.5, 1]}]
    told = []
    for idle in ("off", "on"):
        asked = {"source": str(clip), "model": "blob", "idle": idle, "analysis_fps": 12.5, "out": str(tmp_path)}
        found = [event for result in open_task({**asked, "lines": lines, "alarms": [alarm]}) for event in result.events]
        told.append([(str(event.phase), round(event.pts_s, 1)) for event in found])
    assert told[0] == told[1]
    (_, began_s), (phase, ended_s) = told[0]
    assert phase == "end"
    assert ended_s - began_s == pytest.approx(8, abs=0.1)
