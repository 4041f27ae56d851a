"""OpenVINO: one compiled model, one request per worker; on the CPU of one thread each."""

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.batch import apart
from camloom.inference.card import ModelCard, Precision
from camloom.inference.runtimes.openvino_input import name_of, shape_of, with_preprocessing

if TYPE_CHECKING:
    import openvino as ov


class OpenVinoRuntime:
    """OpenVINO on CPU, Intel GPU and NPU (reads ONNX, OpenVINO IR, TensorFlow, TFLite, Paddle)."""

    name: ClassVar = "openvino"
    reads: ClassVar[tuple[str, ...]] = (".onnx", ".xml", ".pb", ".tflite", ".pdmodel")
    spare: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        return "" if find_spec("openvino") else "not installed: pip install 'camloom[openvino]'"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return OpenVINO's names of the devices here, such as CPU and GPU.0."""
        import openvino as ov

        found = [str(name) for name in ov.Core().available_devices]
        return tuple(sorted(found, key=lambda name: name != "CPU"))

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "OpenVinoModel":
        """Read a model and compile it for `workers` parallel requests."""
        import openvino as ov  # heavy, and only this runtime needs it

        _refuse_legacy(path)
        _refuse_no_onnx(path)
        core = ov.Core()
        device = device.upper() or "CPU"
        try:
            model = with_preprocessing(core.read_model(path), card)
            compiled = core.compile_model(model, device, _properties(workers, device, card.precision))
        except RuntimeError as error:
            raise ModelError(
                f"OpenVINO cannot use {path.name} for card '{card.name}' on {device}: {_first_line(error)}",
                "The file is damaged, of a kind it does not read, or the card's input or the device is wrong",
            ) from error
        return OpenVinoModel(compiled, device, card.batch)


class OpenVinoModel:
    """A model compiled by OpenVINO."""

    def __init__(self, compiled: "ov.CompiledModel", device: str, batch_size: int) -> None:
        self._compiled = compiled
        self._device = device
        self.batch_size = batch_size
        self._names = [name_of(index, port) for index, port in enumerate(compiled.outputs)]

    @property
    def description(self) -> str:
        """Device and precision."""
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT")
        return f"{self._device} {getattr(precision, 'get_type_name', lambda: precision)()}"

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name; -1 where a size is known only at run time."""
        ports = zip(self._names, self._compiled.outputs, strict=True)
        return {name: shape_of(port) for name, port in ports}

    def session(self) -> Session:
        """Return a request of its own."""
        return _OpenVinoSession(self._compiled.create_infer_request(), self._names)


class _OpenVinoSession:
    def __init__(self, request: "ov.InferRequest", names: list[str]) -> None:
        from openvino import Tensor

        self._request = request
        self._names = names
        self._wrap = Tensor

    def run(self, canvas: ImageArray) -> Tensors:
        return self._run(canvas[None])

    def run_batch(self, canvases: Sequence[ImageArray]) -> Sequence[Tensors]:
        """Run on several canvases at once, where the card allows it."""
        return apart(self._run(np.stack(canvases)), len(canvases))

    def _run(self, canvases: ImageArray) -> Tensors:
        try:
            self._request.set_input_tensor(self._wrap(canvases, shared_memory=True))
            self._request.infer()
        except RuntimeError as error:
            raise ModelError(f"OpenVINO failed while running the model: {_first_line(error)}") from error
        outputs = range(len(self._names))
        return {self._names[i]: self._request.get_output_tensor(i).data for i in outputs}


_IR_HEAD_BYTES = 4096
_IR_VERSION = re.compile(rb"<net\s[^>]*\bversion=\"(\d{1,4})\"")
_FIRST_IR_VERSION = 10
_PRECISIONS = {"fp32": "f32", "fp16": "f16", "bf16": "bf16"}


def _properties(workers: int, device: str, precision: Precision) -> dict[str, Any]:
    wanted: dict[str, Any] = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if precision in _PRECISIONS:
        wanted["INFERENCE_PRECISION_HINT"] = _PRECISIONS[precision]
    if device == "CPU":
        wanted |= {"NUM_STREAMS": workers, "INFERENCE_NUM_THREADS": workers}
        wanted["ENABLE_CPU_PINNING"] = False  # decoding threads share the cores
    return wanted


def _refuse_legacy(path: Path) -> None:
    """Raise ModelError for an IR file of a version that OpenVINO gave up: its own words for it are hard to read."""
    if path.suffix.lower() != ".xml":
        return
    try:
        with path.open("rb") as file:
            head = file.read(_IR_HEAD_BYTES)
    except OSError as error:
        raise ModelError(f"OpenVINO cannot read {path.name}: {error.strerror}") from error
    found = _IR_VERSION.search(head)
    if found and int(found[1]) < _FIRST_IR_VERSION:
        raise ModelError(
            f"OpenVINO cannot use {path.name}: it is an IR file of version {int(found[1])}, of OpenVINO before 2020; "
            f"version {_FIRST_IR_VERSION} and later are read",
            "Convert the original model again with a current OpenVINO",
        )


def _refuse_no_onnx(path: Path) -> None:
    """Raise ModelError for a file that is no ONNX: OpenVINO would try TensorFlow's reader, which prints pages."""
    from openvino.frontend import FrontEndManager

    if path.suffix.lower() != ".onnx" or not path.is_file():
        return
    if not FrontEndManager().load_by_framework("onnx").supported(str(path)):
        raise ModelError(f"OpenVINO cannot use {path.name}: it is no ONNX file", "Fetch it again, or mend its card")


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or ["unknown reason"])[-1][:200]
