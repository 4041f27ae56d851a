"""A model as a graph of named layers: to say which of them are left out of the quantisation."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from camloom.errors import ConfigError

if TYPE_CHECKING:
    import onnx
    import openvino as ov

_OPENVINO_LAYERS = frozenset(
    {"Convolution", "GroupConvolution", "ConvolutionBackpropData", "GroupConvolutionBackpropData", "MatMul"}
)
_ONNX_LAYERS = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
_SHAPES = frozenset({"ShapeOf", "Shape"})  # what asks for a size takes no part in the arithmetic
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LayerGraph:
    """The operations of a model.

    Attributes:
        feeding: names of the operations that each one takes its inputs from.
        layers: those with weights: convolutions and matrix products.
        outputs: those that the outputs come from.
    """

    feeding: Mapping[str, tuple[str, ...]]
    layers: frozenset[str]
    outputs: tuple[str, ...]

    def head(self, depth: int = 1) -> frozenset[str]:
        """Return the last `depth` layers on every way to an output, and all that comes after them."""
        left: dict[str, int] = {}
        waiting = [(name, depth) for name in self.outputs]
        while waiting:
            name, layers_left = waiting.pop()
            if left.get(name, -1) >= layers_left:
                continue
            left[name] = layers_left
            layers_left -= name in self.layers
            if layers_left > 0:
                waiting += [(other, layers_left) for other in self.feeding.get(name, ())]
        return frozenset(left)

    def matching(self, patterns: Iterable[str]) -> frozenset[str]:
        """Return the operations whose whole names fit one of these regular expressions.

        Raises:
            ConfigError: one of them fits none, or is no regular expression.
        """
        found: set[str] = set()
        for pattern in patterns:
            fitting = {name for name in self.feeding if _fits(pattern, name)}
            if not fitting:
                some = ", ".join(sorted(self.layers)[:_SHOWN])
                raise ConfigError(f"the model has no layer '{pattern}'", f"Its layers have names such as {some}")
            found |= fitting
        return frozenset(found)


def openvino_graph(model: "ov.Model") -> LayerGraph:
    """Return the operations of an OpenVINO model by their friendly names."""
    operations = [op for op in model.get_ordered_ops() if op.get_type_name() != "Constant"]
    feeding = {
        op.get_friendly_name(): ()
        if op.get_type_name() in _SHAPES
        else tuple(port.get_source_output().get_node().get_friendly_name() for port in op.inputs())
        for op in operations
    }
    layers = frozenset(op.get_friendly_name() for op in operations if op.get_type_name() in _OPENVINO_LAYERS)
    return LayerGraph(feeding, layers, tuple(result.get_friendly_name() for result in model.get_results()))


def onnx_graph(model: "onnx.ModelProto") -> LayerGraph:
    """Return the operations of an ONNX model; every node has a name (see `name_nodes`)."""
    nodes = model.graph.node
    maker = {output: node.name for node in nodes for output in node.output}
    feeding = {
        node.name: () if node.op_type in _SHAPES else tuple(maker[name] for name in node.input if name in maker)
        for node in nodes
    }
    layers = frozenset(node.name for node in nodes if node.op_type in _ONNX_LAYERS)
    outputs = tuple(maker[value.name] for value in model.graph.output if value.name in maker)
    return LayerGraph(feeding, layers, outputs)


def name_nodes(path: Path) -> None:
    """Give every node of an ONNX file a name of its own, in the file."""
    import onnx

    model = onnx.load(path)
    seen: set[str] = set()
    for index, node in enumerate(model.graph.node):
        if not node.name or node.name in seen:
            node.name = f"{node.op_type}_{index}"
        seen.add(node.name)
    onnx.save(model, path)


def _fits(pattern: str, name: str) -> bool:
    try:
        # OpenVINO splits a convolution with a bias and gives its name to the addition.
        return re.fullmatch(pattern, name.removesuffix("/WithoutBiases")) is not None
    except re.error as error:
        raise ConfigError(f"'{pattern}' is no regular expression: {error}") from error
