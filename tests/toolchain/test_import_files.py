"""Model files are parsed within bounds: what they say is read, what they try is refused."""

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper
from tests.two_file_models import write_darknet

from camloom.errors import ModelError
from camloom.toolchain.importing import guess_card, ir_file, ncnn_file, onnx_file
from camloom.toolchain.importing.convert import readable
from camloom.toolchain.importing.describe import describe_file
from camloom.toolchain.importing.flatbuffer import Table
from camloom.toolchain.importing.metadata import from_pairs, names_of, parse_value


def save_onnx(path: Path, metadata: dict[str, str] | None = None, location: str = "") -> Path:
    value = helper.make_tensor_value_info
    weight = helper.make_tensor("w", TensorProto.FLOAT, [1], [2.0])
    if location:
        del weight.float_data[:]
        weight.data_location = TensorProto.EXTERNAL
        entry = weight.external_data.add()
        entry.key, entry.value = "location", location
    graph = helper.make_graph(
        [helper.make_node("Mul", ["images", "w"], ["output0"])],
        "g",
        [value("images", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [value("output0", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for key, text in (metadata or {}).items():
        prop = model.metadata_props.add()
        prop.key, prop.value = key, text
    path.write_bytes(model.SerializeToString())
    return path


def test_onnx_says_what_goes_in_and_out(tmp_path: Path) -> None:
    pairs = {
        "author": "Ultralytics",
        "names": "{0: 'person', 1: 'traffic light'}",
        "imgsz": "[384, 640]",
        "task": "detect",
        "stride": "32",
        "end2end": "True",
        "license": "AGPL-3.0 License (https://ultralytics.com/license)",
    }
    found = onnx_file.describe(save_onnx(tmp_path / "m.onnx", pairs))
    assert [(each.name, each.shape, each.dtype) for each in found.inputs] == [("images", (1, 3, -1, -1), "f32")]
    assert found.outputs[0].beside == "Mul"
    assert found.version == "opset 13"
    noted = found.metadata
    assert noted.class_names == ("person", "traffic light")
    assert (noted.image_size, noted.stride, noted.end2end, noted.task) == ((640, 384), 32, True, "detect")
    assert noted.licence == "AGPL-3.0 License"
    assert noted.has_normalisation


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "sub/weights", ""])
def test_external_weights_stay_beside_the_model(location: str, tmp_path: Path) -> None:
    (tmp_path / "m.data").write_bytes(bytes(4))
    good = onnx_file.describe(save_onnx(tmp_path / "good.onnx", location="m.data"))
    assert good.partners == (tmp_path / "m.data",)
    if location:
        with pytest.raises(ModelError, match="outside its own folder"):
            onnx_file.describe(save_onnx(tmp_path / "bad.onnx", location=location))
    else:
        with pytest.raises(ModelError, match="beside it"):
            onnx_file.describe(save_onnx(tmp_path / "bad.onnx", location="missing.data"))


IR = """<?xml version="1.0"?>
<net name="tiny" version="{version}">
  <layers>
    <layer id="0" name="image" type="Parameter" version="opset1">
      <data shape="1,3,64,96" element_type="f32"/>
      <output><port id="0" precision="FP32" names="image">
      <dim>1</dim><dim>3</dim><dim>64</dim><dim>96</dim></port></output>
    </layer>
    <layer id="1" name="boxes" type="DetectionOutput" version="opset8">
      <input><port id="0"><dim>1</dim></port></input>
      <output><port id="1" precision="FP32" names="boxes,alias"><dim>1</dim><dim>1</dim><dim>-1</dim><dim>7</dim></port>
      </output>
    </layer>
    <layer id="2" name="end" type="Result" version="opset1">
      <input><port id="0"><dim>1</dim><dim>1</dim><dim>-1</dim><dim>7</dim></port></input>
    </layer>
  </layers>
  <edges>
    <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
    <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
  </edges>
  <rt_info>{notes}</rt_info>
</net>
"""
MODEL_API = (
    '<model_info><labels value="person hard_hat"/><mean_values value="123.675 116.28 103.53"/>'
    '<scale_values value="58.395 57.12 57.375"/><reverse_input_channels value="YES"/></model_info>'
)


def save_ir(folder: Path, text: str) -> Path:
    path = folder / "tiny.xml"
    path.write_text(text)
    path.with_suffix(".bin").write_bytes(bytes(16))
    return path


def test_ir_says_what_goes_in_and_out(tmp_path: Path) -> None:
    found = ir_file.describe(save_ir(tmp_path, IR.format(version=11, notes=MODEL_API)))
    assert [(each.name, each.shape, each.beside) for each in found.inputs] == [
        ("image", (1, 3, 64, 96), "DetectionOutput")
    ]
    assert [(each.name, each.shape, each.dtype) for each in found.outputs] == [("alias", (1, 1, -1, 7), "f32")]
    assert found.metadata.class_names == ("person", "hard hat")
    assert found.metadata.colour == "RGB"
    assert found.metadata.mean == (123.675, 116.28, 103.53)
    assert found.partners == (tmp_path / "tiny.bin",)


def test_old_ir_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="version 7, which OpenVINO no longer reads"):
        ir_file.describe(save_ir(tmp_path, IR.format(version=7, notes="")))


def test_ir_without_its_weights_is_refused(tmp_path: Path) -> None:
    path = save_ir(tmp_path, IR.format(version=11, notes=""))
    path.with_suffix(".bin").unlink()
    with pytest.raises(ModelError, match=r"tiny\.bin"):
        ir_file.describe(path)


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE net [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    text = IR.format(version=11, notes="").replace('<net name="tiny"', f'{bomb}<net name="&b;"')
    with pytest.raises(ModelError, match="document type"):
        ir_file.describe(save_ir(tmp_path, text))


def test_torn_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="damaged XML"):
        ir_file.describe(save_ir(tmp_path, IR.format(version=11, notes="")[:700]))


PARAM = """7767517
3 3
Input data 0 1 data 0=320 1=192 2=3
Convolution conv 1 1 data mid 0=8
Sigmoid end 1 1 mid out -23330=4,3,20,12,85
"""


def save_param(folder: Path, text: str) -> Path:
    path = folder / "tiny.param"
    path.write_text(text)
    path.with_suffix(".bin").write_bytes(bytes(16))
    return path


def test_ncnn_says_what_goes_in_and_out(tmp_path: Path) -> None:
    found = ncnn_file.describe(save_param(tmp_path, PARAM))
    assert [(each.name, each.shape) for each in found.inputs] == [("data", (3, 192, 320))]
    assert [(each.name, each.shape, each.beside) for each in found.outputs] == [("out", (85, 12, 20), "Sigmoid")]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("3 3\n", "4 3\n", "3 layers instead of 4"),
        ("3 3\n", "99999999 3\n", "99999999 layers"),
        ("3 3\n", "many\n", "damaged"),
        ("conv 1 1 data mid", "conv 9 9 data mid", "layer conv"),
        ("conv 1 1 data mid", "conv -1 1 data mid", "layer conv"),
        ("Convolution conv", "pnnx.Expression conv", "PNNX"),
    ],
)
def test_a_damaged_ncnn_graph_is_refused(old: str, new: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=word):
        ncnn_file.describe(save_param(tmp_path, PARAM.replace(old, new)))


