"""A vendor's runtime keeps the contract of runtimes, in this process and under another Python."""

import sys
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from tests.inference.worker.probe_model import FAKE_SDKS, HEIGHT, SCRIPTED, WIDTH, ModelMaker, card

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.resilient import DeviceChange, Place, ResilientModel
from camloom.inference.runtimes.ort import OnnxRuntime
from camloom.inference.runtimes.vendor import (
    AclRuntime,
    MagicMindRuntime,
    QuestCoreRuntime,
    RknnRuntime,
    SailRuntime,
    TensorRtRuntime,
    VendorRuntime,
)
from camloom.inference.worker.client import probe
from camloom.testing.runtime_suite import check_runtime

VENDORS = (TensorRtRuntime, SailRuntime, MagicMindRuntime, RknnRuntime, AclRuntime)


class OnnxBackend(VendorRuntime):
    """The backend that can run anywhere, as a vendor's runtime."""

    name: ClassVar[str] = "onnxruntime"
    sdk: ClassVar[tuple[str, ...]] = ("onnxruntime",)
    get_it: ClassVar[str] = "pip install onnxruntime"
    reads: ClassVar[tuple[str, ...]] = (".onnx",)
    arithmetic: ClassVar[str] = "fp32"


class Scripted(VendorRuntime):
    """A vendor's runtime whose backend file and Python the environment names."""

    name: ClassVar[str] = "scripted"
    sdk: ClassVar[tuple[str, ...]] = ()
    get_it: ClassVar[str] = "nowhere"


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Return a runtime with a backend file of the user's own."""
    monkeypatch.setenv("CAMLOOM_BACKEND_SCRIPTED", str(SCRIPTED))
    return Scripted()


