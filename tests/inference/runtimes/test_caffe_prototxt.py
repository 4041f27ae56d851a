"""The text half of a Caffe model, as old and new files have it."""

from pathlib import Path

import pytest

from camloom.errors import ModelError
from camloom.inference.runtimes.caffe_prototxt import parse_text, read_prototxt, submessage

RELU = 'layer { name: "act" type: "ReLU" bottom: "data" top: "data" }\n'
INPUT = 'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 8 dim: 16 } } }\n'


def prototxt(folder: Path, text: str) -> Path:
    path = folder / "net.prototxt"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "start",
    [
        INPUT,
        'input: "data"\ninput_dim: 1\ninput_dim: 3\ninput_dim: 8\ninput_dim: 16\n',
        'input: "data" input_shape { dim: [1, 3, 8, 16] }\n',
        "# a remark\nname: 'net'; input: 'data', input_shape < dim: 1 dim: 3 dim: 8 dim: 16 >\n",
    ],
)
def test_the_input_is_found_in_every_way_of_saying_it(tmp_path: Path, start: str) -> None:
    net = read_prototxt(prototxt(tmp_path, start + RELU))
    assert net.inputs == {"data": (1, 3, 8, 16)}
    assert [layer.name for layer in net.outputs] == ["act"]


def test_outputs_are_what_nothing_follows(tmp_path: Path) -> None:
    text = INPUT + "".join(
        f'layer {{ name: "{name}" type: "Power" bottom: "{bottom}" top: "{top}" }}\n'
        for name, bottom, top in (("a", "data", "x"), ("b", "x", "x"), ("c", "x", "y"), ("d", "x", "z"))
    )
    net = read_prototxt(prototxt(tmp_path, text))
    assert [layer.name for layer in net.outputs] == ["c", "d"]


def test_layers_for_training_are_left_out(tmp_path: Path) -> None:
    loss = 'layer { name: "loss" type: "SoftmaxWithLoss" bottom: "data" top: "loss" include { phase: TRAIN } }\n'
    net = read_prototxt(prototxt(tmp_path, INPUT + RELU + loss))
    assert [layer.name for layer in net.outputs] == ["act"]


def test_types_of_the_first_version_are_called_as_in_the_second(tmp_path: Path) -> None:
    old = 'layers { name: "p" type: INNER_PRODUCT bottom: "data" top: "p" } '
    old += 'layers { name: "s" type: SOFTMAX bottom: "p" top: "s" }'
    net = read_prototxt(prototxt(tmp_path, INPUT + old))
    assert [layer.kind for layer in net.layers] == ["Input", "InnerProduct", "Softmax"]


def test_a_table_of_detections_is_known_by_its_layer(tmp_path: Path) -> None:
    found = 'layer { name: "found" type: "DetectionOutput" bottom: "data" top: "detections" }\n'
    assert read_prototxt(prototxt(tmp_path, INPUT + found)).tables == {"found"}


def test_values_come_as_they_stand(tmp_path: Path) -> None:
    fields = parse_text("a: 1 a: 2.5 b { c: 'x # y' c: \"it's\" } e: [ RED, GREEN ] f [ { g: 1 } ]")
    assert fields["a"] == ["1", "2.5"]
    assert submessage(fields, "b")["c"] == ["x # y", "it's"]
    assert fields["e"] == ["RED", "GREEN"]
    assert fields["f"] == [{"g": ["1"]}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not say the size of its input"),
        (RELU, "does not say the size of its input: it is for training"),
        (INPUT, "has no output"),
        (INPUT + RELU[:-3], "ends too early"),
        (INPUT + "layer:", "a value is missing"),
        (INPUT + "layer: 5", "a layer is no message"),
        ("} " + INPUT, "stands where a name should"),
        ("a: [1, 2", "a list does not end"),
        ('a: "never closed\n', "line 1 cannot be read"),
        ("x { " * 40, "nested too deeply"),
        (INPUT.replace("dim: 8", "dim: 0") + RELU, "a size of an input is 0"),
        (INPUT.replace("dim: 8", "dim: -8") + RELU, "a size of an input is -8"),
        (INPUT.replace("dim: 8", "dim: 99999999999") + RELU, "a size of an input is 99999999999"),
        (INPUT.replace("dim: 8", "dim { }") + RELU, "a size of an input is"),
        (INPUT.replace("input_param", "other_param") + RELU, "has no shape"),
        ('input: "data" input_dim: 1 ' + RELU, "input_dim stands there 1 times"),
        ('input: "data" ' + RELU, "an input has no shape"),
        (INPUT.replace("dim: 1 dim: 3 dim: 8 dim: 16", "dim: 1") + RELU, "an input has 1 sizes"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        read_prototxt(prototxt(tmp_path, text))
    assert "net.prototxt" in str(caught.value)
    assert "\n" not in str(caught.value)
