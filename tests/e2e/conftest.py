"""The command as a user runs it, with a model small enough to make on the spot."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

TIMEOUT_S = 120


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Camloom = Callable[..., Outcome]


@pytest.fixture
def camloom(tmp_path: Path) -> Camloom:
    """Return a runner of the command line in an empty folder."""

    def run(*arguments: str | Path, interrupt_when: Path | None = None) -> Outcome:
        command = [sys.executable, "-m", "camloom", *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "160"}
        # In the background of a shell it is ignored, and so the command would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if interrupt_when is not None:
            _interrupt(process, interrupt_when)
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        finally:
            process.kill()  # it has ended, unless it hangs
        return Outcome(process.returncode, out, err)

    return run


def _interrupt(process: "subprocess.Popen[str]", when: Path) -> None:
    """Press Ctrl-C as soon as a file has content."""
    while process.poll() is None:
        if when.exists() and when.stat().st_size:
            process.send_signal(signal.SIGINT)
            return
        time.sleep(0.02)
