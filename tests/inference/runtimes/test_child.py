"""A model that would end this process ends a child, and is one line here."""

import json
from pathlib import Path

import pytest

from camloom.errors import ModelError
from camloom.inference.runtimes import child

MODEL = Path("model.bin")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which scripts are looked for."""
    monkeypatch.setattr(child, "__file__", str(tmp_path / "child.py"))
    return tmp_path


def ask(folder: Path, script: str) -> object:
    (folder / "script.py").write_text(script)
    return child.try_in_child("script.py", {"number": 20}, MODEL, "Engine")


def test_the_answer_is_the_last_object_it_writes(folder: Path) -> None:
    script = "import json, sys\nprint('noise')\nprint(json.dumps({'half': json.load(sys.stdin)['number'] // 2}))"
    assert ask(folder, script) == {"half": 10}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import os\nos.kill(os.getpid(), 11)", "it ends the whole process with SIGSEGV"),
        ("import os, sys\nprint('double free', file=sys.stderr, flush=True)\nos.abort()", r"SIGABRT \(double free\)"),
        ("import sys\nsys.exit(3)", "the trial ended with code 3"),
        ("print('{broken')", "the trial ended with code 0"),
        (f"print({json.dumps(json.dumps({'error': 'no such layer'}))})", "no such layer"),
    ],
)
def test_whatever_ends_it_is_one_line(folder: Path, script: str, reason: str) -> None:
    with pytest.raises(ModelError, match=f"^Engine cannot use model.bin: .*{reason}") as error:
        ask(folder, script)
    assert "\n" not in str(error.value)


def test_one_that_hangs_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_TIMEOUT_S", 0.5)
    with pytest.raises(ModelError, match=r"no answer within 0\.5 s"):
        ask(folder, "import threading\nthreading.Event().wait()")
