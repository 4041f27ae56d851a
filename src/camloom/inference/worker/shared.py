"""Tensors in memory that two processes share, and the messages that say where they lie."""

import fcntl
import math
import mmap
import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from camloom.config import StrictModel
from camloom.errors import ModelError

MAX_TENSOR_BYTES = 256 << 20
_ALIGNMENT = 64
_MAX_TENSORS = 64

Tensor = npt.NDArray[np.generic]
Name = Annotated[str, Field(max_length=200)]
Dtype = Literal[
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"
]


class TensorSpec(StrictModel):
    """What goes into a model or comes out; -1 for a size known only at run time."""

    name: Name
    shape: tuple[Annotated[int, Field(ge=-1, le=1 << 31)], ...] = Field(max_length=8)
    dtype: Dtype


class TensorPlace(StrictModel):
    """Where a tensor lies in shared memory; `offset` in bytes."""

    name: Name
    shape: tuple[Annotated[int, Field(ge=0, le=1 << 31)], ...] = Field(max_length=8)
    dtype: Dtype
    offset: int = Field(ge=0, le=MAX_TENSOR_BYTES)


class Answer(StrictModel):
    """What a worker says: of a model it loaded, of the outputs of a run, or what went wrong."""

    error: str = ""
    inputs: tuple[TensorSpec, ...] = Field(default=(), max_length=_MAX_TENSORS)
    outputs: tuple[TensorSpec, ...] = Field(default=(), max_length=_MAX_TENSORS)
    tensors: tuple[TensorPlace, ...] = Field(default=(), max_length=_MAX_TENSORS)


class SharedTensors:
    """A file without a name, in memory: it is gone when the last process that has it open is, killed or not.

    The other side may let it grow but not shrink, so a view of it stays readable whatever happens there.
    """

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("camloom", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        self._map: mmap.mmap | None = None

    def write(self, tensors: Mapping[str, Tensor]) -> list[dict[str, object]]:
        """Store tensors; return where each lies, as JSON.

        Raises:
            ModelError: they are larger than `MAX_TENSOR_BYTES` in all.
        """
        offsets, end = _layout(list(tensors.values()))
        if end > MAX_TENSOR_BYTES:
            raise ModelError(f"inputs of {end} bytes are too large for a worker process")
        memory = self._at_least(max(end, 1))
        places: list[dict[str, object]] = []
        for (name, value), offset in zip(tensors.items(), offsets, strict=True):
            target = np.frombuffer(memory, value.dtype, value.size, offset).reshape(value.shape)
            np.copyto(target, value)
            places.append({"name": name, "shape": value.shape, "dtype": value.dtype.name, "offset": offset})
        return places

    def read(self, places: Sequence[TensorPlace]) -> dict[str, Tensor]:
        """Return the tensors at these places: views that the next run overwrites.

        Raises:
            ModelError: a place is not inside the memory.
        """
        size = os.fstat(self.descriptor).st_size
        tensors: dict[str, Tensor] = {}
        for place in places:
            dtype = np.dtype(place.dtype)
            count = math.prod(place.shape)  # of Python integers: it cannot overflow
            end = place.offset + count * dtype.itemsize
            if end > min(size, MAX_TENSOR_BYTES) or place.offset % dtype.itemsize:
                raise ModelError(f"output '{place.name}' lies outside the memory shared with the worker process")
            flat: Tensor = np.frombuffer(self._at_least(max(end, 1)), dtype, count, place.offset)
            tensors[place.name] = flat.reshape(place.shape)
        return tensors

    def close(self) -> None:
        """Give up the file; views of it stay valid."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def _at_least(self, size: int) -> mmap.mmap:
        have = os.fstat(self.descriptor).st_size
        if have < size:
            os.ftruncate(self.descriptor, size)
        if self._map is None or len(self._map) < size:
            self._map = mmap.mmap(self.descriptor, max(have, size))
        return self._map


def _layout(tensors: Sequence[Tensor]) -> tuple[list[int], int]:
    """Return where each tensor begins, and where the last one ends, in bytes."""
    offsets, end = [], 0
    for tensor in tensors:
        offsets.append(end)
        end += -(-tensor.nbytes // _ALIGNMENT) * _ALIGNMENT
    return offsets, end
