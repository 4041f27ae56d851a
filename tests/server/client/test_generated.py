"""The generated part of the client: that of the description, and of use to people who check their types."""

import filecmp
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients.generate import DESCRIPTION, GENERATED, MARK, make, mark_of

WRONG = """
from camloom.client import connect
from camloom.client.models import AlarmAction

with connect("http://box", "camloom_x") as box:
    box.alarms.handle_alarm("1", body=AlarmAction(action="applaud"))
    box.alarms.list_alarms(handled=True)
    reveal: int = box.cameras.get_camera("1").name
"""


def _differences(one: filecmp.dircmp[str]) -> Iterator[str]:
    ignored = {"__pycache__"}
    yield from sorted({*one.left_only, *one.right_only, *one.diff_files, *one.funny_files} - ignored)
    for below in one.subdirs.values():
        yield from _differences(below)


def test_it_was_made_from_the_description() -> None:
    told = (GENERATED / MARK).read_text()
    assert told == mark_of(json.loads(DESCRIPTION.read_text()), GENERATED), "make client"


@pytest.mark.slow
def test_made_anew_it_is_the_same(tmp_path: Path) -> None:
    make(json.loads(DESCRIPTION.read_text()), tmp_path / "made")
    assert list(_differences(filecmp.dircmp(GENERATED, tmp_path / "made"))) == [], "make client"


def _mypy(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}"]
    environment = {**os.environ, "MYPYPATH": str(GENERATED.parents[2])}
    done = subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.slow
def test_it_passes_the_strictest_check_of_types_and_so_does_its_user(tmp_path: Path, python_blocks: list[str]) -> None:
    for number, block in enumerate(python_blocks):
        (tmp_path / f"block_{number}.py").write_text(block)
    names = [f"block_{number}.py" for number in range(len(python_blocks))]
    assert "Success" in _mypy(tmp_path, "-p", "camloom.client")
    assert "Success" in _mypy(tmp_path, *names)
    (tmp_path / "wrong.py").write_text(WRONG)
    told = _mypy(tmp_path, "wrong.py")
    assert [line.split(":")[1] for line in told.splitlines() if "error" in line and line.startswith("wrong")] == [
        *("6", "7", "8")
    ]


def test_whoever_imports_it_gets_nothing_of_the_engine() -> None:
    code = "import sys, camloom.client; print(sorted({one.partition('.')[0] for one in sys.modules}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {"av", "cv2", "fastapi", "numpy", "openvino", "pydantic", "scipy", "sqlalchemy"}
    assert not heavy & set(eval(told))
