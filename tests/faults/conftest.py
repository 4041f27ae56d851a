"""The fault suite: what misbehaves, what watches it, and the table of what came of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.report import OUTCOMES, write_table
from tests.faults.site import Outcome, Site
from tests.sources.conftest import encode_clip

from camloom import Runner, parse_task
from camloom.bench.camera import RtspServer

FULL = bool(os.environ.get("CAMLOOM_FAULTS"))
"""`make faults`: the times of a real task, and the cases that take long."""


def pytest_configure(config: pytest.Config) -> None:
    """Have a place for what the cases measure."""
    none: list[Outcome] = []
    config.stash[OUTCOMES] = none


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `make faults` has time for."""
    if FULL:
        return
    long = [item for item in items if item.get_closest_marker("faults")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("faults")]


def pytest_terminal_summary(config: pytest.Config) -> None:
    """Write the table."""
    if FULL:
        write_table(config.stash[OUTCOMES], Path("out/faults.md"))


@pytest.fixture(scope="session")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of ten seconds at ten frames a second, for a camera that behaves."""
    return encode_clip(tmp_path_factory.mktemp("neighbour") / "clip.mp4", frames=100, fps=10, gop=10)


@pytest.fixture(scope="session")
def warmed_up(tmp_path_factory: pytest.TempPathFactory, tiny_card: Path) -> None:
    """Everything that is loaded once is loaded, so that nobody takes it for a leak."""
    out = tmp_path_factory.mktemp("warm-up")
    document = {"source": "synthetic:seconds=1&objects=1", "model": str(tiny_card), "runtime": "onnxruntime"}
    with Runner([parse_task({**document, "out": str(out)})]) as runner:
        assert runner.wait(60)


@pytest.fixture
def site(
    request: pytest.FixtureRequest, tmp_path: Path, tiny_card: Path, neighbour: Path, warmed_up: None
) -> Iterator[Site]:
    """A site whose case is named by the mark `case(name, what)`."""
    mark = request.node.get_closest_marker("case")
    outcome = Outcome(*mark.args)
    site = Site(tiny_card, tmp_path, neighbour, outcome, 9.0 if FULL else 2.0)
    yield site
    request.config.stash[OUTCOMES] += site.outcomes


@pytest.fixture
def rtsp_server(rtsp_server: Callable[..., RtspServer]) -> Callable[..., RtspServer]:
    """A function that starts a camera with a picture that has something in it, some of it moving."""
    return lambda **spec: rtsp_server(**{"pattern": "smpte", **spec})


@pytest.fixture
def outcome(request: pytest.FixtureRequest) -> Iterator[Outcome]:
    """The row of a case that needs no site."""
    outcome = Outcome(*request.node.get_closest_marker("case").args)
    yield outcome
    request.config.stash[OUTCOMES].append(outcome)
