"""A vendor's library, if it is the one that is wanted."""

import ctypes
import hashlib
from pathlib import Path
from typing import Any

from .wire import ProgramError

BLOCK_BYTES = 1 << 20


def load(path: str, sha256: str) -> Any:
    """Return a library. ProgramError: it is not there, another one, or cannot be loaded.

    Args:
        sha256: what it must have; empty: whatever it has.
    """
    try:
        if sha256 and digest(path) != sha256.lower():
            hint = "Name the hash of the version that you want, or install that version"
            raise ProgramError(f"{path} is not the library with the SHA-256 that was named", hint, "policy")
        return ctypes.CDLL(path)
    except OSError as error:
        raise ProgramError(f"the library cannot be loaded: {error}", "", "unavailable") from None


def digest(path: str) -> str:
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with Path(path).open("rb") as file:
        for block in iter(lambda: file.read(BLOCK_BYTES), b""):
            found.update(block)
    return found.hexdigest()
