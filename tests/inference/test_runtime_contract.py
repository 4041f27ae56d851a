"""What every runtime promises: the published suite, over every runtime that can run here."""

from pathlib import Path

import pytest

from camloom import plugins
from camloom.testing import RUNTIME_CHECKS, GraphFiles, Subject, run_check

AVAILABLE = [info.name for info in plugins.describe(["runtimes"]) if info.available]
TRIED = sorted({*AVAILABLE, "opencv"})
# It takes thousands of pictures to see that nothing grows.
LONG = {"does not grow"}
CHECKS = [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in RUNTIME_CHECKS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the graphs are written once."""
    return tmp_path_factory.mktemp("graphs")


@pytest.fixture
def subject(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Subject:
    """Return a runtime by name, on its usual device."""
    if request.param == "opencv":  # which Camloom's own OpenCV need not be able to
        request.getfixturevalue("opencv4")
    runtime = plugins.load_available("runtimes", request.param)()
    return Subject(runtime, "", GraphFiles(runtime, folder), tmp_path)


@pytest.mark.parametrize("subject", TRIED, indirect=True)
@pytest.mark.parametrize("name", CHECKS)
def test_a_runtime_keeps_its_promises(subject: Subject, name: str) -> None:
    check = run_check(subject, name, RUNTIME_CHECKS[name])
    if check.outcome == "does not apply":
        pytest.skip(check.detail)
    assert check.outcome == "passed", check.detail


def test_the_runtimes_that_run_anywhere_are_tried() -> None:
    """The check environment has all four: a missing one would pass unseen."""
    assert {"openvino", "onnxruntime", "ncnn", "litert"} <= set(AVAILABLE)


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(Exception, match="Did you mean 'openvino'"):
        plugins.load_available("runtimes", "openvin")
