"""The command as a user runs it, with a model small enough to make on the spot."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TIMEOUT_S = 120
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Camloom = Callable[..., Outcome]


class Template:
    """A process of which commands are copies: loading everything costs more than most of what they do."""

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # a process with threads cannot be copied
        command = [sys.executable, "-m", "tests.e2e.template"]
        self._process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, command: dict[str, Any], started: Callable[[int], None]) -> int:
        """Run a command to its end; return its exit code."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        late = threading.Timer(TIMEOUT_S, os.kill, (pid, signal.SIGKILL))
        late.start()
        try:
            started(pid)
            return int(self._process.stdout.readline())
        finally:
            late.cancel()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """Return the process of which commands are copies."""
    process = Template()
    yield process
    process.close()


@pytest.fixture
def camloom(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, template: Template) -> Camloom:
    """Return a runner of the command line in an empty folder."""

    def run(*arguments: str | Path, interrupt_when: Path | None = None) -> Outcome:
        said = tmp_path_factory.mktemp("said")
        out, err = said / "out", said / "err"
        command = {
            "argv": [str(argument) for argument in arguments],
            "cwd": str(tmp_path),
            "env": {**os.environ, "COLUMNS": "160"},
            "out": str(out),
            "err": str(err),
        }
        code = template.run(command, lambda pid: _interrupt(pid, interrupt_when))
        return Outcome(code, out.read_text(), err.read_text())

    return run


def _interrupt(pid: int, when: Path | None) -> None:
    """Press Ctrl-C as soon as a file has content."""
    while when is not None and _lives(pid):
        if when.exists() and when.stat().st_size:
            os.kill(pid, signal.SIGINT)
            return
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    """Tell whether a process has not ended; one that nobody has waited for yet has."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
