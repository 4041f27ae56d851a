"""What only one process may do at a time, where several of them run the tests."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Wait until no other process does `what`: install packages, use an address of which there is one.

    The lock is a file; it ends with the process, whatever becomes of that.
    """
    path = Path(tempfile.gettempdir()) / f"camloom-tests-{os.getuid()}-{what}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
