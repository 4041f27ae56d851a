"""Writes the graphs of the suite as ONNX."""

from pathlib import Path
from typing import Any

import numpy as np

from camloom.testing.graphs import ENLARGEMENT, Classify, Convolution, Enlarge, Graph, Layer, Scale

_OPSET = 13
_IR_VERSION = 8


def write_onnx(graph: Graph, path: Path) -> None:
    """Write a graph."""
    import onnx
    from onnx import TensorProto, helper

    writer = _Writer()
    value = "picture"
    if graph.dtype == "u8":
        value = writer.add("Cast", [value], to=TensorProto.FLOAT)
    for layer in graph.layers:
        value = writer.layer(layer, value)
    writer.nodes[-1].output[0] = "out"
    size = [graph.height, graph.width]
    shape = [1, 3, *size] if graph.layout == "NCHW" else [1, *size, 3]
    element = TensorProto.UINT8 if graph.dtype == "u8" else TensorProto.FLOAT
    result = graph.reference(graph.canvas(), graph.card().input).shape
    made = helper.make_graph(
        writer.nodes,
        graph.name,
        [helper.make_tensor_value_info("picture", element, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, result)],
        writer.constants,
    )
    opset = [helper.make_opsetid("", _OPSET)]
    onnx.save(helper.make_model(made, opset_imports=opset, ir_version=_IR_VERSION), path)


def lacks_onnx(graph: Graph) -> str:
    """Say why ONNX cannot hold a graph; empty when it can."""
    plain = all(isinstance(layer, Scale) for layer in graph.layers)
    return "" if plain or graph.layout == "NCHW" else "convolutions of ONNX are NCHW"


class _Writer:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def layer(self, layer: Layer, value: str) -> str:
        match layer:
            case Scale():
                return self.add("Mul", [value, self.constant(np.float32(layer.factor))])
            case Convolution():
                weights = [self.constant(layer.weight), self.constant(layer.bias)]
                summed = self.add("Conv", [value, *weights], strides=[layer.stride] * 2, pads=[1, 1, 1, 1])
                return self.add("Relu", [summed])
            case Enlarge():
                scales = self.constant(np.array([1, 1, ENLARGEMENT, ENLARGEMENT], np.float32))
                mode = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
                return self.add("Resize", [value, "", scales], **mode)
            case Classify():
                pooled = self.add("ReduceMean", [value], axes=[2, 3], keepdims=0)
                logits = self.add("Gemm", [pooled, self.constant(layer.weight), self.constant(layer.bias)], transB=1)
                return self.add("Softmax", [logits], axis=1)

    def constant(self, values: Any) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        from onnx import helper

        name = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name
