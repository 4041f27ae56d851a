"""Programs that are kept running."""

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

from camloom.cli.children import Child

_PATIENCE_S = 20


def _pauses(count: int, script: str, clock: Callable[[], float]) -> tuple[list[float], Child]:
    """Return how long a child rested between its first deaths."""
    pauses: list[float] = []
    enough = threading.Event()

    def pause(stopping: threading.Event, seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) < count:
            return False
        enough.set()
        return stopping.wait(_PATIENCE_S)

    child = Child("test", [sys.executable, "-S", "-c", script], {}, clock=clock, pause=pause)
    child.start()
    assert enough.wait(_PATIENCE_S)
    child.stop()
    return pauses, child


def test_one_that_dies_comes_back_after_longer_and_longer_pauses() -> None:
    pauses, child = _pauses(7, "raise SystemExit(3)", lambda: 0.0)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert child.started == 7


def test_one_that_ran_steadily_comes_back_soon_again() -> None:
    times: Iterator[float] = chain([0.0, 1.0, 1.0, 2.0, 2.0, 100.0], repeat(100.0))
    pauses, _ = _pauses(3, "", lambda: next(times))
    assert pauses == [1, 2, 1]


_PARENT = """
import sys, threading
from camloom.cli.children import Child
Child("test", [sys.executable, "-c", sys.argv[1]], {}).start()
threading.Event().wait()
"""
_CHILD = """
import os, time
from camloom.cli.children import end_with_parent
end_with_parent()
print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_no_child_outlives_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT, _CHILD], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        gone, _, _ = select.select([process], [], [], _PATIENCE_S)
        os.close(process)
    assert gone, "the child still runs"


def test_a_child_may_finish_what_it_does(tmp_path: Path) -> None:
    started, finished = tmp_path / "started", tmp_path / "finished"
    os.mkfifo(started)
    script = f"""
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(finished)!r}).touch(), sys.exit()))
open({str(started)!r}, "w").close()
time.sleep(60)
"""
    child = Child("test", [sys.executable, "-c", script], {})
    child.start()
    started.open().close()
    child.stop()
    assert finished.exists()
