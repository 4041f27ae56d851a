"""Puts type, layout, colour order and mean/std in front of an ONNX graph."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import InputSpec, ModelCard

_CANVAS = "camloom_canvas"
_FLOATS = frozenset({TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE})


def with_preprocessing(path: Path, card: ModelCard) -> bytes:
    """Return the model changed to take (1, H, W, 3) uint8 BGR, or up to `card.batch` of them, serialised.

    Raises:
        ModelError: the file is not ONNX, or its input is not what the card says.
    """
    try:
        model = onnx.load(path)
    except Exception as error:  # protobuf raises its own kinds
        raise ModelError(f"{path.name} is not an ONNX model", "Fetch it again or mend the card") from error
    graph = model.graph
    _set_constants(graph, path, card)
    inputs = _open_inputs(graph)
    if len(inputs) != 1 or card.input.name not in ("", inputs[0].name):
        names = ", ".join(value.name for value in inputs)
        raise ModelError(
            f"{path.name} has the inputs {names}, card '{card.name}' describes one",
            "Name the picture in `input.name` and give the others values in `input.constants`",
        )
    if card.input.multiple_of is not None:
        _free_size(graph, inputs[0])
    _check_size(inputs[0], path, card)
    _rewire(graph, inputs[0], card)
    return bytes(model.SerializeToString())


def _open_inputs(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    """Return the inputs that have no value yet."""
    stored = {initializer.name for initializer in graph.initializer}
    return [value for value in graph.input if value.name not in stored]


def _set_constants(graph: onnx.GraphProto, path: Path, card: ModelCard) -> None:
    """Store the values of the card for the inputs that never change."""
    there = {value.name: value for value in _open_inputs(graph)}
    for name, values in card.input.constants.items():
        if name not in there:
            raise ModelError(
                f"{path.name} has no input '{name}' as card '{card.name}' says", f"It has: {', '.join(there)}"
            )
        tensor = there[name].type.tensor_type
        shape = [dim.dim_value or -1 for dim in tensor.shape.dim]
        fixed = [1 if size < 0 and -1 in shape[axis + 1 :] else size for axis, size in enumerate(shape)]
        try:
            given = np.asarray(values, helper.tensor_dtype_to_np_dtype(tensor.elem_type)).reshape(fixed)
        except (ValueError, KeyError) as error:
            raise ModelError(
                f"card '{card.name}': input.constants.{name}: {len(values)} values do not fill {shape}", "Mend the card"
            ) from error
        graph.initializer.append(numpy_helper.from_array(given, name))


def _free_size(graph: onnx.GraphProto, value: onnx.ValueInfoProto) -> None:
    """Forget the exported size: the card says that the model takes others, and shapes are inferred anew."""
    for known in (value, *graph.output):
        for dim in known.type.tensor_type.shape.dim:
            dim.Clear()
    del graph.value_info[:]


def _check_size(value: onnx.ValueInfoProto, path: Path, card: ModelCard) -> None:
    spec = card.input
    size = (spec.height, spec.width)
    expected = (1, 3, *size) if spec.layout == "NCHW" else (1, *size, 3)
    actual = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    fits = len(actual) == 4 and all(a in (0, e) for a, e in zip(actual, expected, strict=True))
    if not fits:
        raise ModelError(
            f"{path.name} takes {actual}, card '{card.name}' says {list(expected)}", "Mend the card's input"
        )
    if card.batch > 1 and actual[0] != 0:
        raise ModelError(
            f"{path.name} takes one picture at a time, card '{card.name}' says batch: {card.batch}",
            "Export it with a free batch size, or set `batch: 1`",
        )


def _rewire(graph: onnx.GraphProto, old: onnx.ValueInfoProto, card: ModelCard) -> None:
    """Make the canvas the only input; stored weights that are listed as inputs too could not be folded."""
    spec = card.input
    nodes, constants = _steps(spec, old.name, old.type.tensor_type.elem_type)
    shape = ["batch" if card.batch > 1 else 1, spec.height, spec.width, 3]
    original = list(graph.node)
    del graph.input[:], graph.node[:]
    graph.input.append(helper.make_tensor_value_info(_CANVAS, TensorProto.UINT8, shape))
    graph.initializer.extend(constants)
    graph.node.extend([*nodes, *original])


def _steps(spec: InputSpec, target: str, element_type: int) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Chain Transpose, channel swap, Cast and one Mul and Add from the canvas to the old input, of its own type.

    What can be done on bytes and on whole planes comes first: a factor for each channel of a plane is several
    times cheaper than one for each channel of a pixel.
    """
    constants: list[onnx.TensorProto] = []
    chain: list[tuple[str, list[str], dict[str, Any]]] = []
    planar = spec.layout == "NCHW"
    if planar:
        chain.append(("Transpose", [], {"perm": [0, 3, 1, 2]}))
    if spec.colour == "RGB":
        constants.append(numpy_helper.from_array(np.array([2, 1, 0], np.int64), "camloom_swap"))
        chain.append(("Gather", ["camloom_swap"], {"axis": 1 if planar else 3}))
    if spec.dtype == "f32":
        chain.append(("Cast", [], {"to": TensorProto.FLOAT}))
        scale = np.float32(1) / np.array(spec.std, np.float32)
        chain += _unless(0, "Add", "camloom_shift", -np.array(spec.mean, np.float32), constants, planar=planar)
        chain += _unless(1, "Mul", "camloom_scale", scale, constants, planar=planar)
    if element_type in _FLOATS and (spec.dtype == "u8" or element_type != TensorProto.FLOAT):
        chain.append(("Cast", [], {"to": element_type}))
    chain = chain or [("Identity", [], {})]
    names = [_CANVAS, *(f"camloom_step_{i}" for i in range(1, len(chain))), target]
    nodes = [
        helper.make_node(op, [names[i], *extra], [names[i + 1]], name=f"camloom_{i}_{op}", **attributes)
        for i, (op, extra, attributes) in enumerate(chain)
    ]
    return nodes, constants


def _unless(
    neutral: float, operator: str, name: str, values: FloatArray, constants: list[onnx.TensorProto], *, planar: bool
) -> list[tuple[str, list[str], dict[str, Any]]]:
    """Return the step that adds or multiplies one value for each channel; none where it would change nothing."""
    if (values == neutral).all():
        return []
    same = (values == values[0]).all()
    shaped = values[0] if same else values.reshape(3, 1, 1) if planar else values
    constants.append(numpy_helper.from_array(np.asarray(shaped), name))
    return [(operator, [name], {})]
