"""A device dies in the middle of a run: no frame is lost, and every stream says so."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from camloom import Runner, parse_task
from camloom.errors import ModelError
from camloom.event import FrameResult
from camloom.frame import ImageArray
from camloom.inference.base import CompiledModel, LoadedModel, Session, Tensors
from camloom.inference.resilient import DeviceChange, Place, ResilientModel
from camloom.pipeline import SYSTEM_RULE
from camloom.runner import models as models_module


class Failing:
    """Passes the canvas through for a while, then fails for ever."""

    description = "a card on its last legs"
    output_shapes: Mapping[str, tuple[int, ...]] = {"canvas": (256, 256, 3)}

    def __init__(self, runs: int) -> None:
        self.runs_left = runs

    def session(self) -> Session:
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        self.runs_left -= 1
        if self.runs_left < 0:
            raise ModelError("the card does not answer")
        return {"canvas": canvas}


@pytest.fixture
def dying_card(monkeypatch: pytest.MonkeyPatch, blob_model: LoadedModel) -> None:
    """Let every task run on a card that dies twice, with the CPU as the spare."""
    lives = [Failing(20), Failing(5)]

    def load(_name: str, *rest: object) -> LoadedModel:
        on_change = rest[-1]
        assert callable(on_change)

        def tell(change: DeviceChange) -> None:
            on_change(change)

        def card() -> CompiledModel:
            return lives.pop(0)

        places = [Place("vendor:0", card), Place("cpu", lambda: blob_model.compiled)]
        return replace(blob_model, compiled=ResilientModel(places, tell))

    monkeypatch.setattr(models_module, "load_model", load)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))


@pytest.mark.usefixtures("dying_card")
def test_the_run_goes_on_elsewhere_and_says_so(tmp_path: Path) -> None:
    frames: dict[str, list[int]] = {"cam-0": [], "cam-1": []}

    def take(result: FrameResult, done: Callable[[], None]) -> None:
        frames[result.frame.source_id].append(result.frame.index)
        done()

    tasks = [
        parse_task(
            {
                "id": name,
                "source": "synthetic:seconds=2&objects=1&seed=3",
                "sinks": ["jsonl"],
                "out": str(tmp_path / name),
            }
        )
        for name in frames
    ]
    with Runner(tasks, consumer=take) as runner:
        assert runner.wait(30)
    assert [report.errors for report in runner.reports] == [[], []]
    for name, seen in frames.items():
        assert seen == list(range(50))
        lines = (tmp_path / name / "events.jsonl").read_text(encoding="utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        assert [(each["type"], each["rule_id"]) for each in told] == [("device.failed", SYSTEM_RULE)] * 2
        assert "vendor:0 failed (the card does not answer); made anew there" in told[0]["detail"]
        assert told[1]["detail"].endswith("now on cpu")
