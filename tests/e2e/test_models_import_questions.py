"""At a terminal `camloom models import` asks what the file does not say; the answers are in the card."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

TIMEOUT_S = 120


class Terminal:
    """The command behind a pseudo-terminal, as a person has it."""

    def __init__(self, arguments: Sequence[str | Path], folder: Path) -> None:
        self._screen, inside = pty.openpty()
        command = [sys.executable, "-m", "camloom", *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "160", "TERM": "dumb"}
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=inside, stdout=inside, stderr=inside, close_fds=True
        )
        os.close(inside)
        self.shown = ""

    def wait_for(self, text: str, start: int = 0) -> int:
        """Read until a text is on the screen; return where it ends."""
        while text not in self.shown[start:]:
            if not self._read():
                pytest.fail(f"'{text}' was never asked:\n{self.shown}")
        return self.shown.index(text, start) + len(text)

    def answer(self, question: str, text: str, start: int = 0) -> int:
        """Wait for a question and answer it; return where the question ends."""
        end = self.wait_for(question, start)
        os.write(self._screen, f"{text}\n".encode())
        return end

    def close(self) -> int:
        """Read to the end; return the exit code."""
        while self._read():
            pass
        os.close(self._screen)
        return self._process.wait(TIMEOUT_S)

    def _read(self) -> bool:
        """Read what is there; False at the end."""
        if not select.select([self._screen], [], [], TIMEOUT_S)[0]:
            self._process.kill()
            pytest.fail(f"nothing more came:\n{self.shown}")
        try:
            part = os.read(self._screen, 4096)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.shown += part.decode(errors="replace")
        return bool(part)


@pytest.fixture
def model(tiny_card: Path) -> Path:
    """Return a model whose file says neither classes nor colours."""
    return tiny_card.parent / "tiny.onnx"


@pytest.mark.slow
def test_what_is_asked_and_answered_is_in_the_card(model: Path, tmp_path: Path) -> None:
    said = ("--mean", "0", "--std", "1", "--option", "first_class=0")
    terminal = Terminal(("models", "import", model, "--no-try", *said, "--out", "cards"), tmp_path)
    end = terminal.answer("colour (", "rgb")
    terminal.answer("class_names (", "nothing,person", end)
    assert terminal.close() == 0, terminal.shown
    card = yaml.safe_load((tmp_path / "cards" / "tiny.yaml").read_text())
    assert card["class_names"] == ["nothing", "person"]
    assert card["input"]["colour"] == "RGB"


@pytest.mark.slow
def test_enter_takes_the_guess(model: Path, tmp_path: Path) -> None:
    said = ("--classes", "nothing,person", "--mean", "0", "--std", "1")
    terminal = Terminal(("models", "import", model, "--no-try", *said, "--out", "cards"), tmp_path)
    terminal.answer("colour (", "")
    assert terminal.close() == 0, terminal.shown
    assert yaml.safe_load((tmp_path / "cards" / "tiny.yaml").read_text())["input"]["colour"] == "BGR"


@pytest.mark.slow
def test_an_answer_that_makes_no_sense_is_asked_again(model: Path, tmp_path: Path) -> None:
    said = ("--classes", "nothing,person", "--mean", "0", "--std", "1")
    terminal = Terminal(("models", "import", model, "--no-try", *said, "--out", "cards"), tmp_path)
    end = terminal.answer("colour (", "purple")
    end = terminal.wait_for("neither RGB nor BGR", end)
    terminal.answer("colour (", "RGB", end)
    assert terminal.close() == 0, terminal.shown
    assert yaml.safe_load((tmp_path / "cards" / "tiny.yaml").read_text())["input"]["colour"] == "RGB"
