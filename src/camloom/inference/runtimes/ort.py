"""ONNX Runtime: one session, run from several worker threads; on the CPU with one thread each."""

import os
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
from camloom.inference.card import ModelCard

if TYPE_CHECKING:
    import onnxruntime as ort


_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cann": "CANNExecutionProvider",  # Huawei Ascend
    "vsinpu": "VSINPUExecutionProvider",  # Verisilicon, as in Amlogic's chips
    "vitisai": "VitisAIExecutionProvider",  # AMD Xilinx
    "qnn": "QNNExecutionProvider",  # Qualcomm
    "rocm": "ROCMExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "dml": "DmlExecutionProvider",
}
_NUMBERED = frozenset({"cuda", "tensorrt", "cann", "rocm", "migraphx", "dml"})


class OnnxRuntime:
    """ONNX Runtime on the CPU and on what its execution providers reach (reads ONNX)."""

    name: ClassVar = "onnxruntime"
    reads: ClassVar[tuple[str, ...]] = (".onnx",)
    spare: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        missing = [name for name in ("onnxruntime", "onnx") if not find_spec(name)]
        return f"{' and '.join(missing)} not installed: pip install 'camloom[onnxruntime]'" if missing else ""

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return the short names of the execution providers that this build of ONNX Runtime has."""
        ort = _onnxruntime()
        there = set(ort.get_available_providers())
        return tuple(name for name, provider in _PROVIDERS.items() if provider in there)

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "OrtModel":  # noqa: ARG002
        """Read an ONNX model; on the CPU every `run` uses the calling thread alone."""
        ort = _onnxruntime()
        from camloom.inference.runtimes.onnx_input import with_preprocessing

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            model = with_preprocessing(path, card)
            session = ort.InferenceSession(model, options, providers=_providers(device, self.devices()))
        except Exception as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                f"ONNX Runtime cannot use {path.name} for card '{card.name}': {_first_line(error)}",
                "The file is damaged, of a kind it does not read, or the card's input is wrong",
            ) from error
        return OrtModel(session, device or "cpu", card.batch)


def _onnxruntime() -> Any:
    """Import ONNX Runtime, which is heavy; without this it numbers the machine and tells its makers of it."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


class OrtModel:
    """A model loaded by ONNX Runtime."""

    def __init__(self, session: "ort.InferenceSession", device: str, batch_size: int) -> None:
        self._session = session
        self._device = device
        self.batch_size = batch_size

    @property
    def description(self) -> str:
        """Return device and precision."""
        return "CPU f32" if self._device == "cpu" else self._device

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name; -1 where a size is known only at run time."""
        return {
            output.name: tuple(size if isinstance(size, int) else -1 for size in output.shape)
            for output in self._session.get_outputs()
        }

    def session(self) -> Session:
        """Return a view on the shared session: its `run` may be called from many threads."""
        return _OrtSession(self._session)


class _OrtSession:
    def __init__(self, session: "ort.InferenceSession") -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        self._outputs = [output.name for output in session.get_outputs()]

    def run(self, canvas: ImageArray) -> Tensors:
        return self._run(canvas[None])

    def run_batch(self, canvases: Sequence[ImageArray]) -> Sequence[Tensors]:
        """Run on several canvases at once, where the card allows it."""
        return apart(self._run(np.stack(canvases)), len(canvases))

    def _run(self, canvases: ImageArray) -> Tensors:
        try:
            values = self._session.run(self._outputs, {self._input: canvases})
        except Exception as error:  # ONNX Runtime raises its own kinds
            raise ModelError(f"ONNX Runtime failed while running the model: {_first_line(error)}") from error
        return {name: np.asarray(value) for name, value in zip(self._outputs, values, strict=True)}


def _providers(device: str, here: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """Return what ONNX Runtime is to use, in order: `cuda:1` is the second CUDA device, the CPU does the rest."""
    name, _, number = (device or "cpu").lower().partition(":")
    if name not in here or (number and not (number.isdigit() and name in _NUMBERED)):
        raise ModelError(f"ONNX Runtime has no device '{device}' here", f"It has: {', '.join(here)}")
    options = {"device_id": number} if number else {}
    return [(_PROVIDERS[name], options)] + ([] if name == "cpu" else [(_PROVIDERS["cpu"], {})])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
