"""The suite passes a runtime that is right, and finds each way of being wrong."""

import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnx
import pytest
from tests.testing.reference_runtime import ReferenceModel, ReferenceRuntime, ReferenceSession

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.host_input import HostInput
from camloom.testing import RUNTIME_CHECKS, Check, GraphFiles, Report, Subject, check_runtime, run_check
from camloom.testing.files import write_all
from camloom.testing.outcome import CheckError
from camloom.testing.report import describe_host
from camloom.testing.subject import FULL_TOLERANCE, HALF_TOLERANCE, difference, tolerance


def outcome(runtime: Any, name: str, tmp_path: Path) -> Check:
    (tmp_path / "graphs").mkdir()
    (tmp_path / "scratch").mkdir()
    subject = Subject(runtime, "", GraphFiles(runtime, tmp_path / "graphs"), tmp_path / "scratch")
    return run_check(subject, name, RUNTIME_CHECKS[name])


def with_session(kind: type[ReferenceSession]) -> ReferenceRuntime:
    model = type("Model", (ReferenceModel,), {"session_type": kind})
    made: ReferenceRuntime = type("Runtime", (ReferenceRuntime,), {"model_type": model})()
    return made


class SwapsColours(ReferenceSession):
    def run(self, canvas: ImageArray) -> Tensors:
        return super().run(np.ascontiguousarray(canvas[:, :, ::-1]))


class ForgetsMean(ReferenceSession):
    def __init__(self, model: ReferenceModel) -> None:
        super().__init__(model)
        self.host = HostInput(model.card.input.model_copy(update={"mean": (0.0, 0.0, 0.0)}))


class SharesMemory(ReferenceSession):
    kept: ClassVar[dict[tuple[int, ...], np.ndarray[Any, Any]]] = {}

    def run(self, canvas: ImageArray) -> Tensors:
        outputs = super().run(canvas)
        for name, value in outputs.items():
            place = self.kept.setdefault(value.shape, np.empty_like(value))
            np.copyto(place, value)
            outputs = {**outputs, name: place}
        return outputs


class Leaks(ReferenceSession):
    kept: ClassVar[list[Tensors]] = []

    def run(self, canvas: ImageArray) -> Tensors:
        outputs = {name: np.ones((1 << 18,), np.float32) for name in self.model.names}
        self.kept.append(outputs)
        return outputs


class Drifts(ReferenceSession):
    runs = 0

    def run(self, canvas: ImageArray) -> Tensors:
        self.runs += 1
        return {name: np.asarray(value) + self.runs for name, value in super().run(canvas).items()}


class GivesNaN(ReferenceSession):
    def run(self, canvas: ImageArray) -> Tensors:
        return {name: np.full(value.shape, np.nan, np.float32) for name, value in super().run(canvas).items()}


class Renames(ReferenceSession):
    def run(self, canvas: ImageArray) -> Tensors:
        return {f"{name}_0": value for name, value in super().run(canvas).items()}


class TakesAnyCanvas(ReferenceSession):
    def run(self, canvas: ImageArray) -> Tensors:
        spec = self.model.card.input
        return super().run(np.resize(canvas, (spec.height, spec.width, 3)))


class TakesAnyCard(ReferenceRuntime):
    def check_card(self, model: onnx.ModelProto, path: Path, card: ModelCard) -> None:
        value = model.graph.input[0]
        for dim, size in zip(value.type.tensor_type.shape.dim[2:], (card.input.height, card.input.width), strict=True):
            dim.dim_value = size


class RaisesItsOwn(ReferenceRuntime):
    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> Any:
        try:
            return super().compile(path, card, workers, device)
        except ModelError as error:
            raise KeyError("vendor error 17") from error


class NamesNoFiles(ReferenceRuntime):
    reads: ClassVar = ".onnx"  # type: ignore[assignment]  # a tuple of one is easily written as a string


