"""The Focus layer of YOLOv5 and YOLOX as one convolution: ncnn has no strided slice.

Four slices with a step of 2 take the even and odd rows and columns apart, and lie as channels after one another.
A convolution of 2 x 2 with stride 2, whose weights are ones and zeros, does the same to the last bit.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnx

_Stored = Mapping[str, npt.NDArray[np.generic]]
_CHANNELS, _ROWS, _COLUMNS = 1, 2, 3
_TO_THE_END = 2**31 - 1  # exporters write this, or more; a smaller end may cut something off


def merge_focus(path: Path) -> None:
    """Replace every Focus layer by a convolution, in the file; what is not one is left as it is."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    graph = model.graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    values = [*onnx.shape_inference.infer_shapes(model).graph.value_info, *graph.input]
    channels = {value.name: _channels(value) for value in values}
    for node in filter(_joins_channels, list(graph.node)):
        found = [_slice_of(name, makers, stored) for name in node.input]
        sources = {one[0] for one in found if one is not None}
        if None not in found and len(found) > 1 and len(sources) == 1 and channels.get(min(sources), 0) > 0:
            _to_convolution(graph, node, min(sources), [one[1:] for one in found if one], channels[min(sources)])
    onnx.save(model, path)


def _joins_channels(node: "onnx.NodeProto") -> bool:
    return node.op_type == "Concat" and any(each.name == "axis" and each.i == _CHANNELS for each in node.attribute)


def _channels(value: "onnx.ValueInfoProto") -> int:
    dims = value.type.tensor_type.shape.dim
    return int(dims[1].dim_value) if len(dims) == 4 else 0


def _slice_of(name: str, makers: Mapping[str, "onnx.NodeProto"], stored: _Stored) -> tuple[str, int, int] | None:
    """Return (source, first row, first column) of a tensor made by slices of every other row and column."""
    starts: dict[int, int] = {}
    while (node := makers.get(name)) is not None and node.op_type == "Slice":
        step = _every_other(node, stored)
        if step is None or starts.keys() & step.keys():
            return None
        starts |= step
        name = node.input[0]
    return (name, starts[_ROWS], starts[_COLUMNS]) if starts.keys() == {_ROWS, _COLUMNS} else None


def _every_other(node: "onnx.NodeProto", stored: _Stored) -> dict[int, int] | None:
    """Return the first index by axis of a slice that takes every other row or column to the end."""
    if len(node.input) != 5 or any(name not in stored for name in node.input[1:]):
        return None
    starts, ends, axes, steps = (stored[name].astype(np.int64).reshape(-1).tolist() for name in node.input[1:])
    fits = all(start in (0, 1) for start in starts) and all(step == 2 for step in steps)
    return dict(zip(axes, starts, strict=True)) if fits and all(end >= _TO_THE_END for end in ends) else None


def _to_convolution(
    graph: "onnx.GraphProto", concat: "onnx.NodeProto", source: str, corners: list[tuple[int, int]], channels: int
) -> None:
    from onnx import helper, numpy_helper

    weights = np.zeros((len(corners) * channels, channels, 2, 2), np.float32)
    for block, (row, column) in enumerate(corners):
        for channel in range(channels):
            weights[block * channels + channel, channel, row, column] = 1
    name = f"{concat.output[0]}_focus"
    graph.initializer.append(numpy_helper.from_array(weights, name))
    made = helper.make_node("Conv", [source, name], list(concat.output), name=name, kernel_shape=[2, 2], strides=[2, 2])
    concat.CopyFrom(made)
