"""Models of crops through the whole engine: what they read stands on tracks, in events and in documents."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper

from camloom import Runner, parse_task
from camloom.config import TaskConfig
from camloom.errors import ConfigError, ModelError
from camloom.event import FrameResult
from camloom.inference.base import LoadedModel, Reading
from camloom.inference.crops import CropReader
from camloom.inference.load import load_model
from camloom.pipeline import SYSTEM_RULE
from camloom.runner import models as models_module

SOURCE = "synthetic:seconds=2&objects=2&seed=3"
COLOURS = ("blue", "green", "red")
ZONE = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}


@pytest.fixture(scope="module")
def colour_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the card of a real ONNX model that says which channel of a crop is the strongest on average."""
    folder = tmp_path_factory.mktemp("colour")
    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["image"], ["means"], axes=[2, 3], keepdims=0)],
        "colour",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 16, 16])],
        [helper.make_tensor_value_info("means", TensorProto.FLOAT, [1, 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "colour.onnx")
    card = {
        "name": "colour",
        "task": "classification",
        "family": "classifier",
        "class_names": list(COLOURS),
        "options": {"attribute": "colour", "scores": "logits"},
        "input": {"width": 16, "height": 16, "fit": "stretch"},
        "licence": "Apache-2.0",
        "files": {"onnxruntime": "colour.onnx"},
    }
    path = folder / "colour.yaml"
    path.write_text(yaml.safe_dump(card))
    return path


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch, blob_model: LoadedModel) -> list[str]:
    """Let tasks find objects with the blob detector and read crops with real models; return what was loaded."""
    loaded: list[str] = []

    def load(name: str, *args: Any) -> LoadedModel:
        loaded.append(name)
        return load_model(name, *args) if name.endswith(".yaml") else blob_model

    monkeypatch.setattr(models_module, "load_model", load)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))
    return loaded


def task(out: Path, card: Path, **changes: Any) -> TaskConfig:
    document: dict[str, Any] = {
        "id": "cam",
        "source": SOURCE,
        "out": str(out),
        "secondary": [{"model": str(card), "runtime": "onnxruntime", "padding": 0, "min_height_px": 20}],
    }
    return parse_task({**document, **changes})


def run(*tasks: TaskConfig) -> tuple[Runner, list[FrameResult]]:
    results: list[FrameResult] = []
    lock = threading.Lock()

    def collect(result: FrameResult, done: Callable[[], None]) -> None:
        with lock:
            results.append(result)
        done()

    with Runner(tasks, workers=2, consumer=collect) as runner:
        assert runner.wait(60)
    return runner, results


def strongest_channel(result: FrameResult, row: int) -> str:
    """Return the colour of the middle of an object, from the whole picture."""
    x0, y0, x1, y1 = (round(value) for value in result.tracks.xyxy[row].tolist())
    x, y = (x0 + x1) // 2, (y0 + y1) // 2
    patch = result.frame.buffer.to_bgr()[y - 3 : y + 3, x - 3 : x + 3]
    return COLOURS[int(np.argmax(patch.reshape(-1, 3).mean(axis=0)))]


