"""What a file is, is told by its content; what cannot be read safely is refused in one line."""

import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from camloom.errors import ModelError
from camloom.toolchain.importing.recognise import recognise

SAFETENSORS = struct.pack("<Q", 2) + b"{}" + bytes(64)
ZEROS = bytes(64)


def onnx_bytes() -> bytes:
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "g",
        [value("x", TensorProto.FLOAT, [1, 3, 64, 64])],
        [value("y", TensorProto.FLOAT, [1, 3, 64, 64])],
    )
    content: bytes = helper.make_model(graph).SerializeToString()
    return content


def field(number: int, content: bytes) -> bytes:
    """One length-delimited protobuf field of a small size."""
    return bytes([number << 3 | 2, len(content)]) + content


FROZEN = field(1, field(1, b"input") + field(2, b"Placeholder")) + field(4, b"\x08\x01")
PADDLE = field(1, b"\x08\x00\x10\x00" + bytes(12)) + field(4, b"\x08\x01")
SAVED = b"\x08\x01" + field(2, b"meta graph....")

KINDS: dict[str, tuple[bytes, str]] = {
    "onnx": (onnx_bytes(), "onnx"),
    "tflite": (b"\x1c\0\0\0TFL3" + ZEROS, "tflite"),
    "ir": (b'<?xml version="1.0"?>\n<net name="x" version="11"></net>', "openvino"),
    "ncnn": (b"7767517\n1 1\nInput data 0 1 data 0=320\n", "ncnn"),
    "tfjs": (json.dumps({"modelTopology": {}, "weightsManifest": []}).encode(), "tfjs"),
    "paddle json": (json.dumps({"base_code": {}, "program": {}}).encode(), "paddle"),
    "frozen graph": (FROZEN, "tensorflow"),
    "paddle": (PADDLE, "paddle"),
    "saved model": (SAVED, "savedmodel"),
    "darknet": (b"[net]\nbatch=1\nwidth=416\n", "darknet"),
    "caffe": (b'name: "net"\nlayer {\n  type: "Input"\n}\n', "caffe"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_counts_whatever_the_name(kind: str, tmp_path: Path) -> None:
    content, expected = KINDS[kind]
    path = tmp_path / "model.dat"
    path.write_bytes(content)
    assert recognise(path) == (path, expected)


REFUSED: dict[str, tuple[bytes, str]] = {
    "pickle": (pickle.dumps({"weights": [1, 2, 3]}, protocol=2) + ZEROS, "pickle"),
    "safetensors": (SAFETENSORS, "safetensors"),
    "keras": (b"\x89HDF\r\n\x1a\n" + ZEROS, "Keras"),
    "engine": (b"ftrt" + ZEROS, "TensorRT"),
    "rknn": (b"RKNN" + ZEROS, "Rockchip"),
    "language model": (b"GGUF" + ZEROS, "language model"),
    "lfs pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    "web page": (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
    "json": (b'{"hello": "world", "x": 1}', "JSON"),
    "binary ncnn": (b"\xdd\x85\x76\x00" + ZEROS, ".param"),
    "too small": (b"\x08\x01", "bytes"),
    "zeros": (ZEROS, "no model"),
    "noise": (bytes(range(1, 256)), "no model"),
    "cut off": (onnx_bytes()[:-7], "no model"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_model_is_refused_with_what_to_do(kind: str, tmp_path: Path) -> None:
    content, word = REFUSED[kind]
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=word):
        recognise(path)


class Trap:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path, (str(self.path),)


def test_a_pickle_in_an_archive_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data.pkl", pickle.dumps(Trap(tmp_path)))
    with pytest.raises(ModelError, match="would run whatever program"):
        recognise(path)


def test_a_torchscript_archive_has_code(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", b"never read")
        archive.writestr("model/code/__torch__.py", b"never run")
    assert recognise(path) == (path, "torchscript")


def test_weights_lead_to_their_graph(tmp_path: Path) -> None:
    (tmp_path / "model.param").write_bytes(KINDS["ncnn"][0])
    weights = tmp_path / "model.bin"
    weights.write_bytes(ZEROS)
    assert recognise(weights) == (tmp_path / "model.param", "ncnn")


def test_a_folder_with_one_model_is_that_model(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(SAVED)
    assert recognise(tmp_path) == (tmp_path / "saved_model.pb", "savedmodel")
    with pytest.raises(ModelError, match="no file"):
        recognise(tmp_path / "missing.onnx")


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        recognise(tmp_path)


def test_onnx_is_found_with_any_order_of_fields(tmp_path: Path) -> None:
    model = onnx.load_from_string(onnx_bytes())
    model.doc_string = "a model"
    path = tmp_path / "model"
    path.write_bytes(model.SerializeToString())
    assert recognise(path)[1] == "onnx"
