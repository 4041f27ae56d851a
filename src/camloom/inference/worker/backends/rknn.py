# ruff: noqa: UP006, UP032, UP035  # a vendor's Python may be as old as 3.6
"""RKNN-Toolkit-Lite2: rknn files on Rockchip's NPUs. Not run on hardware by us.

Source: Rockchip, RKNN-Toolkit-Lite2 User Guide: load_rknn, init_runtime, inference, release. The Python API describes
neither inputs nor outputs: inputs go in by their order, outputs are called output_0, output_1 and so on.
"""

import importlib
import os
from typing import Any, Dict, List

import numpy as np

_CHANNELS = (1, 3, 4)
_CORES = ("NPU_CORE_0", "NPU_CORE_1", "NPU_CORE_2")


def devices() -> List[str]:
    """Return `auto`, with which the driver chooses, and the number of each core that can be named."""
    lite = importlib.import_module("rknnlite.api").RKNNLite
    if not os.path.exists("/proc/device-tree/compatible"):  # noqa: PTH110  # as short as it gets, in any Python
        raise RuntimeError("this is not a board with a Rockchip NPU")
    return ["auto"] + [str(index) for index, name in enumerate(_CORES) if hasattr(lite, name)]


class Backend:
    """A model on one core of the NPU, or on any."""

    def __init__(self, path: str, device_index: int) -> None:
        lite = importlib.import_module("rknnlite.api").RKNNLite
        self._lite = lite()
        if self._lite.load_rknn(path) != 0:
            raise RuntimeError("not a model for this chip and this version of RKNN")
        # Chips with a single core refuse to be told which one.
        chosen = {"core_mask": getattr(lite, _CORES[device_index])} if device_index >= 0 else {}
        if self._lite.init_runtime(**chosen) != 0:
            raise RuntimeError("the NPU's runtime does not start: check librknnrt and the driver")
        self.inputs = []  # type: List[Any]
        self.outputs = []  # type: List[Any]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Run the model."""
        given = [np.ascontiguousarray(value) for value in inputs.values()]
        outputs = self._lite.inference(inputs=given, data_format=[_layout(value) for value in given])
        if outputs is None:
            raise RuntimeError("the NPU did not run the model")
        return {"output_{}".format(index): np.asarray(value) for index, value in enumerate(outputs)}

    def close(self) -> None:
        """Give the NPU up."""
        self._lite.release()


def _layout(value: Any) -> str:
    """Say where the channels of an input are: RKNN takes nhwc unless it is told."""
    planar = value.ndim == 4 and value.shape[1] in _CHANNELS and value.shape[3] not in _CHANNELS
    return "nchw" if planar else "nhwc"
