"""What goes wrong with models and cards is one line that says what to do, whatever the command."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Camloom = Callable[..., Any]

COMMANDS = {
    "verify": ("--b", "onnxruntime", "--data", "noise.png"),
    "convert": ("--to", "onnx", "--data", "noise.png"),
    "eval": ("--data", "."),
    "bench": ("--rounds", "1", "--seconds", "0.2"),
}


@pytest.fixture
def damaged(tmp_path: Path, tiny_card: Path) -> Path:
    """Return a card whose model is a text, and leave a picture and a data set of one picture beside it."""
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "noise.png"), np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    (tmp_path / "data.yaml").write_text("{path: ., val: noise.png, names: [person]}")
    (tmp_path / "text.onnx").write_text("this was never a model\n" * 20)
    card = tmp_path / "damaged.yaml"
    card.write_text(yaml.safe_dump(yaml.safe_load(tiny_card.read_text()) | {"files": {"any": "text.onnx"}}))
    return card


def one_line(outcome: Any) -> str:
    lines = outcome.err.strip().splitlines()
    assert len(lines) == 1, outcome.err
    assert "unexpected" not in lines[0]
    return str(lines[0])


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_text_in_place_of_a_model(command: str, camloom: Camloom, damaged: Path) -> None:
    outcome = camloom("models", command, damaged, *COMMANDS[command])
    assert outcome.code == 1
    assert "text.onnx" in one_line(outcome)


@pytest.mark.slow
def test_a_run_with_a_text_in_place_of_a_model(camloom: Camloom, damaged: Path) -> None:
    outcome = camloom("run", "--source", "synthetic:seconds=1&fps=5", "--model", damaged, "--out", "o")
    assert outcome.code == 1
    assert "text.onnx" in one_line(outcome)


def test_a_comparison_with_itself_is_refused(camloom: Camloom, tiny_card: Path) -> None:
    outcome = camloom("models", "verify", tiny_card)
    assert outcome.code == 2
    assert "--against" in one_line(outcome)


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--runtimes", "onnxruntim"), "Did you mean 'onnxruntime'"), (("--picture", "card.txt"), "card.txt")],
)
def test_bench_looks_at_its_options_before_it_loads_anything(
    options: tuple[str, str], said: str, camloom: Camloom, tmp_path: Path, tiny_card: Path
) -> None:
    (tmp_path / "card.txt").write_text("no picture")
    outcome = camloom("models", "bench", tiny_card, *options)
    assert outcome.out == ""
    assert said in one_line(outcome)


def test_import_looks_at_its_options_before_it_reads_the_model(
    camloom: Camloom, tmp_path: Path, tiny_card: Path
) -> None:
    model = tiny_card.parent / "tiny.onnx"
    (tmp_path / "tiny.yaml").write_text("name: another")
    (tmp_path / "file").write_text("where the folder should be")
    for arguments, said in (
        ((model, "--out", "."), "is there already"),
        ((model, "--out", "file/cards"), "cannot write to"),
        ((tiny_card,), "is a card, not a model file"),
    ):
        outcome = camloom("models", "import", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert said in one_line(outcome)


def test_figures_that_cannot_be_written_are_one_line(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    (tmp_path / "file").write_text("")
    options = ("--runtimes", "onnxruntime", "--rounds", "1", "--seconds", "0.2", "--json", "file/figures.json")
    outcome = camloom("models", "bench", tiny_card, *options)
    assert outcome.code == 1
    assert "cannot write file/figures.json" in one_line(outcome)


@pytest.mark.slow
def test_a_slip_at_a_question_is_asked_again(tmp_path: Path, tiny_card: Path) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "camloom", "models", "import", str(tiny_card.parent / "tiny.onnx")]
    given = [
        "--classes",
        "nothing,person",
        "--licence",
        "mine",
        "--mean",
        "0",
        "--std",
        "1",
        "--no-try",
        "--out",
        "cards",
    ]
    os.write(master, b"purple\nBGR\n")
    command += given
    done = subprocess.run(command, check=False, cwd=tmp_path, stdin=slave, capture_output=True, text=True, timeout=120)
    os.close(slave)
    os.close(master)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("colour (") == 2
    assert "'purple' is neither RGB nor BGR" in done.stdout
    assert yaml.safe_load((tmp_path / "cards" / "tiny.yaml").read_text())["input"]["colour"] == "BGR"
