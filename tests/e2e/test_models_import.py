"""A stranger's file becomes a card at the prompt, and the card runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Camloom = Callable[..., Any]
MovingClip = Callable[..., Path]
PICTURE = ("--colour", "BGR", "--mean", "0", "--std", "1")


def test_a_file_becomes_a_card_that_runs(
    camloom: Camloom, tmp_path: Path, tiny_card: Path, moving_clip: MovingClip
) -> None:
    model, clip = tiny_card.parent / "tiny.onnx", moving_clip()
    names = ("--classes", "nothing,person", "--option", "first_class=0")
    outcome = camloom("models", "import", model, *PICTURE, *names, "--try", clip, "--out", tmp_path / "cards")
    assert (outcome.code, outcome.err) == (0, "")
    assert "1 x person" in outcome.out
    assert (tmp_path / "cards" / "tiny.jpg").stat().st_size > 0
    card = yaml.safe_load((tmp_path / "cards" / "tiny.yaml").read_text())
    assert (card["family"], card["class_names"]) == ("detection_output", ["nothing", "person"])
    ran = camloom(
        "run", "--source", clip, "--model", tmp_path / "cards" / "tiny.yaml", "--out", tmp_path / "o", "--quiet"
    )
    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "o" / "tracks.txt").exists()


def test_what_is_not_known_names_the_options(camloom: Camloom, tiny_card: Path) -> None:
    outcome = camloom("models", "import", tiny_card.parent / "tiny.onnx", "--no-try")
    assert outcome.code == 2
    assert len(outcome.err.strip().splitlines()) == 1
    for option in ("--classes", "--colour", "--mean", "--std"):
        assert option in outcome.err


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\x80\x02}q\x00." + bytes(64), "pickle"), (b"<html>404</html>" * 10, "web page"), (b"", "bytes")],
)
def test_what_is_no_model_gets_one_line(content: bytes, word: str, camloom: Camloom, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    outcome = camloom("models", "import", path)
    assert outcome.code == 1
    assert len(outcome.err.strip().splitlines()) == 1
    assert word in outcome.err
