"""Turn a TensorFlow.js detector graph into one ONNX file that every runtime reads.

Such graphs came from ONNX through TensorFlow and carry a pair of Transposes around every convolution. Here
a Transpose or a Pad is no operation at first, it only changes how a tensor is looked at (`_View`). What a
convolution or a pooling can take over it takes over; the rest is written where a value is needed as it is.

The same input gives the same bytes with any version of `onnx`: nothing that depends on it is stored.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from camloom.assets.tfjs import Array, Node, TfjsGraph, read_graph
from camloom.errors import AssetError

OPSET = 18
IR_VERSION = 8
NHWC_OF_NCHW = (0, 2, 3, 1)
NOT_CONVERTED = "Only detector graphs of the catalogue are converted; give the model as ONNX instead"


@dataclass(frozen=True, slots=True)
class _View:
    """A TensorFlow tensor as a view of an ONNX one: pad that one, then permute its axes.

    Args:
        name: of the ONNX tensor.
        perm: axis i of the view is axis `perm[i]` of the tensor.
        pads: values added before and after, by axis of the tensor.
        fill: the value added.
    """

    name: str
    perm: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    fill: float = 0.0

    @classmethod
    def plain(cls, name: str, perm: Sequence[int]) -> "_View":
        return cls(name, tuple(perm), ((0, 0),) * len(perm))

    @property
    def padded(self) -> bool:
        return any(before or after for before, after in self.pads)


_Value = _View | Array


def convert(
    model: Path, weight_files: Sequence[Path], target: Path, input_name: str, output_names: Mapping[str, str]
) -> None:
    """Write a TensorFlow.js graph model as ONNX, float32.

    Args:
        model: the JSON file.
        weight_files: the binary files that it names, in its order.
        target: the file to write.
        input_name: what to call the only input.
        output_names: what to call the outputs, by the name of their node.

    Raises:
        AssetError: the graph has an operation, or a use of one, that is not supported.
    """
    graph = read_graph(model, weight_files)
    translation = _Translation(graph, input_name)
    for node in graph.nodes:
        translation.add(node)
    missing = [name for name in output_names if name not in graph.outputs]
    if missing:
        raise AssetError(f"{model.name} has no output '{missing[0]}'; it has {', '.join(graph.outputs)}")
    converted = translation.finish(output_names)
    target.write_bytes(converted.SerializeToString(deterministic=True))


class _Translation:
    """Writes ONNX nodes while it walks through the TensorFlow ones."""

    def __init__(self, graph: TfjsGraph, input_name: str) -> None:
        self._weights = graph.weights
        self._input_name = input_name
        self._uses = Counter(name for node in graph.nodes for name in node.inputs)
        self._values: dict[str, _Value] = {}
        self._nodes: list[onnx.NodeProto] = []
        self._unbiased: dict[str, onnx.NodeProto] = {}
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []

    def add(self, node: Node) -> None:
        """Translate one node; its inputs must have come before."""
        unknown = [name for name in node.inputs if name not in self._values]
        if unknown:
            raise AssetError(f"node '{node.name}' uses '{unknown[0]}' before it is computed", NOT_CONVERTED)
        inputs = [self._values[name] for name in node.inputs]
        for index, value in enumerate(self._translate(node, inputs)):
            self._values[node.name if index == 0 else f"{node.name}:{index}"] = value

    def finish(self, output_names: Mapping[str, str]) -> onnx.ModelProto:
        """Return the model with these outputs."""
        for node_name, name in output_names.items():
            output = self._as_it_is(_view(self._values[node_name]))
            self._nodes.append(helper.make_node("Identity", [output], [name]))
        outputs = [onnx.ValueInfoProto(name=name) for name in output_names.values()]
        graph = helper.make_graph(self._nodes, "tfjs", self._inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET)]
        model = onnx.shape_inference.infer_shapes(
            helper.make_model(graph, ir_version=IR_VERSION, opset_imports=opsets), strict_mode=True
        )
        del model.graph.value_info[:]
        return model

    def _translate(self, node: Node, inputs: list[_Value]) -> list[_Value]:
        if all(isinstance(value, np.ndarray) for value in inputs) and node.op in _FOLDS:
            return [_FOLDS[node.op](*inputs)]
        if node.op == "Const":
            return [self._weights[node.name]]
        translate = _OPERATIONS.get(node.op)
        if translate is None:
            raise AssetError(f"operation '{node.op}' (node '{node.name}') cannot be converted", NOT_CONVERTED)
        try:
            return translate(self, node, *inputs)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise AssetError(f"cannot convert {node.op} '{node.name}': {error}", NOT_CONVERTED) from error

    # Writing: names of tensors in, the name of a new tensor out.

    def _emit(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        return self._emit_many(op, inputs, 1, **attributes)[0]

    def _emit_many(self, op: str, inputs: Sequence[str], count: int, **attributes: Any) -> list[str]:
        names = [f"{op.lower()}_{len(self._nodes)}" + (f"_{index}" if index else "") for index in range(count)]
        self._nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names

    def _constant(self, array: Array) -> str:
        name = f"const_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _unpadded(self, view: _View) -> _View:
        if not view.padded:
            return view
        pads = np.array(view.pads, np.int64).T.ravel()
        fill = self._constant(np.array(view.fill, np.float32))
        return _View.plain(self._emit("Pad", [view.name, self._constant(pads), fill]), view.perm)

    def _arranged(self, view: _View, perm: Sequence[int]) -> str:
        """Return a tensor of which `view` is the permutation `perm`, with nothing left to pad."""
        view = self._unpadded(view)
        if view.perm == tuple(perm):
            return view.name
        return self._emit("Transpose", [view.name], perm=[view.perm[axis] for axis in np.argsort(perm)])

    def _as_it_is(self, view: _View) -> str:
        return self._arranged(view, range(len(view.perm)))

    def _planes(self, view: _View, fill: float) -> tuple[str, list[int]]:
        """Return an NHWC view as an NCHW tensor, and the pads that the operation itself can do."""
        foldable = view.perm == NHWC_OF_NCHW and view.fill == fill and not any(view.pads[0] + view.pads[1])
        if not foldable:
            return self._arranged(view, NHWC_OF_NCHW), [0, 0, 0, 0]
        (top, bottom), (left, right) = view.pads[2:]
        return view.name, [top, left, bottom, right]

    # Operations: the node and its inputs in, its outputs out.

    def placeholder(self, node: Node) -> list[_Value]:
        shape = [max(size, 1) for size in node.attributes["shape"]]
        self._inputs.append(helper.make_tensor_value_info(self._input_name, TensorProto.FLOAT, shape))
        return [_View.plain(self._input_name, range(len(shape)))]

    def transpose(self, _: Node, x: _View, perm: Array) -> list[_Value]:
        return [replace(x, perm=tuple(x.perm[axis] for axis in perm.tolist()))]

    def pad(self, _: Node, x: _View, paddings: Array, fill: Array | None = None) -> list[_Value]:
        x = self._unpadded(x)
        pads = [(0, 0)] * len(x.perm)
        for axis, (before, after) in zip(x.perm, paddings.tolist(), strict=True):
            pads[axis] = (before, after)
        return [replace(x, pads=tuple(pads), fill=0.0 if fill is None else float(fill))]

    def conv2d(self, node: Node, x: _View, kernel: Array) -> list[_Value]:
        name, pads = self._planes(x, fill=0.0)
        weights = self._constant(kernel.transpose(3, 2, 0, 1))
        dilations = node.attributes.get("dilations", (1, 1, 1, 1))[1:3]
        window = _window(node, kernel.shape[:2], pads)
        output = self._emit("Conv", [name, weights], dilations=dilations, **window)
        self._unbiased[output] = self._nodes[-1]
        return [_View.plain(output, NHWC_OF_NCHW)]

    def max_pool(self, node: Node, x: _View) -> list[_Value]:
        name, pads = self._planes(x, fill=-np.inf)
        window = _window(node, node.attributes["ksize"][1:3], pads)
        return [_View.plain(self._emit("MaxPool", [name], **window), NHWC_OF_NCHW)]

    def add_tensors(self, node: Node, a: _Value, b: _Value) -> list[_Value]:
        if isinstance(a, _View) and isinstance(b, _View):
            a = self._unpadded(a)
            return [_View.plain(self._emit("Add", [a.name, self._arranged(b, a.perm)]), a.perm)]
        if isinstance(a, _View):
            return self._add_constant(node.inputs[0], a, _array(b))
        return self._add_constant(node.inputs[1], _view(b), a)

    def _add_constant(self, tf_name: str, a: _View, b: Array) -> list[_Value]:
        a = self._unpadded(a)
        shape = (1,) * (len(a.perm) - b.ndim) + b.shape
        offset = b.reshape(shape).transpose(np.argsort(a.perm))
        convolution = self._unbiased.get(a.name)
        if convolution and self._uses[tf_name] == 1 and offset.size == offset.shape[1]:
            convolution.input.append(self._constant(offset.ravel()))
            del self._unbiased[a.name]
            return [a]
        return [_View.plain(self._emit("Add", [a.name, self._constant(offset)]), a.perm)]

    def concat(self, _: Node, first: _View, *others: _Value) -> list[_Value]:
        first = self._unpadded(first)
        *views, axis = others
        names = [first.name, *(self._arranged(_view(view), first.perm) for view in views)]
        return [_View.plain(self._emit("Concat", names, axis=first.perm[int(_array(axis))]), first.perm)]

    def split(self, _: Node, x: _View, sizes: Array, axis: Array) -> list[_Value]:
        x = self._unpadded(x)
        inputs = [x.name, self._constant(sizes.astype(np.int64))]
        names = self._emit_many("Split", inputs, len(sizes), axis=x.perm[int(axis)])
        return [_View.plain(name, x.perm) for name in names]

    def reshape(self, _: Node, x: _View, shape: Array) -> list[_Value]:
        name = self._emit("Reshape", [self._as_it_is(x), self._constant(shape.astype(np.int64))])
        return [_View.plain(name, range(len(shape)))]

    def resize_bilinear(self, node: Node, x: _View, size: Array) -> list[_Value]:
        mode = "half_pixel" if node.attributes.get("half_pixel_centers") else "asymmetric"
        mode = "align_corners" if node.attributes.get("align_corners") else mode
        inputs = [self._arranged(x, NHWC_OF_NCHW), "", "", self._constant(size.astype(np.int64))]
        name = self._emit("Resize", inputs, axes=[2, 3], mode="linear", coordinate_transformation_mode=mode)
        return [_View.plain(name, NHWC_OF_NCHW)]

    def leaky_relu(self, node: Node, x: _View) -> list[_Value]:
        x = self._unpadded(x)
        return [replace(x, name=self._emit("LeakyRelu", [x.name], alpha=float(node.attributes.get("alpha", 0.2))))]

    def sigmoid(self, _: Node, x: _View) -> list[_Value]:
        x = self._unpadded(x)
        return [replace(x, name=self._emit("Sigmoid", [x.name]))]

    def identity(self, _: Node, x: _View) -> list[_Value]:
        return [x]


def _window(node: Node, kernel: Sequence[int], pads: list[int]) -> dict[str, Any]:
    """Return the attributes that a convolution and a pooling share."""
    if node.attributes.get("data_format", "NHWC") != "NHWC":
        raise ValueError("only the layout NHWC is supported")
    window = {"kernel_shape": list(kernel), "strides": node.attributes["strides"][1:3]}
    padding = node.attributes["padding"]
    if padding == "VALID":
        return {**window, "pads": pads}
    if padding == "SAME" and not any(pads):
        return {**window, "auto_pad": "SAME_UPPER"}
    raise ValueError(f"padding {padding} is not supported here")


def _view(value: _Value) -> _View:
    if not isinstance(value, _View):
        raise TypeError("an input that must be computed is constant")
    return value


def _array(value: _Value) -> Array:
    if not isinstance(value, np.ndarray):
        raise TypeError("an input that must be constant is not")
    return value


def _sparse_to_dense(indices: Array, shape: Array, values: Array, default: Array) -> Array:
    dense = np.full(shape, default)
    dense[tuple(indices.reshape(-1, len(shape)).T)] = values
    return dense


_FOLDS: dict[str, Callable[..., Array]] = {
    "Add": np.add,
    "AddV2": np.add,
    "Identity": _array,
    "SparseToDense": _sparse_to_dense,
}

_OPERATIONS: dict[str, Callable[..., list[_Value]]] = {
    "Add": _Translation.add_tensors,
    "AddV2": _Translation.add_tensors,
    "ConcatV2": _Translation.concat,
    "Conv2D": _Translation.conv2d,
    "Identity": _Translation.identity,
    "LeakyRelu": _Translation.leaky_relu,
    "MaxPool": _Translation.max_pool,
    "Pad": _Translation.pad,
    "PadV2": _Translation.pad,
    "Placeholder": _Translation.placeholder,
    "Reshape": _Translation.reshape,
    "ResizeBilinear": _Translation.resize_bilinear,
    "Sigmoid": _Translation.sigmoid,
    "SplitV": _Translation.split,
    "Transpose": _Translation.transpose,
}
