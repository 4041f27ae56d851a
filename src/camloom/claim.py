"""Some work on a folder is for one process at a time: two engines would raise every alarm twice."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from camloom.errors import UsageError

_AGAIN_S = 0.1


@contextmanager
def claimed(
    folder: Path, role: str, *, patience_s: float = 0.0, wait: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Hold a folder for a role as long as this goes on. Whoever dies, however, lets go of it.

    Where nothing can be written, or the file system knows no locks, nobody is kept out.

    Args:
        folder: of everything kept.
        role: `server` or `agent`.
        patience_s: another one that is about to end is waited for so long.
        wait: called once, before that.

    Raises:
        UsageError: another process has it.
    """
    try:
        handle = os.open(folder / f"{role}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        if not _locked(handle):
            wait()
            _insist(handle, folder, role, patience_s)
        yield
    finally:
        os.close(handle)


def _insist(handle: int, folder: Path, role: str, patience_s: float) -> None:
    ends_s = time.monotonic() + patience_s
    while not _locked(handle):
        if time.monotonic() >= ends_s:
            raise UsageError(
                f"another Camloom ({role}) runs with {folder}", "End it first, or give this one a folder of its own"
            )
        time.sleep(_AGAIN_S)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
