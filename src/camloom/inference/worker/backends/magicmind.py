# ruff: noqa: B905, UP006, UP032, UP035  # a vendor's Python may be as old as 3.6
"""MagicMind: serialised models on Cambricon's MLUs. Not run on hardware by us.

Source: Cambricon, MagicMind User Manual, Python API (System, Device, Model, IEngine, IContext, IRTTensor), and the
vendor's own samples (magicmind_cloud).
"""

import importlib
from typing import Any, Dict, List

import numpy as np

_DTYPES = ("float32", "float16", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")


def devices() -> List[str]:
    """Return the number of each MLU."""
    with _module().System() as system:
        return [str(index) for index in range(system.device_count())]


class Backend:
    """A model with one context and one queue."""

    def __init__(self, path: str, device_index: int) -> None:
        mm = _module()
        self._system = mm.System()
        self._system.__enter__()
        self._device = mm.Device()
        self._device.id = device_index
        _checked(self._device.active(), "cannot use MLU {}".format(device_index))
        self._model = mm.Model()
        _checked(self._model.deserialize_from_file(path), "not a model of this version of MagicMind")
        config = mm.Model.EngineConfig()
        config.device_type = "MLU"
        self._engine = _made(self._model.create_i_engine(config), "engine")
        self._context = _made(self._engine.create_i_context(), "context")
        self._queue = _made(self._device.create_queue(), "queue")
        self._given = self._context.create_inputs()
        model, names = self._model, _names(mm)
        self.inputs = _described(
            names, model.get_input_names(), model.get_input_dimensions(), model.get_input_data_types()
        )
        self.outputs = _described(
            names, model.get_output_names(), model.get_output_dimensions(), model.get_output_data_types()
        )

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Copy in, run, copy out."""
        _checked(self._device.active(), "cannot use the MLU")  # the device belongs to the thread
        for tensor, (name, _, dtype) in zip(self._given, self.inputs):
            tensor.from_numpy(np.ascontiguousarray(inputs[name], dtype))
            tensor.to(self._device)
        outputs = []  # type: List[Any]
        _checked(self._context.enqueue(self._given, outputs, self._queue), "MagicMind could not start the model")
        _checked(self._queue.sync(), "the model failed on the MLU")
        return {name: np.asarray(tensor.asnumpy()) for (name, _, _), tensor in zip(self.outputs, outputs)}

    def close(self) -> None:
        """Give the model up."""
        del self._given, self._context, self._queue, self._engine, self._model
        self._system.__exit__(None, None, None)


def _module() -> Any:
    return importlib.import_module("magicmind.python.runtime")


def _names(mm: Any) -> Any:
    """Return numpy's name for each of MagicMind's types."""
    known = [(getattr(mm.DataType, name.upper(), None), name) for name in _DTYPES]
    return [(value, name) for value, name in known if value is not None]


def _described(known: Any, names: Any, dimensions: Any, dtypes: Any) -> Any:
    described = []
    for name, dims, dtype in zip(names, dimensions, dtypes):
        found = [numpy_name for value, numpy_name in known if value == dtype]
        if not found:
            raise RuntimeError("'{}' is of type {}, which numpy does not have".format(name, dtype))
        described.append((name, tuple(dims.GetDims()), found[0]))
    return described


def _made(thing: Any, what: str) -> Any:
    if thing is None:
        raise RuntimeError("MagicMind made no {}".format(what))
    return thing


def _checked(status: Any, what: str) -> None:
    if not status.ok():
        raise RuntimeError("{}: {}".format(what, status))
