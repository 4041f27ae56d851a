"""Writes the graphs of the suite as pairs of .param and .bin, the format of ncnn.

Source of the format: ncnn's documentation of param and model files and of its operators.
"""

from pathlib import Path

from camloom.testing.graphs import KERNEL, Classify, Convolution, Enlarge, Graph, Layer, Scale, Weights

_FLOAT32 = b"\0\0\0\0"  # in front of weights that are stored as they are
_MULTIPLY, _BILINEAR, _MEAN = 2, 2, 1


def write_ncnn(graph: Graph, path: Path) -> None:
    """Write a graph to a `.param` file and the `.bin` beside it."""
    writer = _Writer()
    writer.add("Input", f"0={graph.width} 1={graph.height} 2=3")
    for layer in graph.layers:
        writer.layer(layer)
    path.write_text(writer.text(), encoding="utf-8")
    path.with_suffix(".bin").write_bytes(b"".join(writer.weights))


def lacks_ncnn(graph: Graph) -> str:
    """Say why ncnn cannot hold a graph; empty when it can."""
    if graph.layout != "NCHW":
        return "ncnn takes pictures as NCHW only"
    return "ncnn takes float32 only" if graph.dtype != "f32" else ""


class _Writer:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.weights: list[bytes] = []

    def layer(self, layer: Layer) -> None:
        match layer:
            case Scale():
                self.add("BinaryOp", f"0={_MULTIPLY} 1=1 2={layer.factor:e}")
            case Convolution():
                shape = f"0={len(layer.bias)} 1={KERNEL} 3={layer.stride} 4=1 5=1 6={layer.weight.size}"
                self.add("Convolution", f"{shape} 9=1", layer.weight, layer.bias)
            case Enlarge():
                self.add("Interp", f"0={_BILINEAR} 1=2.0 2=2.0")
            case Classify():
                self.add("Pooling", f"0={_MEAN} 4=1")
                self.add("InnerProduct", f"0={len(layer.bias)} 1=1 2={layer.weight.size}", layer.weight, layer.bias)
                self.add("Softmax", "0=0 1=1")

    def add(self, kind: str, settings: str, weight: Weights | None = None, bias: Weights | None = None) -> None:
        self.lines.append((kind, settings))
        if weight is not None and bias is not None:
            self.weights += [_FLOAT32, weight.astype("<f4").tobytes(), bias.astype("<f4").tobytes()]

    def text(self) -> str:
        count = len(self.lines)
        names = ["picture", *(f"value_{index}" for index in range(1, count - 1)), "out"]
        rows = [f"7767517\n{count} {count}"]
        for index, (kind, settings) in enumerate(self.lines):
            ends = f"0 1 {names[0]}" if index == 0 else f"1 1 {names[index - 1]} {names[index]}"
            rows.append(f"{kind} layer_{index} {ends} {settings}")
        return "\n".join(rows) + "\n"
