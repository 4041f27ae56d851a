"""Debian packages that tests need: `make test` installs them where it may."""

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest
from tests.alone import alone


def provide(what: str, is_there: Callable[[], bool], *packages: str) -> None:
    """Install packages unless what they give is there already; skip the test if that cannot be done.

    Several processes may ask at the same time: one of them installs, the others wait for it.
    """
    if is_there():
        return
    with alone("apt-get"):
        if not is_there():
            _install(packages)
    if not is_there():
        pytest.skip(f"no {what}: apt-get install {' '.join(packages)}")


def _install(packages: tuple[str, ...]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-q", *command], env=quiet, capture_output=True, check=False, timeout=600)