def flatbuffer() -> bytes:
    """A table with an int, a text and a vector of bytes."""
    # root offset, then a vtable of size 10 (three fields), padded; the table at 16.
    vtable = struct.pack("<HHHHH", 10, 16, 4, 8, 12)
    text_at, vector_at = 32, 44
    table = struct.pack("<iiII", 12, 77, text_at - 24, vector_at - 28)
    body = struct.pack("<I", 16) + vtable + bytes(2) + table
    return body + struct.pack("<I", 5) + b"hello" + bytes(3) + struct.pack("<I", 3) + b"\x01\x02\x03"


def read_all(data: bytes) -> tuple[float, str, bytes]:
    table = Table.root(data)
    return table.number(0), table.text(1), table.raw(2)


def test_a_flatbuffer_is_read() -> None:
    assert read_all(flatbuffer()) == (77, "hello", b"\x01\x02\x03")
    table = Table.root(flatbuffer())
    assert (table.number(9, default=5), table.text(9), table.tables(9)) == (5, "", ())


@pytest.mark.parametrize("cut", range(1, 51, 7))
def test_a_cut_flatbuffer_is_refused(cut: int) -> None:
    with pytest.raises(ModelError, match="damaged"):
        read_all(flatbuffer()[:-cut])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"0": "person"}', {"0": "person"}),
        ("{0: 'person'}", {0: "person"}),
        ("[640, 640]", [640, 640]),
        ("detect", "detect"),
        ("__import__('os').system('true')", "__import__('os').system('true')"),
    ],
)
def test_values_are_literals_and_never_evaluated(text: str, expected: Any) -> None:
    assert parse_value(text) == expected


