"""Files of published models."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mirrored() -> Callable[[str], Path]:
    """Return a function that finds a file in the folders of test assets, or skips the test."""

    def find(name: str) -> Path:
        folders = [Path(folder) for folder in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if folder]
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        return found or pytest.skip(f"needs {name} in a folder of CAMLOOM_MIRROR")

    return find
