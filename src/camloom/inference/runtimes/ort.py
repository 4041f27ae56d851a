"""ONNX Runtime on the CPU: one session, run from several worker threads with one thread each."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.card import ModelCard

if TYPE_CHECKING:
    import onnxruntime as ort


class OnnxRuntime:
    """ONNX Runtime on the CPU (reads ONNX)."""

    name: ClassVar = "onnxruntime"
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        missing = [name for name in ("onnxruntime", "onnx") if not find_spec(name)]
        return f"{' and '.join(missing)} not installed: pip install 'camloom[onnxruntime]'" if missing else ""

    def compile(self, path: Path, card: ModelCard, workers: int) -> "OrtModel":  # noqa: ARG002  # the seam's
        """Read an ONNX model; every `run` uses the calling thread alone."""
        import onnxruntime as ort  # heavy, and only this runtime needs it

        from camloom.inference.runtimes.onnx_input import with_preprocessing

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            model = with_preprocessing(path, card)
            session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                f"ONNX Runtime cannot use {path.name} for card '{card.name}': {str(error).splitlines()[0][:200]}",
                "The file is damaged, of a kind it does not read, or the card's input is wrong",
            ) from error
        return OrtModel(session)


class OrtModel:
    """A model loaded by ONNX Runtime."""

    description = "CPU f32"

    def __init__(self, session: "ort.InferenceSession") -> None:
        self._session = session

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
        try:
            values = self._session.run(self._outputs, {self._input: canvas[None]})
        except RuntimeError as error:
            raise ModelError(f"ONNX Runtime failed while running the model: {error}") from error
        return {name: np.asarray(value) for name, value in zip(self._outputs, values, strict=True)}
