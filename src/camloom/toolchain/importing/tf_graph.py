"""Writes TensorFlow's GraphDef from the JSON of a TensorFlow.js graph model, so that OpenVINO can read it.

Source: the messages as published (tensorflow/core/framework: graph, node_def, attr_value, tensor, tensor_shape), and
the fused operations of the TensorFlow.js converter, which are taken apart again: a convolution or a product, then
bias, then activation.
"""

import base64
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.refusals import damaged

Attributes = Mapping[str, bytes]
_TYPES: Mapping[str, int] = {
    "DT_FLOAT": 1, "DT_DOUBLE": 2, "DT_INT32": 3, "DT_UINT8": 4, "DT_INT16": 5, "DT_INT8": 6, "DT_STRING": 7,
    "DT_INT64": 9, "DT_BOOL": 10, "DT_HALF": 19,
}  # fmt: skip
_NUMPY: Mapping[str, int] = {"float32": 1, "int32": 3, "uint8": 4, "int64": 9, "bool": 10}
_FUSED: Mapping[str, str] = {
    "_FusedConv2D": "Conv2D",
    "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedMatMul": "MatMul",
}
_ONLY_FUSED = frozenset({"fused_ops", "num_args", "epsilon", "leakyrelu_alpha", "explicit_paddings"})
_ACTIVATIONS = frozenset({"Relu", "Relu6", "Elu", "Sigmoid", "Tanh", "LeakyRelu"})
_S, _I, _F, _B, _TYPE, _SHAPE, _TENSOR = 2, 3, 4, 5, 6, 7, 8  # fields of AttrValue; the same in its lists
_PRODUCER = 440


def graph_bytes(nodes: list[dict[str, Any]], weights: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return the GraphDef.

    Args:
        nodes: of `modelTopology`, as JSON has them.
        weights: by the name of their Const node.

    Raises:
        ModelError: a node is not what it should be, or has a fused operation that cannot be taken apart.
    """
    try:
        written = b"".join(message(1, part) for node in nodes for part in _parts(node, weights))
    except (KeyError, TypeError, ValueError, AttributeError, struct.error) as error:
        raise ModelError(damaged(f"the graph is damaged: {error!r}"[:200]), "Fetch it again") from error
    return written + message(4, number(1, _PRODUCER))


def node_bytes(name: str, op: str, inputs: tuple[str, ...] = (), attributes: Attributes | None = None) -> bytes:
    """Return a NodeDef; values of `attributes` are AttrValues."""
    entries = [message(1, key.encode()) + message(2, value) for key, value in (attributes or {}).items()]
    head = message(1, name.encode()) + message(2, op.encode())
    return (
        head + b"".join(message(3, each.encode()) for each in inputs) + b"".join(message(5, each) for each in entries)
    )


def type_value(name: str) -> bytes:
    """Return the AttrValue of a type such as `DT_FLOAT`."""
    return number(_TYPE, _TYPES[name])


def shape_value(sizes: tuple[int, ...]) -> bytes:
    """Return the AttrValue of a shape; -1 for any size."""
    return message(_SHAPE, _shape(sizes))


def tensor_value(array: npt.NDArray[Any]) -> bytes:
    """Return the AttrValue of a constant."""
    head = number(1, _NUMPY[str(array.dtype)]) + message(2, _shape(array.shape))
    return message(_TENSOR, head + message(4, np.ascontiguousarray(array).tobytes()))


def message(field: int, content: bytes) -> bytes:
    """Return a field that holds bytes, a text or a message."""
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def number(field: int, value: int) -> bytes:
    """Return a field that holds a whole number."""
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative numbers take all ten bytes
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _shape(sizes: tuple[int, ...]) -> bytes:
    return b"".join(message(2, number(1, size)) for size in sizes)


def _parts(node: dict[str, Any], weights: Mapping[str, npt.NDArray[Any]]) -> Iterator[bytes]:
    """Yield the node, or the nodes that a fused one stands for."""
    name, op, raw = str(node["name"]), str(node["op"]), node.get("attr") or {}
    inputs = tuple(str(each) for each in node.get("input", ()) if not str(each).startswith("^"))
    if op == "Const":
        array = weights[name]
        yield node_bytes(name, op, (), {"dtype": number(_TYPE, _NUMPY[str(array.dtype)]), "value": tensor_value(array)})
    elif op in _FUSED:
        yield from _unfused(name, op, inputs, raw)
    else:
        yield node_bytes(name, op, inputs, {key: _attribute(value) for key, value in raw.items()})


def _unfused(name: str, op: str, inputs: tuple[str, ...], raw: dict[str, Any]) -> Iterator[bytes]:
    steps = [base64.b64decode(each).decode() for each in raw["fused_ops"]["list"]["s"]]
    base = {key: _attribute(value) for key, value in raw.items() if key not in _ONLY_FUSED}
    kind = {"T": base["T"]}
    extra = list(inputs[2:])
    names = [f"{name}/part_{index}" for index in range(len(steps))] + [name]
    yield node_bytes(names[0], _FUSED[op], inputs[:2], base)
    for index, step in enumerate(steps):
        before, after = names[index], names[index + 1]
        if step == "BiasAdd":
            layout = {"data_format": base["data_format"]} if "data_format" in base else {}
            yield node_bytes(after, step, (before, extra.pop(0)), {**kind, **layout})
        elif step == "Prelu":
            yield from _prelu(before, after, extra.pop(0), kind)
        elif step in _ACTIVATIONS:
            slope = {"alpha": _attribute(raw["leakyrelu_alpha"])} if step == "LeakyRelu" else {}
            yield node_bytes(after, step, (before,), {**kind, **slope})
        else:
            raise ModelError(
                Phrase(f"its operation {op} with {step[:40]} cannot be taken apart", "operations", names=op)
            )


def _prelu(before: str, after: str, slope: str, kind: Attributes) -> Iterator[bytes]:
    """Relu(x) - slope * Relu(-x): TensorFlow has no operation for it."""
    yield node_bytes(f"{after}/up", "Relu", (before,), kind)
    yield node_bytes(f"{after}/neg", "Neg", (before,), kind)
    yield node_bytes(f"{after}/down", "Relu", (f"{after}/neg",), kind)
    yield node_bytes(f"{after}/scaled", "Mul", (f"{after}/down", slope), kind)
    yield node_bytes(after, "Sub", (f"{after}/up", f"{after}/scaled"), kind)


def _attribute(value: dict[str, Any]) -> bytes:
    """Return an AttrValue from protobuf's JSON spelling: bytes are base64, 64-bit integers are strings."""
    if not value:
        return b""
    kind, content = next(iter(value.items()))
    if kind == "list":
        return message(1, b"".join(_plain(each, item) for each, items in content.items() for item in items or ()))
    return _plain(kind, content)


def _type(name: str) -> int:
    if name not in _TYPES:
        text = f"its graph has values of the type {name[:40]}, which OpenVINO does not read"
        raise ModelError(Phrase(text, "operations", names=name[:40]))
    return _TYPES[name]


def _plain(kind: str, content: Any) -> bytes:
    if kind == "s":
        return message(_S, base64.b64decode(content))
    if kind == "i":
        return number(_I, int(content))
    if kind == "f":
        return _varint(_F << 3 | 5) + struct.pack("<f", float(content))
    if kind == "b":
        return number(_B, int(content is True))
    if kind == "type":
        return number(_TYPE, content if isinstance(content, int) else _type(content))
    if kind == "shape":
        return message(_SHAPE, _shape(tuple(int(dim.get("size", 0)) for dim in content.get("dim") or ())))
    raise ValueError(f"an attribute of kind {kind}")