def test_deep_or_long_text_is_not_parsed() -> None:
    assert isinstance(parse_value("[" * 100_000), str)
    assert isinstance(parse_value("[" + "1," * 1_000_000 + "]"), str)


@pytest.mark.parametrize("names", [{0: "a", 2: "b"}, {"x": "a"}, [], 7, ["a"] * 9999])
def test_names_that_make_no_sense_are_left_out(names: Any) -> None:
    assert names_of(names) == ()


def test_names_are_cleaned() -> None:
    assert names_of(["a\x1b[31m\nb", "", "x" * 500]) == ("a [31m b", "class_1", "x" * 80)


@pytest.mark.parametrize("size", ["[0, 640]", "[640]", "'x'", "[99999, 640]", "None"])
def test_a_senseless_size_is_left_out(size: str) -> None:
    assert from_pairs({"imgsz": size}, "test").image_size is None


def test_tfjs_weights_stay_beside_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"modelTopology": {"node": []}, "weightsManifest": [{"paths": ["../x.bin"], "weights": []}]}')
    with pytest.raises(ModelError, match="outside its own folder"):
        readable(path, tmp_path)


@pytest.mark.parametrize("text", ["[net]\nbatch=1\nwidth=416\n", 'name: "net"\nlayer {\n  type: "Input"\n}\n'])
def test_a_graph_without_weights_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text(text)
    with pytest.raises(ModelError, match="needs its weights beside it"):
        describe_file(path)


def test_without_opencv_4_darknet_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMLOOM_PYTHON_OPENCV", raising=False)
    monkeypatch.delattr("cv2.dnn.readNetFromCaffe", raising=False)
    with pytest.raises(ModelError, match=r"needs OpenCV 4: .*pip install 'camloom\[opencv\]'") as caught:
        describe_file(write_darknet(tmp_path))
    assert "\n" not in str(caught.value)


def test_torchscript_is_understood_by_its_notes_alone(tmp_path: Path) -> None:
    path = tmp_path / "yolo.torchscript"
    notes = {"author": "Ultralytics", "task": "detect", "imgsz": [320, 640], "names": {"0": "hat", "1": "head"}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("yolo/data.pkl", b"never read")
        archive.writestr("yolo/code/__torch__.py", b"never run")
        archive.writestr("yolo/extra/config.txt", json.dumps(notes))
    card = guess_card(describe_file(path)).card
    assert card is not None
    assert (card.family, card.class_names, card.input.width, card.input.height) == ("yolov8", ("hat", "head"), 640, 320)
    assert set(card.files) == {"torch"}


def test_a_damaged_onnx_ends_in_one_line(tmp_path: Path) -> None:
    path = save_onnx(tmp_path / "m.onnx")
    data = bytearray(path.read_bytes())
    data[30:60] = bytes(30)
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError):
        describe_file(path)


@pytest.mark.slow
def test_onnx_of_any_size_gets_its_sizes_from_the_runtime(tmp_path: Path) -> None:
    found = describe_file(save_onnx(tmp_path / "m.onnx"), (96, 64))
    assert found.outputs[0].shape == (1, 3, 64, 96)
    assert onnx.load(tmp_path / "m.onnx").graph.input[0].name == "images"
