# ruff: noqa: N802  # the vendor's names
"""FAKE of Cambricon's MagicMind: a model that doubles its input, on a device that must be active in the thread."""

import threading
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt

_thread = threading.local()


class Status:
    def __init__(self, good: bool) -> None:
        self._good = good

    def ok(self) -> bool:
        return self._good


class DataType(Enum):
    FLOAT16 = 1
    FLOAT32 = 2
    INT32 = 6


class Dims:
    def __init__(self, dims: list[int]) -> None:
        self._dims = dims

    def GetDims(self) -> list[int]:
        return self._dims


class System:
    open = 0

    def __enter__(self) -> "System":
        System.open += 1
        return self

    def __exit__(self, *_: object) -> None:
        System.open -= 1

    def device_count(self) -> int:
        return 2


class Queue:
    def sync(self) -> Status:
        return Status(True)


class Device:
    id = 0

    def active(self) -> Status:
        _thread.device = self.id
        return Status(0 <= self.id < 2)

    def create_queue(self) -> Queue:
        return Queue()


class Tensor:
    def __init__(self) -> None:
        self.value: npt.NDArray[np.generic] | None = None
        self.on_device = False

    def from_numpy(self, value: npt.NDArray[np.generic]) -> Status:
        self.value, self.on_device = value.copy(), False
        return Status(True)

    def to(self, device: Device) -> "Tensor":
        self.on_device = True
        return self

    def asnumpy(self) -> npt.NDArray[np.generic]:
        assert self.value is not None
        return self.value


class Context:
    def create_inputs(self) -> list[Tensor]:
        return [Tensor()]

    def enqueue(self, inputs: list[Tensor], outputs: list[Tensor], queue: Queue) -> Status:
        image = inputs[0]
        if getattr(_thread, "device", None) is None or image.value is None or not image.on_device:
            return Status(False)
        assert image.value.dtype == np.float16
        result = Tensor()
        result.value = image.value.astype(np.float32) * 2
        outputs.append(result)
        return Status(True)


class Engine:
    def create_i_context(self) -> Context:
        return Context()


class Model:
    class EngineConfig:
        device_type = ""

    def deserialize_from_file(self, path: str) -> Status:
        return Status(Path(path).read_bytes() == b"FAKE MAGICMIND")

    def create_i_engine(self, config: "Model.EngineConfig") -> Engine | None:
        return Engine() if config.device_type == "MLU" else None

    def get_input_names(self) -> list[str]:
        return ["image"]

    def get_input_dimensions(self) -> list[Dims]:
        return [Dims([1, 3, 8, 12])]

    def get_input_data_types(self) -> list[DataType]:
        return [DataType.FLOAT16]

    def get_output_names(self) -> list[str]:
        return ["doubled"]

    def get_output_dimensions(self) -> list[Dims]:
        return [Dims([1, 3, 8, 12])]

    def get_output_data_types(self) -> list[DataType]:
        return [DataType.FLOAT32]
