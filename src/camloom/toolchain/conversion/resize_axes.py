"""ONNX Resize with the sizes of all axes, as older versions of ONNX had it: converters know no other."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

_SIZES, _SCALES = 3, 2


def spell_out_resizes(path: Path) -> None:
    """Write Resize without its attribute `axes` (ONNX operator set 18), in the file; the outputs stay the same.

    What cannot be spelled out, because a shape is not known before the model runs, is left as it is.
    """
    import onnx

    model = onnx.load(path)
    inferred = onnx.shape_inference.infer_shapes(model).graph
    values = [*inferred.value_info, *inferred.input]
    shapes = {value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in values}
    changed = [_spell_out(model.graph, node, shapes) for node in model.graph.node if node.op_type == "Resize"]
    if any(changed):
        onnx.save(model, path)


def _spell_out(graph: "onnx.GraphProto", node: "onnx.NodeProto", shapes: dict[str, list[int]]) -> bool:
    from onnx import helper, numpy_helper

    axes = next((helper.get_attribute_value(each) for each in node.attribute if each.name == "axes"), None)
    shape = shapes.get(node.input[0])
    slot = next((i for i in (_SIZES, _SCALES) if len(node.input) > i and node.input[i]), None)
    stored = {tensor.name: tensor for tensor in graph.initializer}
    if axes is None or slot is None or not shape or 0 in shape or node.input[slot] not in stored:
        return False
    given = numpy_helper.to_array(stored[node.input[slot]])
    full = np.array(shape if slot == _SIZES else [1] * len(shape), given.dtype)
    full[list(axes)] = given
    name = f"{node.output[0]}_all_axes"
    graph.initializer.append(numpy_helper.from_array(full, name))
    node.input[slot] = name
    kept = [each for each in node.attribute if each.name != "axes"]
    del node.attribute[:]
    node.attribute.extend(kept)
    return True
