"""A second Python with numpy alone, models for it, and vendors' SDKs that are fakes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests.alone import alone
from tests.inference.worker.probe_model import FAKE_SDKS, HEIGHT, WIDTH, ModelMaker

from camloom.frame import ImageArray


@pytest.fixture
def scripted_model(tmp_path: Path) -> ModelMaker:
    """Return a maker of model files for the backend in scripted.py: they say how it behaves."""

    def make(mode: str) -> Path:
        path = tmp_path / f"{mode}.json"
        path.write_text(json.dumps({"mode": mode, "shape": [1, 3, HEIGHT, WIDTH]}))
        return path

    return make


@pytest.fixture
def onnx_model(tmp_path: Path) -> Path:
    """Return an ONNX model that doubles its input."""
    shape = [1, 3, HEIGHT, WIDTH]
    graph = helper.make_graph(
        [helper.make_node("Mul", ["image", "two"], ["doubled"])],
        "probe",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.array(2, np.float32), "two")],
    )
    path = tmp_path / "probe.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


@pytest.fixture
def canvas() -> ImageArray:
    """Return a canvas with another value in every place."""
    return np.arange(HEIGHT * WIDTH * 3, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3)


@pytest.fixture(scope="session", params=["oldest", pytest.param("system", marks=pytest.mark.slow)])
def second_python(request: pytest.FixtureRequest) -> str:
    """Return another Python than ours, that has numpy and nothing of Camloom: the oldest here, and the system's.

    Each is made once, by one process, and kept with pytest's cache.
    """
    system = _works("/usr/bin/python3")
    found = (_oldest() or system) if request.param == "oldest" else system
    if found is None:
        pytest.skip(f"there is no {request.param} Python beside our own")
    folder = request.config.cache.mkdir(f"{request.param}-python")
    with alone(f"{request.param}-python"):
        return _with_numpy(found, folder)


def _with_numpy(found: str, folder: Path) -> str:
    """Return this Python with a numpy of its own, which is put into this folder unless it is there."""
    python, packages = folder / "python", folder / "packages"
    if _works(str(python), "numpy"):
        return str(python)
    asked = [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    # Our own pip: an environment for the other Python would have to be given one first, which takes longest.
    command = [sys.executable, "-m", "pip", "install", "-q", "--python-version", version, "--only-binary=:all:"]
    done = subprocess.run(
        [*command, "--upgrade", "--target", str(packages), "numpy"], capture_output=True, text=True, check=False
    )
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{packages}" exec "{found}" "$@"\n')
    python.chmod(0o700)
    if not _works(str(python), "numpy"):
        pytest.skip(f"{found} cannot have numpy: {done.stderr.strip()[-200:]}")
    return str(python)


def _oldest() -> str | None:
    """Return the oldest Python 3 on the path or where pyenv keeps them, if it is older than ours."""
    found = []
    for minor in range(5, sys.version_info.minor):
        found += [shutil.which(f"python3.{minor}")]
        found += [str(path) for path in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python")]
    return next((path for path in found if path and _works(path)), None)


def _works(python: str, module: str = "venv") -> str | None:
    """Return the path if it starts and has a module: a version manager leaves names behind that do not start."""
    try:
        done = subprocess.run([python, "-c", f"import {module}"], capture_output=True, timeout=30, check=False)
    except OSError:
        return None
    return None if done.returncode else python


@pytest.fixture
def fake_sdks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put the fake SDKs on the path, and take them out of Python's memory afterwards."""
    _forget()
    monkeypatch.syspath_prepend(str(FAKE_SDKS))
    yield FAKE_SDKS
    _forget()


def _forget() -> None:
    """Drop the fakes from memory, and what may stand there under the same name."""
    tops = {path.stem for path in FAKE_SDKS.iterdir()}
    for name in [name for name in sys.modules if name.split(".")[0] in tops]:
        del sys.modules[name]
