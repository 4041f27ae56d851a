# ruff: noqa: N801, N802, N803, N815  # the vendor's names
"""FAKE of NVIDIA's bindings of the CUDA runtime: memory is a bytearray, a stream does its work when synchronised."""

import ctypes
from collections.abc import Callable
from enum import Enum
from typing import Any

DEVICES = 2


class cudaError_t(Enum):
    cudaSuccess = 0
    cudaErrorMemoryAllocation = 2
    cudaErrorInvalidDevice = 101


class cudaMemcpyKind(Enum):
    cudaMemcpyHostToDevice = 1
    cudaMemcpyDeviceToHost = 2


class cudaStream_t:
    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __int__(self) -> int:
        return self._handle


_OK = cudaError_t.cudaSuccess
_memory: dict[int, bytearray] = {}
_streams: dict[int, list[Callable[[], None]]] = {}


def memory(address: int) -> bytearray:
    return _memory[address]


def is_stream(handle: int) -> bool:
    return handle in _streams


def allocated() -> int:
    return len(_memory) + len(_streams)


def queue(handle: int, work: Callable[[], None]) -> None:
    _streams[handle].append(work)


def cudaGetDeviceCount() -> Any:
    return _OK, DEVICES


def cudaSetDevice(device: int) -> Any:
    return (_OK,) if 0 <= device < DEVICES else (cudaError_t.cudaErrorInvalidDevice,)


def cudaMalloc(size: int) -> Any:
    address = 4096 * (max(_memory, default=0) // 4096 + 1)
    _memory[address] = bytearray(size)
    return _OK, address


def cudaFree(devPtr: int) -> Any:
    del _memory[devPtr]
    return (_OK,)


def cudaStreamCreate() -> Any:
    handle = 7000 + len(_streams)
    _streams[handle] = []
    return _OK, cudaStream_t(handle)


def cudaStreamDestroy(stream: cudaStream_t) -> Any:
    del _streams[int(stream)]
    return (_OK,)


def cudaMemcpyAsync(dst: int, src: int, count: int, kind: cudaMemcpyKind, stream: cudaStream_t) -> Any:
    def to_device() -> None:
        _memory[dst][:count] = ctypes.string_at(src, count)

    def to_host() -> None:
        ctypes.memmove(dst, bytes(_memory[src][:count]), count)

    queue(int(stream), to_device if kind == cudaMemcpyKind.cudaMemcpyHostToDevice else to_host)
    return (_OK,)


def cudaStreamSynchronize(stream: cudaStream_t) -> Any:
    for work in _streams[int(stream)]:
        work()
    _streams[int(stream)].clear()
    return (_OK,)
