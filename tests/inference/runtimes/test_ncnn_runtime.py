"""ncnn: what its files say, and files that would end the process."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.ncnn import NcnnRuntime
from camloom.inference.runtimes.ncnn_param import read_param
from camloom.testing.graphs import convolution
from camloom.testing.ncnn_file import write_ncnn

CardMaker = Callable[..., ModelCard]
FileFinder = Callable[[str], Path]

DOUBLE = """7767517
3 4
Input picture 0 1 in 0=8 1=4 2=3
Split copies 1 2 in a b
BinaryOp twice 1 1 a doubled 0=2 1=1 2=2.0
"""


def param(folder: Path, text: str) -> Path:
    path = folder / "model.param"
    path.write_text(text)
    path.with_suffix(".bin").write_bytes(b"")
    return path


def test_inputs_and_outputs_are_read_from_the_file(tmp_path: Path) -> None:
    graph = read_param(param(tmp_path, DOUBLE))
    assert graph.inputs == {"in": (3, 4, 8)}
    assert graph.outputs == {"b": "Split", "doubled": "BinaryOp"}
    assert not graph.has_rows("doubled")


def test_a_table_of_detections_is_known_by_its_layer(tmp_path: Path) -> None:
    text = DOUBLE.replace("BinaryOp twice", "Yolov3DetectionOutput twice")
    assert read_param(param(tmp_path, text)).has_rows("doubled")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "first line must be 7767517"),
        ("7767517\n1 1\n", "no input or no output"),
        ("7767517\n1 1\nInput", "line 3 is not a layer"),
        ("7767517\n1 1\nInput x 0 many\n", "line 3 is not a layer"),
        ("7767517\n1 1\nInput x 0 5 a\n", "line 3 ends too early"),
        ("7767517\n1 1\nInput x 0 999999999 a\n", "line 3 has 0 inputs and 999999999 outputs"),
        ("7767517\n1 1\nInput x -1 1 a\n", "line 3 has -1 inputs"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ModelError, match=f"ncnn cannot use model.param: .*{reason}"):
        read_param(param(tmp_path, text))


def test_the_weights_must_lie_beside_the_graph(tmp_path: Path, make_card: CardMaker) -> None:
    path = param(tmp_path, DOUBLE)
    path.with_suffix(".bin").unlink()
    with pytest.raises(ModelError, match=r"model\.bin is not beside it"):
        NcnnRuntime().compile(path, make_card(8, 4), 1)


def test_every_output_is_given(tmp_path: Path, make_card: CardMaker) -> None:
    pytest.importorskip("ncnn")
    compiled = NcnnRuntime().compile(param(tmp_path, DOUBLE), make_card(8, 4), 1)
    canvas = np.arange(4 * 8 * 3, dtype=np.uint8).reshape(4, 8, 3)
    outputs = compiled.session().run(canvas)
    assert dict(compiled.output_shapes) == {"b": (1, 3, 4, 8), "doubled": (1, 3, 4, 8)}
    np.testing.assert_array_equal(outputs["b"][0], canvas.transpose(2, 0, 1))
    np.testing.assert_array_equal(outputs["doubled"][0], 2.0 * canvas.transpose(2, 0, 1))


def test_a_second_input_takes_its_values_from_the_card(tmp_path: Path, make_card: CardMaker) -> None:
    pytest.importorskip("ncnn")
    text = "7767517\n3 3\nInput one 0 1 in 0=8 1=4 2=3\nInput two 0 1 extra 0=1\nBinaryOp sum 2 1 in extra out 0=0\n"
    path = param(tmp_path, text)
    with pytest.raises(ModelError, match="has the inputs in, extra"):
        NcnnRuntime().compile(path, make_card(8, 4), 1)
    compiled = NcnnRuntime().compile(path, make_card(8, 4, name="in", constants={"extra": [7.0]}), 1)
    assert float(compiled.session().run(np.ones((4, 8, 3), np.uint8))["out"].max()) == 8


def test_an_unknown_layer_is_refused_before_anything_runs(tmp_path: Path, make_card: CardMaker) -> None:
    pytest.importorskip("ncnn")
    path = param(tmp_path, DOUBLE.replace("BinaryOp twice", "MadeUpLayer twice"))
    with pytest.raises(ModelError, match=r"ncnn cannot use model\.param: .*MadeUpLayer"):
        NcnnRuntime().compile(path, make_card(8, 4), 1)


def test_weights_of_absurd_size_are_refused(tmp_path: Path, make_card: CardMaker) -> None:
    pytest.importorskip("ncnn")
    path = tmp_path / "model.param"
    write_ncnn(convolution(), path)
    path.write_text(path.read_text().replace("6=216", "6=2000000000"))
    with pytest.raises(ModelError, match=r"ncnn cannot use model\.param"):
        NcnnRuntime().compile(path, make_card(32, 24), 1)


@pytest.mark.mirror
def test_the_model_that_ends_a_process_is_one_line_here(mirrored: FileFinder, make_card: CardMaker) -> None:
    path = mirrored("models/negative/ncnn_custom_layer_yolox-nano.param")
    with pytest.raises(ModelError, match="YoloV5Focus") as error:
        NcnnRuntime().compile(path, make_card(416, 416), 1)
    assert "\n" not in str(error.value)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("name", "size"),
    [("yolo-fastest", 320), ("MobileNetV2-YOLOv3-Nano-coco", 320)],
)
def test_a_table_without_rows_is_no_error(mirrored: FileFinder, make_card: CardMaker, name: str, size: int) -> None:
    card = make_card(size, size, colour="BGR", std=(255.0,) * 3)
    compiled = NcnnRuntime().compile(mirrored(f"models/{name}.param"), card, 1)
    assert dict(compiled.output_shapes) == {"output": (1, -1, 6)}
    empty = compiled.session().run(np.zeros((size, size, 3), np.uint8))["output"]
    assert empty.shape[0] == 1
    assert empty.shape[2] == 6