@pytest.fixture(params=["here", "worker"])
def onnx(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> OnnxBackend:
    """Return ONNX Runtime as a backend in this process, and in a worker."""
    if request.param == "worker":
        monkeypatch.setenv("CAMLOOM_PYTHON_ONNXRUNTIME", sys.executable)
    return OnnxBackend()


@pytest.mark.slow
def test_it_passes_the_published_suite(onnx: OnnxBackend) -> None:
    report = check_runtime(onnx)
    assert [f"{check.name}: {check.detail}" for check in report.checks if check.outcome == "failed"] == []
    assert report.count("passed") >= 20


@pytest.mark.parametrize("colour", ["BGR", "RGB"])
def test_it_agrees_with_the_runtime_that_does_it_inside(
    onnx: OnnxBackend, onnx_model: Path, canvas: ImageArray, colour: str
) -> None:
    spec = card(colour=colour, mean=(10.0, 20.0, 30.0), std=(2.0, 4.0, 8.0))
    expected = OnnxRuntime().compile(onnx_model, spec, 1).session().run(canvas)["doubled"]
    compiled = onnx.compile(onnx_model, spec, 1)
    np.testing.assert_allclose(
        np.asarray(compiled.session().run(canvas)["doubled"], np.float64), np.asarray(expected, np.float64), rtol=1e-5
    )
    assert dict(compiled.output_shapes) == {"doubled": (1, 3, HEIGHT, WIDTH)}
    assert compiled.description == "onnxruntime:0 fp32"


def test_a_worker_gives_bit_for_bit_what_this_process_gives(
    onnx_model: Path, canvas: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = OnnxBackend().compile(onnx_model, card(), 1).session().run(canvas)
    monkeypatch.setenv("CAMLOOM_PYTHON_ONNXRUNTIME", sys.executable)
    there = OnnxBackend().compile(onnx_model, card(), 1).session().run(canvas)
    np.testing.assert_array_equal(here["doubled"], there["doubled"])


@pytest.mark.slow
def test_a_second_python_runs_the_model(
    second_python: str,
    scripted: Scripted,
    scripted_model: ModelMaker,
    canvas: ImageArray,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAMLOOM_PYTHON_SCRIPTED", second_python)
    outputs = scripted.compile(scripted_model("echo"), card(), 1, "1").session().run(canvas)
    np.testing.assert_array_equal(outputs["doubled"], canvas.transpose(2, 0, 1)[None].astype(np.float32) * 2)
    assert np.asarray(outputs["device"]).tolist() == [1]


def test_sessions_do_not_disturb_each_other(onnx: OnnxBackend, onnx_model: Path, canvas: ImageArray) -> None:
    compiled = onnx.compile(onnx_model, card(), 4)
    sessions = [compiled.session() for _ in range(5)]  # more than there are instances
    kept = [session.run(np.full_like(canvas, index)) for index, session in enumerate(sessions)]
    assert [float(np.asarray(each["doubled"]).max()) for each in kept] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("content", [b"", b"not a model at all" * 100])
def test_a_file_that_is_no_model_is_refused_in_one_line(onnx: OnnxBackend, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError) as error:
        onnx.compile(path, card(), 1)
    assert "broken.onnx" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_model_that_is_missing_is_named(onnx: OnnxBackend, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no file .*gone\.onnx"):
        onnx.compile(tmp_path / "gone.onnx", card(), 1)


def test_a_card_of_another_size_is_refused(onnx: OnnxBackend, onnx_model: Path) -> None:
    with pytest.raises(ModelError, match=r"takes \[1, 3, 8, 12\], the card says \[1, 3, 8, 16\]"):
        onnx.compile(onnx_model, card(width=16), 1)


def test_a_device_that_is_not_there_is_refused(onnx: OnnxBackend, onnx_model: Path) -> None:
    with pytest.raises(ModelError, match=r"has no device .7. here\. It has: 0"):
        onnx.compile(onnx_model, card(), 1, "7")


def test_a_model_that_fails_while_it_runs_raises(
    scripted: Scripted, scripted_model: ModelMaker, canvas: ImageArray
) -> None:
    session = scripted.compile(scripted_model("exits"), card(), 1).session()
    with pytest.raises(ModelError, match="the chip is on fire"):
        session.run(canvas)


def test_streams_go_on_elsewhere_when_the_worker_dies(
    scripted: Scripted, onnx_model: Path, scripted_model: ModelMaker, canvas: ImageArray
) -> None:
    dies, changes = scripted_model("exits"), list[DeviceChange]()
    places = [
        Place("scripted:0", lambda: scripted.compile(dies, card(), 1)),
        Place("onnxruntime", lambda: OnnxRuntime().compile(onnx_model, card(), 1)),
    ]
    outputs = ResilientModel(places, changes.append).session().run(canvas)
    assert float(np.asarray(outputs["doubled"]).max()) == 2 * float(canvas.max())
    assert [change.to_place for change in changes] == ["scripted:0", "onnxruntime"]
    assert all("the chip is on fire" in change.reason for change in changes)


def test_outputs_that_the_sdk_does_not_describe_are_learnt_from_a_first_run(
    scripted: Scripted, scripted_model: ModelMaker
) -> None:
    shapes = scripted.compile(scripted_model("silent"), card(), 1).output_shapes
    assert dict(shapes) == {"doubled": (1, 3, HEIGHT, WIDTH), "device": (1,)}


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_it_says_what_is_missing_and_how_to_get_it(vendor: type[VendorRuntime]) -> None:
    reason = vendor.unavailable()
    assert reason.startswith(f"{vendor.sdk[0]} ")
    assert vendor.get_it in reason
    assert f"CAMLOOM_PYTHON_{vendor.name.upper()}" in reason
    assert vendor.devices() == ()


def test_a_python_without_the_sdk_is_named(second_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_PYTHON_SAIL", second_python)
    reason = SailRuntime.unavailable()
    assert "No module named 'sophon'" in reason
    assert f"CAMLOOM_PYTHON_SAIL is {second_python}" in reason


def test_questcore_is_honest() -> None:
    assert "no public document" in QuestCoreRuntime.unavailable()
    assert "CAMLOOM_BACKEND_QUESTCORE" in QuestCoreRuntime.unavailable()


def test_questcore_runs_with_a_backend_of_the_users(
    scripted_model: ModelMaker, canvas: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMLOOM_BACKEND_QUESTCORE", str(SCRIPTED))
    assert QuestCoreRuntime.unavailable() == ""
    assert QuestCoreRuntime.devices() == ("0", "1")
    outputs = QuestCoreRuntime().compile(scripted_model("echo"), card(), 1).session().run(canvas)
    assert float(np.asarray(outputs["doubled"]).max()) == 2 * float(canvas.max())


@pytest.fixture
def sdk_python(tmp_path: Path) -> str:
    """Return a script that starts a Python which has the vendors' SDKs (fakes), as a user would write one."""
    path = tmp_path / "python-with-sdk"
    path.write_text(f'#!/bin/sh\nPYTHONPATH={FAKE_SDKS} exec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("vendor", "content"),
    [(TensorRtRuntime, b"FAKE ENGINE"), (SailRuntime, b"FAKE BMODEL"), (MagicMindRuntime, b"FAKE MAGICMIND")],
    ids=["tensorrt", "sail", "magicmind"],
)
def test_each_vendor_runs_under_the_python_that_has_its_sdk(
    vendor: type[VendorRuntime],
    content: bytes,
    sdk_python: str,
    tmp_path: Path,
    canvas: ImageArray,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"CAMLOOM_PYTHON_{vendor.name.upper()}", sdk_python)
    assert vendor.unavailable() == ""
    assert vendor.devices() == ("0", "1")
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    outputs = vendor().compile(path, card(), 1).session().run(canvas)
    expected = canvas.transpose(2, 0, 1)[None].astype(np.float32) * 2
    np.testing.assert_array_equal(outputs["doubled"], expected)


def test_a_bad_bmodel_does_not_end_camloom(sdk_python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_PYTHON_SAIL", sdk_python)
    path = tmp_path / "bad.bmodel"
    path.write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"bad\.bmodel .*ended with code 1: \[error\] Load bmodel failed!"):
        SailRuntime().compile(path, card(), 1)


def test_a_probe_is_made_once(scripted: Scripted) -> None:
    before = probe.cache_info().misses
    for _ in range(3):
        assert scripted.devices() == ("0", "1")
    assert probe.cache_info().misses <= before + 1


@pytest.mark.parametrize(("precision", "said"), [("auto", "fp32, fp16 or int8 as converted"), ("int8", "int8")])
def test_the_precision_is_that_of_the_file(
    scripted: Scripted, scripted_model: ModelMaker, precision: str, said: str
) -> None:
    asked = card().model_copy(update={"precision": precision})
    assert scripted.compile(scripted_model("echo"), asked, 1).description == f"scripted:0 {said}"
