# ruff: noqa: B905, UP006, UP032, UP035  # a vendor's Python may be as old as 3.7
"""AscendCL: om files on Huawei's Ascend chips. Not run on hardware by us.

Source: Huawei, CANN, AscendCL (pyACL) API reference: acl.init, acl.rt, acl.mdl, acl.util. Most calls return an error
code, alone or after their result.
"""

import importlib
from typing import Any, Dict, List

import numpy as np

_MALLOC_NORMAL_ONLY = 2
_HOST_TO_DEVICE, _DEVICE_TO_HOST = 1, 2
_REPEATED_INIT = 100002
_DTYPES = {
    0: "float32", 1: "float16", 2: "int8", 3: "int32", 4: "uint8", 6: "int16", 7: "uint16", 8: "uint32", 9: "int64",
    10: "uint64", 11: "float64", 12: "bool",
}  # fmt: skip


def devices() -> List[str]:
    """Return the number of each chip."""
    acl = _module()
    count, code = acl.rt.get_device_count()
    _check(code, "acl.rt.get_device_count")
    return [str(index) for index in range(count)]


class Backend:
    """A model with a context of its own, and memory on the device for its tensors."""

    def __init__(self, path: str, device_index: int) -> None:
        self._acl = acl = _module()
        _check(acl.rt.set_device(device_index), "acl.rt.set_device")
        self._context = _result(acl.rt.create_context(device_index), "acl.rt.create_context")
        self._model = _result(acl.mdl.load_from_file(path), "acl.mdl.load_from_file")
        self._description = acl.mdl.create_desc()
        _check(acl.mdl.get_desc(self._description, self._model), "acl.mdl.get_desc")
        self.inputs = self._described("input")
        self.outputs = self._described("output")
        self._given = self._memory("input", len(self.inputs))
        self._taken = self._memory("output", len(self.outputs))
        self._datasets = [self._dataset(self._given), self._dataset(self._taken)]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Copy in, run, copy out."""
        acl = self._acl
        _check(acl.rt.set_context(self._context), "acl.rt.set_context")  # the context belongs to the thread
        for (address, size), (name, _, dtype) in zip(self._given, self.inputs):
            data = np.ascontiguousarray(inputs[name], dtype).tobytes()
            if len(data) > size:
                raise RuntimeError("'{}' is larger than the model takes".format(name))
            pointer = acl.util.bytes_to_ptr(data)
            _check(acl.rt.memcpy(address, size, pointer, len(data), _HOST_TO_DEVICE), "acl.rt.memcpy")
        _check(acl.mdl.execute(self._model, *self._datasets), "acl.mdl.execute")
        return {name: self._fetched(index) for index, (name, _, _) in enumerate(self.outputs)}

    def close(self) -> None:
        """Unload the model and free its memory."""
        acl = self._acl
        _check(acl.rt.set_context(self._context), "acl.rt.set_context")
        for address, _ in self._given + self._taken:
            acl.rt.free(address)
        for dataset in self._datasets:
            acl.mdl.destroy_dataset(dataset)
        acl.mdl.unload(self._model)
        acl.mdl.destroy_desc(self._description)
        acl.rt.destroy_context(self._context)

    def _fetched(self, index: int) -> Any:
        """Copy an output to the host, in the size it has this time."""
        acl = self._acl
        address, size = self._taken[index]
        shape = _result(acl.mdl.get_cur_output_dims(self._description, index), "acl.mdl.get_cur_output_dims")["dims"]
        host = _result(acl.rt.malloc_host(size), "acl.rt.malloc_host")
        try:
            _check(acl.rt.memcpy(host, size, address, size, _DEVICE_TO_HOST), "acl.rt.memcpy")
            data = acl.util.ptr_to_bytes(host, size)
        finally:
            acl.rt.free_host(host)
        count = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(data, self.outputs[index][2], count).reshape(shape).copy()

    def _described(self, way: str) -> Any:
        mdl = self._acl.mdl
        described = []
        for index in range(getattr(mdl, "get_num_{}s".format(way))(self._description)):
            dims = _result(getattr(mdl, "get_{}_dims".format(way))(self._description, index), "acl.mdl dims")
            name = getattr(mdl, "get_{}_name_by_index".format(way))(self._description, index)
            kind = getattr(mdl, "get_{}_data_type".format(way))(self._description, index)
            if kind not in _DTYPES:
                raise RuntimeError("{} '{}' is of type {}, which numpy does not have".format(way, name, kind))
            described.append((name, tuple(dims["dims"]), _DTYPES[kind]))
        return described

    def _memory(self, way: str, count: int) -> List[Any]:
        """Take memory on the device for the inputs or the outputs: address and size in bytes of each."""
        size_of = getattr(self._acl.mdl, "get_{}_size_by_index".format(way))
        sizes = [size_of(self._description, index) for index in range(count)]
        return [(_result(self._acl.rt.malloc(size, _MALLOC_NORMAL_ONLY), "acl.rt.malloc"), size) for size in sizes]

    def _dataset(self, memory: List[Any]) -> Any:
        dataset = self._acl.mdl.create_dataset()
        for address, size in memory:
            data = self._acl.create_data_buffer(address, size)
            data = data[0] if isinstance(data, tuple) else data  # as some releases of CANN 8 do
            _result(self._acl.mdl.add_dataset_buffer(dataset, data), "acl.mdl.add_dataset_buffer")
        return dataset


def _module() -> Any:
    acl = importlib.import_module("acl")
    code = acl.init()
    if code != _REPEATED_INIT:
        _check(code, "acl.init")
    return acl


def _check(code: int, what: str) -> None:
    if code != 0:
        raise RuntimeError("{} failed with code {}".format(what, code))


def _result(answer: Any, what: str) -> Any:
    """Return the result of a call that returns (result, error code)."""
    _check(answer[-1], what)
    return answer[0]
