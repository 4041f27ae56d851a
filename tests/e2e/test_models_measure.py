"""`camloom models eval` and `bench` as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from camloom.inference.card import read_card

Camloom = Callable[..., Any]
MovingClip = Callable[..., Path]


@pytest.fixture
def own_card(tiny_card: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny card that may be written to."""
    (tmp_path / "tiny.onnx").write_bytes((tiny_card.parent / "tiny.onnx").read_bytes())
    card = tmp_path / "tiny.yaml"
    card.write_text("# Mine.\n" + tiny_card.read_text(), encoding="utf-8")
    return card


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Return the truth that the tiny model is made for: one person in the middle of every picture."""
    path = tmp_path / "gt.txt"
    rows = [f"{frame},1,128,72,64,120,1,-1,-1,-1" for frame in range(1, 11)]
    path.write_text("\n".join([*rows, "11,1,nonsense"]), encoding="utf-8")
    return path


def test_eval_shows_each_class_and_notes_it_in_the_card(
    camloom: Camloom, own_card: Path, truth: Path, moving_clip: MovingClip, tmp_path: Path
) -> None:
    figures = tmp_path / "out" / "eval.json"
    data = ("--data", truth, "--pictures", moving_clip(frames=10))
    outcome = camloom("models", "eval", own_card, *data, "--json", figures, "--write-card")
    assert (outcome.code, outcome.err) == (0, "")
    assert "person" in outcome.out
    assert "1 entries of the data are broken" in outcome.out
    assert "gt.txt:11" in outcome.out
    document = json.loads(figures.read_text())
    assert document["coco"]["ap50"] == pytest.approx(1)
    assert document["objects"] == 10
    (measured,) = read_card(own_card).measured["eval"].values()
    assert measured["ap50"] == pytest.approx(1)
    assert own_card.read_text().startswith("# Mine.\n")


@pytest.mark.slow
def test_eval_of_classes_that_the_model_does_not_know(
    camloom: Camloom, own_card: Path, truth: Path, moving_clip: MovingClip
) -> None:
    card = yaml.safe_load(own_card.read_text()) | {"class_names": ["nothing", "walker"]}
    own_card.write_text(yaml.safe_dump(card))
    data = ("--data", truth, "--pictures", moving_clip(frames=10))
    outcome = camloom("models", "eval", own_card, *data)
    assert outcome.code == 2
    assert "nothing in common" in outcome.err
    assert camloom("models", "eval", own_card, *data, "--map", "person=walker").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eval", "nanodet", "--data", "gone"), "there is no dataset gone"),
        (("eval", "nanodet", "--data", "gone", "--write-card"), "built-in card, which is never changed"),
        (("bench", "nanodet", "--write-card"), "built-in card, which is never changed"),
        (("bench", "nanodet", "--threads", "many"), "--threads needs whole numbers"),
        (("bench", "nanodet", "--precision", "fp31"), "there is no precision 'fp31'"),
    ],
)
def test_a_mistake_is_one_line(camloom: Camloom, arguments: tuple[str, ...], said: str) -> None:
    outcome = camloom("models", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


@pytest.mark.slow
def test_bench_times_what_runs_and_says_why_the_rest_does_not(camloom: Camloom, own_card: Path, tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    options = ("--rounds", "1", "--seconds", "0.2", "--threads", "1", "--batch", "1,4", "--json", figures)
    outcome = camloom("models", "bench", own_card, *options, "--write-card")
    assert (outcome.code, outcome.err) == (0, "")
    assert "onnxruntime" in outcome.out
    assert "does not apply: openvino" in outcome.out
    assert "a request carries one picture" in outcome.out
    document = json.loads(figures.read_text())
    assert [timing["variant"]["runtime"] for timing in document["timings"]] == ["onnxruntime"]
    (machine,) = read_card(own_card).measured["bench"].values()
    assert machine["onnxruntime"]["per_s"] > 0
