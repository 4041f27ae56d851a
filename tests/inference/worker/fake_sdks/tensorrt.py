# the vendor's names
"""FAKE of NVIDIA's TensorRT: the calls of its Python API that the backend makes, with a model that doubles its input.

It refuses what the real one refuses: an engine that is not one, a shape it was not built for, an output address that
was not given, a run without the shapes of the inputs.
"""

from enum import Enum
from importlib import import_module
from typing import Any

import numpy as np

cudart: Any = import_module("cuda.cudart")
_DYNAMIC = b"FAKE ENGINE, DYNAMIC"
_STATIC = b"FAKE ENGINE"
__version__ = "10.0-fake"


class TensorIOMode(Enum):
    NONE = 0
    INPUT = 1
    OUTPUT = 2


class DataType(Enum):
    FLOAT = 0
    HALF = 1


def nptype(dtype: DataType) -> type:
    return {DataType.FLOAT: np.float32, DataType.HALF: np.float16}[dtype]


class Logger:
    ERROR = 1

    def __init__(self, severity: int) -> None:
        self.severity = severity


def init_libnvinfer_plugins(logger: Logger, namespace: str) -> bool:
    assert isinstance(logger, Logger)
    return namespace == ""


class Runtime:
    def __init__(self, logger: Logger) -> None:
        assert isinstance(logger, Logger)

    def deserialize_cuda_engine(self, serialized_engine: bytes) -> "ICudaEngine | None":
        return ICudaEngine(serialized_engine == _DYNAMIC) if serialized_engine in (_STATIC, _DYNAMIC) else None


class ICudaEngine:
    num_io_tensors = 2

    def __init__(self, dynamic: bool) -> None:
        self.shape = (1, 3, -1, -1) if dynamic else (1, 3, 8, 12)

    def get_tensor_name(self, index: int) -> str:
        return ("image", "doubled")[index]

    def get_tensor_mode(self, name: str) -> TensorIOMode:
        return TensorIOMode.INPUT if name == "image" else TensorIOMode.OUTPUT

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return self.shape

    def get_tensor_dtype(self, name: str) -> DataType:
        return DataType.FLOAT if name == "doubled" else DataType.HALF

    def create_execution_context(self) -> "IExecutionContext":
        return IExecutionContext(self)


class IExecutionContext:
    def __init__(self, engine: ICudaEngine) -> None:
        self._engine = engine
        self._addresses: dict[str, int] = {}
        self._shape: tuple[int, ...] | None = None

    def set_input_shape(self, name: str, shape: tuple[int, ...]) -> bool:
        fits = all(built in (-1, given) for built, given in zip(self._engine.shape, shape, strict=True))
        self._shape = shape if fits else None
        return fits

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return self._shape or self._engine.shape

    def set_tensor_address(self, name: str, memory: int) -> bool:
        self._addresses[name] = memory
        return True

    def execute_async_v3(self, stream_handle: int) -> bool:
        assert cudart.is_stream(stream_handle)
        if self._shape is None or set(self._addresses) != {"image", "doubled"}:
            return False
        count = int(np.prod(self._shape))

        def work() -> None:
            image: Any = np.frombuffer(cudart.memory(self._addresses["image"]), np.float16, count)
            out: Any = np.frombuffer(cudart.memory(self._addresses["doubled"]), np.float32, count)
            out[:] = image.astype(np.float32) * 2

        cudart.queue(stream_handle, work)
        return True
