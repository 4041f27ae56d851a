"""What a vendor's model is given: the picture as its card says, and the inputs that never change."""

from collections.abc import Sequence

import numpy as np

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.card import InputSpec
from camloom.inference.host_input import HostInput
from camloom.inference.worker.shared import Tensor, TensorSpec

_UNNAMED = "input"
_MADE_ON_HOST = ("float32", "uint8", "int8")


class VendorInput:
    """Makes the inputs of a model from canvases; belongs to one session.

    Args:
        spec: the card's input.
        inputs: of the model; empty where its SDK does not name them.

    Raises:
        ModelError: the model's inputs are not what the card says.
    """

    def __init__(self, spec: InputSpec, inputs: Sequence[TensorSpec]) -> None:
        picture = _picture(spec, inputs)
        self._name = picture.name if picture else spec.name or _UNNAMED
        wanted = picture.dtype if picture else None
        # Half precision is made from single: a table of 256 rounded values would be the same, only slower to copy.
        self._host = HostInput(spec, wanted if wanted in _MADE_ON_HOST else None)
        self._dtype = np.dtype(wanted) if wanted else None
        self._order = [each.name for each in inputs]
        self._constants = _constants(spec, [each for each in inputs if each is not picture])

    def tensors(self, canvas: ImageArray) -> dict[str, Tensor]:
        """Return the inputs by name, in the model's own order."""
        picture = self._host.tensor(canvas)
        if self._dtype is not None and picture.dtype != self._dtype:
            picture = picture.astype(self._dtype)
        made = {self._name: picture, **self._constants}
        return {name: made[name] for name in self._order} if self._order else made


def _picture(spec: InputSpec, inputs: Sequence[TensorSpec]) -> TensorSpec | None:
    """Return the input that takes the picture; None where the model does not describe its inputs."""
    if not inputs:
        return None
    free = [each for each in inputs if each.name not in spec.constants]
    found = [each for each in inputs if each.name == spec.name] if spec.name else free
    if len(found) != 1:
        there = ", ".join(each.name for each in inputs)
        raise ModelError(f"the card does not say which input takes the picture (there: {there})", "Set `input.name`")
    _check_shape(spec, found[0])
    return found[0]


def _check_shape(spec: InputSpec, picture: TensorSpec) -> None:
    size = (spec.height, spec.width)
    expected = (1, 3, *size) if spec.layout == "NCHW" else (1, *size, 3)
    same_rank = len(picture.shape) == len(expected)
    if not same_rank or any(there not in (-1, want) for there, want in zip(picture.shape, expected, strict=True)):
        raise ModelError(
            f"the model takes {list(picture.shape)}, the card says {list(expected)}", "Mend the card's input"
        )


def _constants(spec: InputSpec, others: Sequence[TensorSpec]) -> dict[str, Tensor]:
    if not others:
        return {name: np.asarray(values, np.float32) for name, values in spec.constants.items()}
    constants: dict[str, Tensor] = {}
    for each in others:
        if each.name not in spec.constants:
            raise ModelError(f"the card does not say what goes into input '{each.name}'", "Add it to `input.constants`")
        values = np.asarray(spec.constants[each.name])
        try:
            constants[each.name] = values.reshape([max(size, -1) for size in each.shape]).astype(each.dtype)
        except ValueError as error:
            message = f"input '{each.name}' takes {list(each.shape)}, the card gives {values.size} numbers"
            raise ModelError(message, "Mend `input.constants` in the card") from error
    return constants
