"""How `make demo` ends: with the console at a terminal, by itself without one or where CI=true."""

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "run examples/street.yaml --out {out}"
CONSOLE = [
    "server add examples/street.yaml --results {out} --data {out}-console",
    "up --data {out}-console --browser",
]
Demo = Callable[..., list[str]]


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """A function that runs `make demo` with a stand-in for Camloom; it returns what that was told to do."""
    told = tmp_path / "told"
    stand_in = tmp_path / "bin" / "camloom"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> {told}\ntest -z "$FAILS"\n')
    stand_in.chmod(0o755)
    out = tmp_path / "demo"
    made = {"VENV": tmp_path, "BIN": stand_in.parent, "CONSOLE": tmp_path / "index.html", "DEMO_OUT": out}
    # What is installed and built before is another matter: `-o` has make take it as done.
    ready = [stand_in, tmp_path / ".server", tmp_path / "index.html"]
    command = ["make", *(f"{name}={value}" for name, value in made.items()), *(f"-o{file}" for file in ready), "demo"]
    clean = {name: value for name, value in os.environ.items() if name not in {"CI", "MAKEFLAGS", "MAKELEVEL"}}

    def run(*, terminal: bool, **more: str) -> list[str]:
        for file in ready[1:]:
            file.touch()
        _ended(command, {**clean, **more}, terminal=terminal)
        return told.read_text().replace(str(out), "{out}").splitlines()

    return run


def _ended(command: list[str], environment: dict[str, str], *, terminal: bool) -> None:
    if not terminal:
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60)
        return
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        with suppress(OSError):  # how a terminal says that nobody is there any more
            while os.read(ours, 1 << 12):
                pass
        process.wait(60)
    os.close(ours)


def test_at_a_terminal_the_console_opens_on_what_was_found(demo: Demo) -> None:
    assert demo(terminal=True) == [RUN, *CONSOLE]


def test_without_a_terminal_it_ends_by_itself(demo: Demo) -> None:
    assert demo(terminal=False) == [RUN]


def test_where_ci_says_so_it_ends_by_itself(demo: Demo) -> None:
    assert demo(terminal=True, CI="true") == [RUN]


def test_a_demo_that_failed_opens_nothing(demo: Demo) -> None:
    assert demo(terminal=True, FAILS="yes") == [RUN]


def test_what_it_shows_is_of_this_demo_and_of_none_before(demo: Demo, tmp_path: Path) -> None:
    old = tmp_path / "demo" / "media" / "01K8HYD5VWVT5D14GCB02KVJW0" / "alarm.json"
    mine = tmp_path / "demo" / "notes.txt"
    old.parent.mkdir(parents=True)
    for path in (old, mine):
        path.write_text("of before")
    demo(terminal=False)
    assert (old.exists(), mine.exists()) == (False, True)
