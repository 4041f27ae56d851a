"""Puts type, layout, colour order and mean/std in front of a model of OpenVINO.

OpenVINO's own PrePostProcessor makes the same of it, but slower on a CPU (docs/performance.md): there the pixels are
turned into planes first, and turned back for the first convolution, which wants them as they came. Arithmetic in whole
rows, W x 3 values wide, is not moved behind the turning, and the two turns cancel out.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import InputSpec, ModelCard

if TYPE_CHECKING:
    import openvino as ov

_TO_PLANES = (0, 3, 1, 2)
_SWAPPED = (2, 1, 0)


def with_preprocessing(model: "ov.Model", card: ModelCard) -> "ov.Model":
    """Change a model to take (1, H, W, 3) uint8 BGR, or up to `card.batch` of them.

    Raises:
        ModelError: its inputs are not what the card says.
        RuntimeError: OpenVINO cannot give it the card's size.
    """
    import openvino as ov

    spec = card.input
    _set_constants(model, spec)
    size = [spec.height, spec.width]
    wanted = [1, 3, *size] if spec.layout == "NCHW" else [1, *size, 3]
    if spec.multiple_of is None:
        _check_size(shape_of(model.inputs[0]), wanted)
    batch = [ov.Dimension(1, card.batch)] if card.batch > 1 else [1]
    model.reshape([*batch, *wanted[1:]])
    _rewire(model, spec, ov.PartialShape([*batch, *size, 3]))
    return model


def name_of(index: int, port: Any) -> str:
    """Return the name of an output, or one made from its number."""
    names = port.get_names()
    return min(names) if names else f"output_{index}"


def shape_of(port: Any) -> tuple[int, ...]:
    """Return the shape of an input or output; -1 where a size is known only at run time."""
    return tuple(-1 if size.is_dynamic else int(size.get_length()) for size in port.get_partial_shape())


def _rewire(model: "ov.Model", spec: InputSpec, shape: "ov.PartialShape") -> None:
    """Make the canvas the only input."""
    from openvino import Type, opset8

    old = model.inputs[0]
    canvas = opset8.parameter(shape, Type.u8, name="camloom_canvas")
    tensor = canvas if spec.dtype == "u8" else _normalised(canvas, spec)
    if spec.layout == "NCHW":
        tensor = opset8.transpose(tensor, _integers(*_TO_PLANES))
    if spec.colour == "RGB":
        tensor = opset8.gather(tensor, _integers(*_SWAPPED), _integers(1 if spec.layout == "NCHW" else 3))
    if tensor.get_output_element_type(0) != old.get_element_type():
        tensor = opset8.convert(tensor, old.get_element_type())
    for target in old.get_target_inputs():
        target.replace_source_output(tensor.output(0))
    model.add_parameters([canvas])
    model.remove_parameter(old.get_node())
    model.validate_nodes_and_infer_types()


def _normalised(canvas: Any, spec: InputSpec) -> Any:
    """Return (canvas - mean) / std as float32, still BGR, (N, H, W, 3)."""
    from openvino import Type, opset8

    mean, std = np.asarray(spec.mean, np.float64), np.asarray(spec.std, np.float64)
    rows = opset8.reshape(canvas, _integers(0, spec.height, spec.width * 3), special_zero=True)
    rows = opset8.convert(rows, Type.f32)
    if mean.any():
        rows = opset8.add(rows, opset8.constant(_row(-mean, spec)))
    if (std != 1).any():
        rows = opset8.multiply(rows, opset8.constant(_row(1 / std, spec)))
    return opset8.reshape(rows, _integers(0, spec.height, spec.width, 3), special_zero=True)


def _row(values: npt.NDArray[np.float64], spec: InputSpec) -> FloatArray:
    """Return a value per channel of the card, repeated in the order of the canvas, (1, 1, W x 3)."""
    ordered = values[::-1] if spec.colour == "RGB" else values
    return np.tile(ordered, spec.width).astype(np.float32)[None, None]


def _integers(*values: int) -> Any:
    from openvino import opset8

    return opset8.constant(np.asarray(values if len(values) > 1 else values[0], np.int64))


def _set_constants(model: "ov.Model", spec: InputSpec) -> None:
    """Give the inputs that never change the values of the card, so that one is left: the picture."""
    from openvino import opset8

    for name, values in spec.constants.items():
        port = model.input(name)
        try:
            given = np.asarray(values, port.get_element_type().to_dtype()).reshape(_fixed(shape_of(port)))
        except ValueError as error:
            raise ModelError(f"input.constants.{name}: {len(values)} values do not fill {shape_of(port)}") from error
        constant = opset8.constant(given)
        for target in port.get_target_inputs():
            target.replace_source_output(constant.output(0))
        model.remove_parameter(port.get_node())
    if spec.name:
        model.input(spec.name)
    if len(model.inputs) != 1:
        others = ", ".join(name_of(index, port) for index, port in enumerate(model.inputs))
        raise ModelError(
            f"the model has the inputs {others}, its card describes one",
            "Name the picture in `input.name` and give the others values in `input.constants`",
        )


def _check_size(found: tuple[int, ...], wanted: list[int]) -> None:
    """Raise ModelError when the file has a size of its own: reshaped in silence, a model finds less than it could."""
    if len(found) != len(wanted) or any(size not in (-1, card) for size, card in zip(found, wanted, strict=True)):
        raise ModelError(f"the model takes {list(found)}, its card says {wanted}", "Mend the card's input")


def _fixed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape with one unknown size left to the number of values, the others 1."""
    unknown = [axis for axis, size in enumerate(shape) if size < 0]
    return tuple(1 if axis in unknown[:-1] else size for axis, size in enumerate(shape))
