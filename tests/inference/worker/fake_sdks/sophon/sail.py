"""FAKE of Sophgo's SAIL: one graph that doubles its input; it ends the process on a bad bmodel, as SAIL does."""

import sys
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt


class IOMode(Enum):
    SYSI = 0
    SYSO = 1
    SYSIO = 2
    DEVIO = 3


def get_available_tpu_num() -> int:
    return 2


class Engine:
    def __init__(self, bmodel_path: str, tpu_id: int, mode: IOMode) -> None:
        if Path(bmodel_path).read_bytes() != b"FAKE BMODEL":
            sys.stderr.write("[error] Load bmodel failed!\n")
            sys.stderr.flush()
            import os

            os._exit(1)
        assert mode is IOMode.SYSIO
        assert 0 <= tpu_id < get_available_tpu_num()

    def get_graph_names(self) -> list[str]:
        return ["probe"]

    def get_input_names(self, graph_name: str) -> list[str]:
        return {"probe": ["image"]}[graph_name]

    def get_output_names(self, graph_name: str) -> list[str]:
        return {"probe": ["doubled"]}[graph_name]

    def get_input_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        assert (graph_name, tensor_name) == ("probe", "image")
        return [1, 3, 8, 12]

    def get_output_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        assert (graph_name, tensor_name) == ("probe", "doubled")
        return [1, 3, 8, 12]

    def process(
        self, graph_name: str, input_tensors: dict[str, npt.NDArray[np.float32]]
    ) -> dict[str, npt.NDArray[np.float32]]:
        assert graph_name == "probe"
        image = input_tensors["image"]
        assert image.dtype == np.float32
        assert image.flags.c_contiguous
        return {"doubled": image * 2}
