"""Each vendor's backend calls what the vendor's documents say: shown with fakes, proven on no chip."""

import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.inference.worker.probe_model import HEIGHT, WIDTH

from camloom.inference.worker.client import SERVE

PICTURE = np.arange(3 * HEIGHT * WIDTH, dtype=np.float32).reshape(1, 3, HEIGHT, WIDTH)
FILES = {
    "tensorrt": b"FAKE ENGINE",
    "sail": b"FAKE BMODEL",
    "magicmind": b"FAKE MAGICMIND",
    "rknn": b"FAKE RKNN",
    "acl": b"FAKE OM",
}


def backend(name: str) -> Any:
    return import_module(f"camloom.inference.worker.backends.{name}")


@pytest.fixture
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a file that the fake of a vendor takes for a model."""
    path = tmp_path / "model"
    path.write_bytes(FILES[request.param])
    return path


def params(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "model"), [(name, name) for name in names], indirect=["model"])


@pytest.mark.usefixtures("fake_sdks")
@params(*FILES)
def test_it_runs_the_model(name: str, model: Path) -> None:
    instance = backend(name).Backend(str(model), 0)
    for factor in (1, 2):
        outputs = instance.run({"image": PICTURE * factor})
        (value,) = outputs.values()
        np.testing.assert_array_equal(value, PICTURE * factor * 2)
    instance.close()


@pytest.mark.usefixtures("fake_sdks")
@params("tensorrt", "sail", "magicmind", "acl")
def test_it_says_what_goes_in_and_comes_out(name: str, model: Path) -> None:
    instance = backend(name).Backend(str(model), 1)
    half = name in ("tensorrt", "magicmind")
    assert [(each, tuple(shape), dtype) for each, shape, dtype in instance.inputs] == [
        ("image", (1, 3, HEIGHT, WIDTH), "float16" if half else "float32")
    ]
    assert [(each, tuple(shape), dtype) for each, shape, dtype in instance.outputs] == [
        ("doubled", (1, 3, HEIGHT, WIDTH), "float32")
    ]


@pytest.mark.usefixtures("fake_sdks")
@params(*FILES)
def test_it_may_run_in_another_thread_than_it_was_made_in(name: str, model: Path) -> None:
    instance = backend(name).Backend(str(model), 0)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.extend(instance.run({"image": PICTURE}).values()))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(found[0], PICTURE * 2)


@pytest.mark.usefixtures("fake_sdks")
@pytest.mark.parametrize("name", ["tensorrt", "magicmind", "rknn", "acl"])
def test_a_file_that_is_no_model_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"something else")
    with pytest.raises(RuntimeError):
        backend(name).Backend(str(path), 0)


@pytest.mark.usefixtures("fake_sdks")
@pytest.mark.parametrize("name", ["tensorrt", "sail", "magicmind", "acl"])
def test_it_finds_the_devices(name: str) -> None:
    assert backend(name).devices() == ["0", "1"]


@pytest.mark.usefixtures("fake_sdks")
@params("tensorrt")
def test_tensorrt_frees_what_it_took(name: str, model: Path) -> None:
    before = import_module("cuda.cudart").allocated()
    instance = backend(name).Backend(str(model), 0)
    instance.run({"image": PICTURE})
    instance.close()
    assert import_module("cuda.cudart").allocated() == before


@pytest.mark.usefixtures("fake_sdks")
def test_tensorrt_takes_the_size_of_the_picture_where_the_engine_leaves_it_open(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"FAKE ENGINE, DYNAMIC")
    instance = backend("tensorrt").Backend(str(path), 0)
    assert tuple(instance.inputs[0][1]) == (1, 3, -1, -1)
    for height in (8, 16, 4):
        picture = np.full((1, 3, height, 12), 5, np.float32)
        assert instance.run({"image": picture})["doubled"].tolist() == (picture * 2).tolist()


@pytest.mark.usefixtures("fake_sdks")
@params("tensorrt")
def test_tensorrt_says_when_a_picture_does_not_fit(name: str, model: Path) -> None:
    with pytest.raises(RuntimeError, match="does not take"):
        backend(name).Backend(str(model), 0).run({"image": PICTURE[:, :, :4]})


@pytest.mark.usefixtures("fake_sdks")
@params("tensorrt")
def test_tensorrt_names_the_call_that_failed(name: str, model: Path) -> None:
    with pytest.raises(RuntimeError, match="cudaSetDevice"):
        backend(name).Backend(str(model), 9)


@pytest.mark.usefixtures("fake_sdks")
@params("acl")
def test_acl_frees_what_it_took(name: str, model: Path) -> None:
    before = import_module("acl").allocated()
    instance = backend(name).Backend(str(model), 0)
    instance.run({"image": PICTURE})
    instance.close()
    assert import_module("acl").allocated() == before


@pytest.mark.usefixtures("fake_sdks")
@params("magicmind")
def test_magicmind_leaves_its_system_when_it_is_closed(name: str, model: Path) -> None:
    instance = backend(name).Backend(str(model), 0)
    assert import_module("magicmind.python.runtime").System.open == 1
    instance.close()
    assert import_module("magicmind.python.runtime").System.open == 0


@pytest.mark.usefixtures("fake_sdks")
@params("rknn")
@pytest.mark.parametrize(("device", "given"), [(-1, {}), (0, {"core_mask": 1}), (2, {"core_mask": 4})])
def test_rknn_names_a_core_only_when_asked_to(name: str, model: Path, device: int, given: dict[str, int]) -> None:
    seen = import_module("rknnlite.api").RKNNLite.seen
    seen.clear()
    instance = backend(name).Backend(str(model), device)
    instance.run({"image": PICTURE})
    instance.run({"image": PICTURE.transpose(0, 2, 3, 1)})
    instance.close()
    assert seen == [given, ["nchw"], ["nhwc"], "released"]


def test_questcore_says_that_there_is_no_public_document() -> None:
    with pytest.raises(RuntimeError, match="no public document"):
        backend("questcore").Backend("any", 0)


def test_every_backend_has_what_a_backend_must_have() -> None:
    for path in sorted((SERVE.parent / "backends").glob("[a-z]*.py")):
        module = backend(path.stem)
        assert callable(module.devices)
        assert {"run", "close"} <= set(dir(module.Backend))
