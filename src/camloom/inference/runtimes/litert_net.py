"""Opens a TFLite file with LiteRT; used by the runtime, and as a script by a child process that tries a file first."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

Detail = dict[str, Any]
"""LiteRT's description of a tensor: name, index, shape, dtype, quantization ..."""


def open_interpreter(
    path: str, picture: str, constants: Collection[str], size: Sequence[int], *, resize: bool
) -> "Interpreter":
    """Open a file for one thread, with the input for the picture set to a size.

    Args:
        path: of the file.
        picture: name of that input; empty: the only one that is none of the constants.
        constants: names of the others.
        size: (1, H, W, 3) or (1, 3, H, W).
        resize: also change a size that the file does not leave free.

    Raises:
        ValueError, RuntimeError: LiteRT's own, when it cannot read or run the file.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path, num_threads=1)
    detail = picture_input(interpreter.get_input_details(), picture, constants)
    if detail is not None and len(detail["shape"]) == len(size) and (resize or -1 in signature(detail)):
        interpreter.resize_tensor_input(detail["index"], list(size), strict=not resize)
    interpreter.allocate_tensors()
    return interpreter


def picture_input(details: Sequence[Detail], picture: str, constants: Collection[str]) -> Detail | None:
    """Return the input that takes the picture; None when that is not clear."""
    left = [detail for detail in details if detail["name"] not in constants]
    return left[0] if len(left) == 1 and picture in ("", left[0]["name"]) else None


def signature(detail: Detail) -> tuple[int, ...]:
    """Return the shape of a tensor as the file has it; -1 for a size that is free."""
    free = detail.get("shape_signature")
    shape = detail["shape"] if free is None or len(free) == 0 else free
    return tuple(int(size) for size in shape)


def _try(request: dict[str, Any]) -> dict[str, Any]:
    from camloom.inference.runtimes.child import limit_memory

    limit_memory()
    interpreter = open_interpreter(**request)
    for detail in interpreter.get_input_details():
        interpreter.set_tensor(detail["index"], np.zeros(detail["shape"], detail["dtype"]))
    interpreter.invoke()
    outputs = interpreter.get_output_details()
    return {"outputs": {each["name"]: interpreter.get_tensor(each["index"]).shape for each in outputs}}


if __name__ == "__main__":
    from camloom.inference.runtimes.child import answer_parent

    answer_parent(_try)