def test_every_track_carries_what_was_read(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    runner, results = run(task(tmp_path, colour_card))
    assert runner.reports[0].errors == []
    tracked = [result for result in results if len(result.tracks)]
    assert len(tracked) >= 45
    for result in tracked:
        assert result.tracks.attributes is not None
    first = tracked[0]
    assert first.tracks.attributes is not None
    for row, said in enumerate(first.tracks.attributes):
        assert [(one.name, one.value, one.model) for one in said] == [
            ("colour", strongest_channel(first, row), "colour")
        ]
    assert [model.card.name for model in runner.models] == ["blob", "colour"]
    assert runner.reports[0].stage_s["crops"] > 0


def test_events_and_documents_say_it_too(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    rules = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]
    _, results = run(task(tmp_path, colour_card, zones=[ZONE], rules=rules, sinks=[{"type": "jsonl", "tracks": True}]))
    known = {
        track_id: said[0].value
        for result in results
        for track_id, said in zip(result.tracks.track_id.tolist(), result.tracks.attributes or (), strict=True)
    }
    events = [event for result in results for event in result.events]
    assert {(one.track_id, one.attributes[0].value) for event in events for one in event.objects} == set(known.items())
    lines = [json.loads(line) for path in sorted(tmp_path.glob("*.jsonl")) for line in path.read_text().splitlines()]
    written = {(item["track_id"], item["attributes"][0]["value"]) for line in lines for item in line.get("objects", [])}
    assert written == set(known.items())


def test_streams_share_one_model_of_crops(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    tasks = [task(tmp_path / str(number), colour_card, id=f"cam-{number}") for number in range(3)]
    runner, results = run(*tasks)
    assert loads.count(str(colour_card)) == 1
    assert [report.errors for report in runner.reports] == [[], [], []]
    ids = {result.frame.source_id for result in results if result.tracks.attributes}
    assert ids == {"cam-0", "cam-1", "cam-2"}


@pytest.fixture
def dying_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let models of crops read one crop, then fail for ever."""
    read = CropReader.read
    left = [1]

    def read_or_fail(self: CropReader, *args: Any) -> Reading:
        left[0] -= 1
        if left[0] < 0:
            raise ModelError("the card does not answer")
        return read(self, *args)

    monkeypatch.setattr(CropReader, "read", read_or_fail)


@pytest.mark.usefixtures("dying_reader")
def test_no_alarm_is_lost_when_a_model_of_crops_fails(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    rules = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]
    watch = {"zones": [ZONE], "rules": rules}
    _, without = run(task(tmp_path, colour_card, secondary=[], **watch))
    runner, results = run(task(tmp_path, colour_card, **watch))
    assert [len(result.tracks) for result in results] == [len(result.tracks) for result in without]
    assert _alarms(results) == _alarms(without)
    told = [event for result in results for event in result.events if event.type == "model.failed"]
    assert [event.rule_id for event in told] == [SYSTEM_RULE]
    assert "the card does not answer" in told[0].detail
    assert len(runner.reports[0].errors) == 1
    assert "the card does not answer" in runner.reports[0].errors[0]


def _alarms(results: list[FrameResult]) -> list[tuple[str, float]]:
    events = [event for result in results for event in result.events if event.rule_id != SYSTEM_RULE]
    return [(event.type, event.pts_s) for event in events]


def test_without_a_second_model_nothing_is_read(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    runner, results = run(task(tmp_path, colour_card, secondary=[]))
    assert all(result.tracks.attributes is None for result in results)
    assert "crops" not in runner.reports[0].stage_s


def test_a_class_the_first_model_does_not_find_is_refused(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    wrong = [{"model": str(colour_card), "runtime": "onnxruntime", "classes": ["dragon"]}]
    with pytest.raises(ConfigError, match="does not know the class 'dragon'"):
        run(task(tmp_path, colour_card, secondary=wrong))


def test_models_in_each_others_place_are_refused(tmp_path: Path, colour_card: Path, loads: list[str]) -> None:
    with pytest.raises(ConfigError, match="it does not read crops"):
        run(task(tmp_path, colour_card, secondary=[{"model": "nanodet"}]))
    with pytest.raises(ConfigError, match="finds nothing in a whole picture"):
        run(task(tmp_path, colour_card, model=str(colour_card), runtime="onnxruntime", secondary=[]))


@pytest.mark.parametrize("change", [{"per_frame": 0}, {"padding": -1}, {"refresh_s": 0}, {"modell": "x"}])
def test_settings_that_make_no_sense_are_named(tmp_path: Path, colour_card: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=rf"secondary\.0\.{next(iter(change))}"):
        task(tmp_path, colour_card, secondary=[{"model": "x", **change}])
