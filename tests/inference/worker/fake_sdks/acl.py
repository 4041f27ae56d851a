"""FAKE of Huawei's AscendCL: device memory by made-up addresses, a model that doubles its input."""

import ctypes
import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np

_SHAPE = [1, 3, 8, 12]
_BYTES = 4 * 3 * 8 * 12
_GOOD = 0
_device: dict[int, bytearray] = {}
_host: dict[int, ctypes.Array[ctypes.c_char]] = {}
_handles = itertools.count(1)
_datasets: dict[int, list[tuple[int, int]]] = {}
_buffers: dict[int, tuple[int, int]] = {}
_kept: list[bytes] = []
_state = {"initialised": False, "context": 0}


def allocated() -> int:
    return len(_device) + len(_host) + len(_datasets)


def init() -> int:
    repeated, _state["initialised"] = _state["initialised"], True
    return 100002 if repeated else _GOOD


def create_data_buffer(address: int, size: int) -> int:
    handle = next(_handles)
    _buffers[handle] = (address, size)
    return handle


def _malloc(size: int, policy: int) -> tuple[int, int]:
    address = 1_000_000 + next(_handles)
    _device[address] = bytearray(size)
    return address, _GOOD


def _free(address: int) -> int:
    del _device[address]
    return _GOOD


def _malloc_host(size: int) -> tuple[int, int]:
    buffer = ctypes.create_string_buffer(size)
    _host[ctypes.addressof(buffer)] = buffer
    return ctypes.addressof(buffer), _GOOD


def _free_host(address: int) -> int:
    del _host[address]
    return _GOOD


def _memcpy(dst: int, dst_size: int, src: int, count: int, kind: int) -> int:
    if count > dst_size:
        return 100000
    if kind == 1:
        _device[dst][:count] = ctypes.string_at(src, count)
    else:
        ctypes.memmove(dst, bytes(_device[src][:count]), count)
    return _GOOD


def _set_context(context: int) -> int:
    _state["context"] = context
    return _GOOD


def _load(path: str) -> tuple[int, int]:
    return (5, _GOOD) if Path(path).read_bytes() == b"FAKE OM" else (0, 500002)


def _create_dataset() -> int:
    handle = next(_handles)
    _datasets[handle] = []
    return handle


def _add(dataset: int, buffer: int) -> tuple[int, int]:
    _datasets[dataset].append(_buffers[buffer])
    return dataset, _GOOD


def _destroy(dataset: int) -> int:
    del _datasets[dataset]
    return _GOOD


def _execute(model: int, given: int, taken: int) -> int:
    if model != 5 or not _state["context"]:
        return 107002
    image = np.frombuffer(bytes(_device[_datasets[given][0][0]]), np.float32)
    _device[_datasets[taken][0][0]][:] = (image * 2).tobytes()
    return _GOOD


def _pointer(data: bytes) -> int:
    _kept[:] = [data]
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0


rt = SimpleNamespace(
    get_device_count=lambda: (2, _GOOD),
    set_device=lambda device: _GOOD if device < 2 else 107001,
    create_context=lambda device: (77, _GOOD),
    set_context=_set_context,
    destroy_context=lambda context: _GOOD,
    malloc=_malloc,
    free=_free,
    malloc_host=_malloc_host,
    free_host=_free_host,
    memcpy=_memcpy,
)
mdl = SimpleNamespace(
    load_from_file=_load,
    create_desc=lambda: 3,
    get_desc=lambda description, model: _GOOD,
    get_num_inputs=lambda description: 1,
    get_num_outputs=lambda description: 1,
    get_input_dims=lambda description, index: ({"name": "image", "dims": _SHAPE}, _GOOD),
    get_output_dims=lambda description, index: ({"name": "doubled", "dims": _SHAPE}, _GOOD),
    get_cur_output_dims=lambda description, index: ({"name": "doubled", "dims": _SHAPE}, _GOOD),
    get_input_name_by_index=lambda description, index: "image",
    get_output_name_by_index=lambda description, index: "doubled",
    get_input_data_type=lambda description, index: 0,
    get_output_data_type=lambda description, index: 0,
    get_input_size_by_index=lambda description, index: _BYTES,
    get_output_size_by_index=lambda description, index: _BYTES,
    create_dataset=_create_dataset,
    add_dataset_buffer=_add,
    destroy_dataset=_destroy,
    execute=_execute,
    unload=lambda model: _GOOD,
    destroy_desc=lambda description: _GOOD,
)
util = SimpleNamespace(bytes_to_ptr=_pointer, ptr_to_bytes=ctypes.string_at)
