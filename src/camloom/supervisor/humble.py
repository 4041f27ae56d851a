"""A spare worker costs those that work as little as it can."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NICENESS = 5  # as the threads that read cameras
_NO_NICENESS_RLIMIT = 20  # getrlimit(2): the ceiling is 20 minus it
_CAP_SYS_NICE = 23
_OOM_SCORE = 500
_PROC = Path("/proc/self")


@contextmanager
def humble() -> Iterator[None]:
    """Let all others go first, if this process has the right to go back afterwards."""
    if not _may_rise():
        yield
        return
    os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
    try:
        yield
    finally:
        for thread in (_PROC / "task").iterdir():  # a thread has the niceness of the one that started it
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, int(thread.name), 0)


@contextmanager
def first_to_go() -> Iterator[None]:
    """Tell the kernel to end this process before others when memory runs out."""
    score = _PROC / "oom_score_adj"
    try:
        before = score.read_text(encoding="ascii")
    except OSError:
        yield
        return
    _write(score, str(max(_OOM_SCORE, int(before))))
    try:
        yield
    finally:
        _write(score, before)


def _write(file: Path, text: str) -> None:
    with suppress(OSError):
        file.write_text(text, encoding="ascii")


def _may_rise() -> bool:
    """Tell whether this process may take back a niceness."""
    if os.getpriority(os.PRIO_PROCESS, 0) != 0:
        return False  # somebody wants all of us to be humble, and how humble is not ours to say
    if resource.getrlimit(resource.RLIMIT_NICE)[0] >= _NO_NICENESS_RLIMIT:
        return True
    try:
        lines = (_PROC / "status").read_text(encoding="ascii", errors="replace").splitlines()
        rights = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    except (OSError, StopIteration, ValueError):
        return False
    return bool(rights >> _CAP_SYS_NICE & 1)
