"""ONNX on both runtimes that read it: inputs of half precision, and inputs beside the picture."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.card import ModelCard

CardMaker = Callable[..., ModelCard]

HEIGHT, WIDTH = 4, 8
SHAPE = [1, 3, HEIGHT, WIDTH]
CANVAS = np.arange(HEIGHT * WIDTH * 3, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3)


def save(path: Path, operator: str, inputs: Mapping[str, tuple[int, list[int]]], kind: int) -> Path:
    made = helper.make_graph(
        [helper.make_node(operator, list(inputs), ["out"])],
        "tested",
        [helper.make_tensor_value_info(name, *value) for name, value in inputs.items()],
        [helper.make_tensor_value_info("out", kind, SHAPE)],
    )
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_model_that_takes_half_precision(tmp_path: Path, make_card: CardMaker, runtime: str) -> None:
    path = save(tmp_path / "half.onnx", "Neg", {"picture": (TensorProto.FLOAT16, SHAPE)}, TensorProto.FLOAT16)
    card = make_card(WIDTH, HEIGHT, mean=(1.0, 2.0, 3.0), std=(2.0, 2.0, 2.0))
    outputs = plugins.load_available("runtimes", runtime)().compile(path, card, 1).session().run(CANVAS)
    expected = -((CANVAS.astype(np.float64) - (1, 2, 3)) / 2).transpose(2, 0, 1)[None]
    np.testing.assert_allclose(np.asarray(outputs["out"], np.float64), expected, rtol=2e-3)


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_an_input_beside_the_picture_takes_its_values_from_the_card(
    tmp_path: Path, make_card: CardMaker, runtime: str
) -> None:
    inputs = {"extra": (TensorProto.FLOAT, [1]), "picture": (TensorProto.FLOAT, SHAPE)}
    path = save(tmp_path / "two.onnx", "Add", inputs, TensorProto.FLOAT)
    engine = plugins.load_available("runtimes", runtime)()
    with pytest.raises(ModelError, match="the inputs extra, picture"):
        engine.compile(path, make_card(WIDTH, HEIGHT), 1)
    card = make_card(WIDTH, HEIGHT, name="picture", constants={"extra": [7.0]})
    outputs = engine.compile(path, card, 1).session().run(CANVAS)
    np.testing.assert_allclose(np.asarray(outputs["out"])[0], CANVAS.transpose(2, 0, 1) + 7.0, rtol=1e-2)
