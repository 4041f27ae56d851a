"""Models with more inputs than the picture: the others take their values from the card."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from pydantic import ValidationError

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.base import Tensors
from camloom.inference.card import InputSpec, ModelCard

RUNTIMES = ["openvino", "onnxruntime"]
SIZE = 8


@pytest.fixture
def two_inputs(tmp_path: Path) -> Path:
    """Return a model that multiplies the picture with a second input, (3, 1, 1), that stands first."""
    graph = helper.make_graph(
        [helper.make_node("Mul", ["image", "factor"], ["product"])],
        "probe",
        [
            helper.make_tensor_value_info("factor", TensorProto.FLOAT, [3, 1, 1]),
            helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIZE, SIZE]),
        ],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
    )
    path = tmp_path / "probe.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def run(runtime: str, path: Path, **spec: Any) -> Tensors:
    card = ModelCard(
        name="probe",
        family="yolox",
        class_names=("thing",),
        input=InputSpec.model_validate({"width": SIZE, "height": SIZE, **spec}),
        licence="Apache-2.0",
        files={"any": "probe.onnx"},
    )
    canvas = np.full((SIZE, SIZE, 3), 10, np.uint8)
    outputs: Tensors = plugins.load_available("runtimes", runtime)().compile(path, card, 1).session().run(canvas)
    return outputs


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("name", ["", "image"])
def test_an_input_takes_its_values_from_the_card(runtime: str, name: str, two_inputs: Path) -> None:
    outputs = run(runtime, two_inputs, name=name, constants={"factor": [1, 2, 3]})
    product = np.asarray(outputs["product"], np.float32)
    np.testing.assert_allclose(product[0, :, 0, 0], [10, 20, 30], rtol=1e-2)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"name": "image"},
        {"name": "factor", "constants": {"factor": [1, 2, 3]}},
        {"constants": {"factor": [1, 2]}},
        {"constants": {"nothing": [1]}},
    ],
)
def test_what_the_card_leaves_out_or_gets_wrong_is_said_in_one_line(
    runtime: str, spec: dict[str, Any], two_inputs: Path
) -> None:
    with pytest.raises(ModelError) as error:
        run(runtime, two_inputs, **spec)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "scaling", [{"std": (0, 1, 1)}, {"std": (1, -1, 1)}, {"std": (np.nan, 1, 1)}, {"mean": (np.inf, 0, 0)}]
)
def test_numbers_that_make_no_tensor_are_refused(scaling: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(scaling))):
        InputSpec.model_validate({"width": SIZE, "height": SIZE, **scaling})
