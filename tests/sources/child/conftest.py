"""A source whose program can be told to misbehave."""

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camloom.sources.child.process import Program
from camloom.sources.child.source import ChildSource

PASSWORD = "pa55word"


class HostileSource(ChildSource):
    """Runs hostile.py."""

    def __init__(self, python: Path, request: dict[str, Any]) -> None:
        super().__init__(timeout_s=request.pop("timeout_s", 0.5))
        self._python = python
        self._request = request

    def program(self) -> Program:
        request = {**self._request, "password": PASSWORD}
        return Program("hostile", "a test", request, str(self._python), secrets=(PASSWORD,))

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Callable[..., HostileSource]]:
    """A function that makes a source: `hostile("crash", pictures=2)`; see hostile.py."""
    python = tmp_path / "python"
    script = Path(__file__).with_name("hostile.py")
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I {shlex.quote(str(script))} "$@"\n')
    python.chmod(0o755)
    made: list[HostileSource] = []

    def make(mode: str = "", **request: Any) -> HostileSource:
        made.append(HostileSource(python, {"mode": mode, **request}))
        return made[-1]

    yield make
    for source in made:
        source.close()
