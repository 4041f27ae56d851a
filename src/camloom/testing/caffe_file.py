"""Writes the graphs of the suite as pairs of .caffemodel and .prototxt, the format of Caffe.

Source: caffe.proto of BVLC/caffe; the encoding of protobuf as published (protobuf.dev, "Encoding").
"""

from pathlib import Path

import numpy as np

from camloom.testing.graphs import ENLARGEMENT, KERNEL, Classify, Convolution, Enlarge, Graph, Layer, Scale, Weights

_NET_NAME, _NET_LAYER = 1, 100
_LAYER_NAME, _LAYER_TYPE, _LAYER_BLOBS = 1, 2, 7
_BLOB_DATA, _BLOB_SHAPE, _SHAPE_DIM = 5, 7, 1
_BILINEAR = (0.25, 0.75, 0.75, 0.25)

Shape = tuple[int, int, int]


def write_caffe(graph: Graph, path: Path) -> None:
    """Write a graph to a `.caffemodel` file and the `.prototxt` beside it."""
    writer = CaffeWriter((1, 3, graph.height, graph.width))
    shape: Shape = (3, graph.height, graph.width)
    for layer in graph.layers:
        shape = _add(writer, layer, shape)
    writer.write(path)


def lacks_caffe(graph: Graph) -> str:
    """Say why Caffe cannot hold a graph; empty when it can."""
    if graph.layout != "NCHW":
        return "Caffe takes pictures as NCHW only"
    return "Caffe takes float32 only" if graph.dtype != "f32" else ""


class CaffeWriter:
    """A Caffe net, layer by layer, each behind the last one unless it says otherwise.

    Args:
        shape: of the input `data`, with its batch axis.
        data: more settings of that layer, in protobuf's text format.
    """

    def __init__(self, shape: tuple[int, ...], data: str = "") -> None:
        dims = " ".join(f"dim: {size}" for size in shape)
        self._lines = [
            f'layer {{ name: "data" type: "Input" top: "data" input_param {{ shape {{ {dims} }} }} {data} }}'
        ]
        self._weights: list[bytes] = [field(_NET_NAME, b"net")]
        self.last = "data"

    def add(
        self,
        kind: str,
        settings: str = "",
        *blobs: Weights,
        bottoms: tuple[str, ...] = (),
        tops: tuple[str, ...] = (),
        name: str = "",
    ) -> None:
        """Add a layer.

        Args:
            kind: its type, such as `Convolution`.
            settings: of it, in protobuf's text format.
            blobs: its weights.
            bottoms: what goes in; none: what came out of the last layer.
            tops: what comes out; none: one value of the layer's name.
            name: of the layer; empty: made from its number.
        """
        name = name or f"layer_{len(self._lines)}"
        wires = [f'bottom: "{each}"' for each in bottoms or (self.last,)]
        wires += [f'top: "{each}"' for each in tops or (name,)]
        self._lines.append(f'layer {{ name: "{name}" type: "{kind}" {" ".join(wires)} {settings} }}')
        stored = b"".join(field(_LAYER_BLOBS, _blob(each)) for each in blobs)
        header = field(_LAYER_NAME, name.encode()) + field(_LAYER_TYPE, kind.encode())
        self._weights.append(field(_NET_LAYER, header + stored))
        self.last = (tops or (name,))[-1]

    def write(self, path: Path) -> None:
        """Write both files; `path` is that of the weights."""
        path.write_bytes(b"".join(self._weights))
        path.with_suffix(".prototxt").write_text("\n".join(['name: "net"', *self._lines]) + "\n", encoding="utf-8")


def field(number: int, content: bytes) -> bytes:
    """Return a field of protobuf that has a length."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _add(writer: CaffeWriter, layer: Layer, shape: Shape) -> Shape:
    """Add a layer of a graph to a picture of channels, height and width; return those behind it."""
    channels, height, width = shape
    match layer:
        case Scale():
            writer.add("Power", f"power_param {{ scale: {layer.factor:e} }}")
        case Convolution():
            settings = f"num_output: {len(layer.bias)} kernel_size: {KERNEL} stride: {layer.stride} pad: 1"
            writer.add("Convolution", f"convolution_param {{ {settings} }}", layer.weight, layer.bias)
            writer.add("ReLU")
            return len(layer.bias), -(-height // layer.stride), -(-width // layer.stride)
        case Enlarge():
            _enlarge(writer, shape)
            return channels, ENLARGEMENT * height, ENLARGEMENT * width
        case Classify():
            writer.add("Pooling", "pooling_param { pool: AVE global_pooling: true }")
            settings = f"inner_product_param {{ num_output: {len(layer.bias)} }}"
            writer.add("InnerProduct", settings, layer.weight, layer.bias)
            writer.add("Softmax")
    return shape


def _enlarge(writer: CaffeWriter, shape: Shape) -> None:
    """Add what Caffe has in the place of a bilinear resize: a deconvolution, behind a border of repeated pixels."""
    channels, height, width = shape
    for axis, size in ((3, width), (2, height)):
        first, middle, last = (f"{part}_{axis}" for part in ("first", "middle", "last"))
        points = f"slice_param {{ axis: {axis} slice_point: 1 slice_point: {size - 1} }}"
        writer.add("Slice", points, tops=(first, middle, last))
        writer.add("Concat", f"concat_param {{ axis: {axis} }}", bottoms=(first, first, middle, last, last))
    settings = f"num_output: {channels} group: {channels} kernel_size: 4 stride: 2 pad: 3 bias_term: false"
    kernel = np.tile(np.outer(_BILINEAR, _BILINEAR).astype(np.float32), (channels, 1, 1, 1))
    writer.add("Deconvolution", f"convolution_param {{ {settings} }}", kernel)


def _blob(weights: Weights) -> bytes:
    values = np.ascontiguousarray(weights, "<f4")
    shape = b"".join(_varint(_SHAPE_DIM << 3) + _varint(size) for size in values.shape)
    return field(_BLOB_SHAPE, shape) + field(_BLOB_DATA, values.tobytes())


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
