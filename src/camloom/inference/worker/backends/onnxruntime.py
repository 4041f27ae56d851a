# ruff: noqa: B905, UP006, UP035  # a vendor's Python may be as old as 3.5
"""ONNX Runtime on the CPU: the backend that proves on any machine that the worker works."""

import importlib
from typing import Any, Dict, List

_DTYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(uint8)": "uint8", "tensor(int8)": "int8"}


def devices() -> List[str]:
    """Return the one device: the CPU."""
    importlib.import_module("onnxruntime")
    return ["0"]


class Backend:
    """A session on one thread."""

    def __init__(self, path: str, device_index: int) -> None:  # noqa: ARG002  # there is one CPU
        ort = importlib.import_module("onnxruntime")
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.inputs = [_described(each) for each in self._session.get_inputs()]
        self.outputs = [_described(each) for each in self._session.get_outputs()]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Run the model."""
        names = [name for name, _, _ in self.outputs]
        return dict(zip(names, self._session.run(names, inputs)))

    def close(self) -> None:
        """Give the session up."""
        del self._session


def _described(value: Any) -> Any:
    shape = [size if isinstance(size, int) else -1 for size in value.shape]
    return value.name, shape, _DTYPES.get(value.type, value.type[len("tensor(") : -1])
