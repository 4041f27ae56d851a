# ruff: noqa: UP006, UP035  # Debian 9, where SAIL often lives, has Python 3.5
"""SOPHON SAIL: bmodels on Sophgo's chips. Not run on hardware by us.

Source: Sophgo, SOPHON-SAIL User Manual, `sail.Engine` and `sail.IOMode`. `process` takes and gives single precision
for models of any precision: SAIL scales the tensors of an INT8 model itself.
"""

import importlib
from typing import Any, Dict, List

import numpy as np


def devices() -> List[str]:
    """Return the number of each chip."""
    sail = importlib.import_module("sophon.sail")
    return [str(index) for index in range(sail.get_available_tpu_num())]


class Backend:
    """The first graph of a bmodel, with tensors in the host's memory."""

    def __init__(self, path: str, device_index: int) -> None:
        sail = importlib.import_module("sophon.sail")
        self._engine = sail.Engine(path, device_index, sail.IOMode.SYSIO)
        graphs = self._engine.get_graph_names()
        if not graphs:
            raise RuntimeError("the bmodel has no graph")
        self._graph = graphs[0]
        names = self._engine.get_input_names(self._graph)
        self.inputs = [(name, self._engine.get_input_shape(self._graph, name), "float32") for name in names]
        names = self._engine.get_output_names(self._graph)
        self.outputs = [(name, self._engine.get_output_shape(self._graph, name), "float32") for name in names]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Run the graph."""
        given = {name: np.ascontiguousarray(value, np.float32) for name, value in inputs.items()}
        return dict(self._engine.process(self._graph, given))

    def close(self) -> None:
        """Give the engine up."""
        del self._engine
