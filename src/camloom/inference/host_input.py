"""From canvas to input tensor on the host, for runtimes that cannot do it inside the compiled model.

A channel of a canvas has 256 possible values, so mean, std, type and quantisation together are one table of 256
numbers for each channel: a look-up replaces the arithmetic, and the result is rounded once.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.card import InputSpec

Tensor = npt.NDArray[np.generic]
_TYPES: dict[str, np.dtype[Any]] = {"f32": np.dtype(np.float32), "u8": np.dtype(np.uint8)}


def to_tensor(canvas: ImageArray, spec: InputSpec) -> Tensor:
    """Return the input tensor of one canvas: (1, 3, H, W) or (1, H, W, 3), float32 or uint8 as the card says.

    Raises:
        ModelError: the canvas is not (H, W, 3) uint8 of the card's size.
    """
    return HostInput(spec).tensor(canvas)


class HostInput:
    """Makes the input tensor of a model from canvases, in memory of its own; belongs to one session.

    Args:
        spec: the card's input.
        dtype: of the tensor: float32, uint8 or int8; None: as the card says.
        scale: of a quantised tensor, whose integers q stand for `(q - zero_point) * scale`; 0: not quantised.
        zero_point: see `scale`.

    Raises:
        ModelError: the tensor's type cannot hold what the card asks for.
    """

    def __init__(
        self, spec: InputSpec, dtype: npt.DTypeLike | None = None, scale: float = 0.0, zero_point: int = 0
    ) -> None:
        self._shape = (spec.height, spec.width, 3)
        self._planar = spec.layout == "NCHW"
        self._order = (2, 1, 0) if spec.colour == "RGB" else (0, 1, 2)
        wanted: np.dtype[Any] = _TYPES[spec.dtype] if dtype is None else np.dtype(dtype)
        self._table = _tables(spec, wanted, scale, zero_point)[None]
        self._planes = [np.ascontiguousarray(self._table[:, :, channel]) for channel in range(3)]
        self._is_uniform = bool((self._table == self._table[:, :, :1]).all())
        self._apart = np.empty((3, *self._shape[:2]), np.uint8)
        self._swapped = np.empty(self._shape, np.uint8)
        size = (1, 3, *self._shape[:2]) if self._planar else (1, *self._shape)
        self._tensor: npt.NDArray[Any] = np.empty(size, wanted)

    def tensor(self, canvas: ImageArray) -> Tensor:
        """Return the tensor of a canvas; the next call overwrites it.

        Raises:
            ModelError: the canvas is not (H, W, 3) uint8 of the card's size.
        """
        check_canvas(canvas, self._shape)
        self._write(canvas, self._tensor)
        return self._tensor

    def write(self, canvas: ImageArray, target: Tensor) -> None:
        """Write the tensor of a canvas into memory of the caller's, of its very shape and type.

        Raises:
            ModelError: the canvas is not (H, W, 3) uint8 of the card's size, or the target is not like the tensor.
        """
        check_canvas(canvas, self._shape)
        wanted = self._tensor
        if target.shape != wanted.shape or target.dtype != wanted.dtype or not target.flags.c_contiguous:
            raise ModelError(f"the model's input is {wanted.shape} {wanted.dtype}, not {target.shape} {target.dtype}")
        self._write(canvas, target)

    def _write(self, canvas: ImageArray, target: npt.NDArray[Any]) -> None:
        if self._planar:
            cv2.split(canvas, list(self._apart))
            for channel, source in enumerate(self._order):
                cv2.LUT(self._apart[source], self._planes[channel], dst=target[0, channel])
            return
        ordered = canvas if self._order[0] == 0 else cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB, dst=self._swapped)
        if self._is_uniform:  # one table for all: half the time that three take
            row = (self._shape[0], self._shape[1] * 3)
            cv2.LUT(np.asarray(ordered).reshape(row), self._planes[0], dst=target.reshape(row))
        else:
            cv2.LUT(np.asarray(ordered), self._table, dst=target[0])


def check_canvas(canvas: ImageArray, shape: tuple[int, ...]) -> None:
    """Raise ModelError unless a canvas is what the model was compiled for: native code would read past its end."""
    if canvas.shape != shape or canvas.dtype != np.uint8:
        raise ModelError(f"the model takes a canvas of {shape} uint8, it was given {canvas.shape} {canvas.dtype}")


def _tables(spec: InputSpec, dtype: np.dtype[Any], scale: float, zero_point: int) -> npt.NDArray[Any]:
    """Return what each value of each channel becomes, (256, 3), in the channel order of the tensor."""
    pixels = np.repeat(np.arange(256, dtype=np.float64)[:, None], 3, axis=1)
    if spec.dtype == "u8":
        return _stored(pixels, dtype)
    values = (pixels - np.asarray(spec.mean)) / np.asarray(spec.std)
    if np.issubdtype(dtype, np.floating):
        return np.asarray(values, dtype)
    return _stored(values / scale + zero_point if scale > 0 else values, dtype, quantised=scale > 0)


def _stored(values: npt.NDArray[np.float64], dtype: np.dtype[Any], *, quantised: bool = False) -> npt.NDArray[Any]:
    """Return values in the type of the tensor; ModelError where an unquantised type cannot hold them."""
    if np.issubdtype(dtype, np.floating):
        return np.asarray(values, dtype)
    limits = np.iinfo(np.dtype(dtype.name))
    rounded = np.clip(np.rint(values), limits.min, limits.max)
    if not quantised and not np.array_equal(rounded, values):
        raise ModelError(
            f"the model takes {dtype.name} pixels, the card asks for values from {values.min():g} to {values.max():g}",
            "Set `dtype: u8` and no mean and std in the card's input",
        )
    return np.asarray(rounded, dtype)
