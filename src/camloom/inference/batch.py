"""The outputs of several canvases that went through a model together, taken apart again."""

from camloom.errors import ModelError
from camloom.inference.base import Tensors


def apart(outputs: Tensors, count: int) -> list[Tensors]:
    """Return the outputs of each canvas, as if it had gone alone: (count, ...) -> count times (1, ...).

    Raises:
        ModelError: an output does not have one part for each canvas.
    """
    for name, value in outputs.items():
        if value.ndim == 0 or value.shape[0] != count:
            raise ModelError(
                f"output '{name}' of size {list(value.shape)} cannot be divided among {count} pictures",
                "Set `batch: 1` in the card",
            )
    return [{name: value[index : index + 1] for name, value in outputs.items()} for index in range(count)]