@pytest.mark.slow
def test_a_runtime_that_is_right_conforms() -> None:
    seen: list[str] = []
    report = check_runtime(ReferenceRuntime(), on_check=lambda check: seen.append(check.name))
    assert [(check.name, check.detail) for check in report.failed] == []
    assert report.ok
    assert seen == list(RUNTIME_CHECKS)
    assert report.count("passed") >= len(RUNTIME_CHECKS) - 1
    assert report.description == "numpy f32"


@pytest.mark.parametrize(
    ("runtime", "name", "reason"),
    [
        (with_session(SwapsColours), "input: BGR", "the output differs by"),
        (with_session(SwapsColours), "input: RGB", "the output differs by"),
        (with_session(ForgetsMean), "input: BGR, mean and std", "the output differs by"),
        (with_session(SharesMemory), "keeps sessions apart", "the output differs by"),
        (with_session(Leaks), "does not grow", "memory grew by"),
        (with_session(Drifts), "repeats itself", "gave other numbers"),
        (with_session(Drifts), "computes: mean, dense, softmax", "the output differs by"),
        (with_session(GivesNaN), "computes: convolution", "not finite"),
        (with_session(Renames), "announces its outputs", "announced outputs"),
        (with_session(TakesAnyCanvas), "refuses: canvas of another size", "without an error"),
        (TakesAnyCard(), "refuses: card of another size", "must be a ModelError|without an error"),
        (NamesNoFiles(), "describes itself", "`reads` must hold the suffixes"),
        (RaisesItsOwn(), "refuses: garbage", "must be a ModelError, is KeyError"),
    ],
)
def test_a_runtime_that_is_wrong_is_found(runtime: Any, name: str, reason: str, tmp_path: Path) -> None:
    check = outcome(runtime, name, tmp_path)
    assert check.outcome == "failed"
    assert check.detail
    assert any(part in check.detail for part in reason.split("|")), check.detail


def test_a_format_that_cannot_be_written_is_asked_of_the_vendor(tmp_path: Path) -> None:
    class Engine(ReferenceRuntime):
        reads = (".engine",)

    check = outcome(Engine(), "computes: convolution", tmp_path)
    assert check.outcome == "does not apply"
    assert "the suite cannot write .engine" in check.detail


@pytest.mark.slow
def test_the_vendors_own_files_are_taken(tmp_path: Path) -> None:
    class Engine(ReferenceRuntime):
        reads = (".engine",)

    for path in write_all(tmp_path):
        path.rename(path.with_suffix(".engine"))
    report = check_runtime(Engine(), files=tmp_path)
    assert [(check.name, check.detail) for check in report.failed] == []
    assert report.count("passed") >= len(RUNTIME_CHECKS) - 1


def test_a_runtime_of_which_nothing_could_be_tried_does_not_conform() -> None:
    nothing = Check("computes: convolution", "does not apply", "no file", 0.0)
    assert not Report("engine", "", "", "", (nothing,)).ok


def test_a_report_names_the_machine_and_the_versions() -> None:
    report = Report("engine", "0", "f32", "", (Check("a", "passed", "", 0.1), Check("b", "failed", "why", 0.1)))
    document = json.loads(report.to_json())
    assert document["ok"] is False
    assert [check["outcome"] for check in document["checks"]] == ["passed", "failed"]
    assert document["versions"]["numpy"] == np.__version__
    assert set(document["host"]) == set(describe_host()) == {"processor", "cores", "memory_mib", "system", "python"}
    assert document["finished_at"].endswith("+00:00")


def test_the_difference_is_a_share_of_the_range() -> None:
    expected = np.array([[0.0, 100.0]])
    assert difference(np.array([0.0, 101.0], np.float32), expected) == pytest.approx(0.01)
    with pytest.raises(CheckError, match="it must be"):
        difference(np.zeros((2, 2)), expected)
    with pytest.raises(CheckError, match="not finite"):
        difference(np.array([[np.inf, 0.0]]), expected)


@pytest.mark.parametrize(
    ("description", "allowed"), [("CPU f32", FULL_TOLERANCE), ("GPU f16", HALF_TOLERANCE), ("CPU bf16", HALF_TOLERANCE)]
)
def test_half_precision_is_allowed_more(description: str, allowed: float) -> None:
    assert tolerance(description) == allowed
