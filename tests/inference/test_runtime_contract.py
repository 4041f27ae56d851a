"""What every runtime promises, over every one that can run here; and that they agree."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from camloom import plugins
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Runtime
from camloom.inference.card import InputSpec, ModelCard

HEIGHT, WIDTH = 8, 12
AVAILABLE = [info.name for info in plugins.describe(["runtimes"]) if info.available]


def card(**spec: object) -> ModelCard:
    settings = {"width": WIDTH, "height": HEIGHT, **spec}
    return ModelCard(
        name="probe",
        family="yolox",
        class_names=("thing",),
        input=InputSpec.model_validate(settings),
        licence="Apache-2.0",
        files={"any": "probe.onnx"},
    )


@pytest.fixture
def runtime(request: pytest.FixtureRequest) -> Runtime:
    """Return a runtime by name."""
    made: Runtime = plugins.load_available("runtimes", request.param)()
    return made


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """Return a model that doubles its input, so that what goes in can be read from what comes out."""
    nodes = [helper.make_node("Mul", ["image", "two"], ["doubled"])]
    shape = [1, 3, HEIGHT, WIDTH]
    graph = helper.make_graph(
        nodes,
        "probe",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.array(2, np.float32), "two")],
    )
    path = tmp_path / "probe.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


@pytest.fixture
def canvas() -> ImageArray:
    """Return a canvas with another value in every place."""
    return np.arange(HEIGHT * WIDTH * 3, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("runtime", AVAILABLE, indirect=True)
@pytest.mark.parametrize("colour", ["BGR", "RGB"])
def test_the_input_is_made_as_the_card_says(
    runtime: Runtime, model_file: Path, canvas: ImageArray, colour: str
) -> None:
    mean, std = (10.0, 20.0, 30.0), (2.0, 4.0, 8.0)
    compiled = runtime.compile(model_file, card(colour=colour, mean=mean, std=std), 1)
    outputs = compiled.session().run(canvas)
    ordered = canvas[:, :, ::-1] if colour == "RGB" else canvas
    expected = np.asarray(2 * ((ordered.astype(np.float64) - mean) / std).transpose(2, 0, 1)[None], np.float64)
    assert list(outputs) == ["doubled"]
    np.testing.assert_allclose(np.asarray(outputs["doubled"], np.float64), expected, rtol=1e-2, atol=0.05)


@pytest.mark.parametrize("runtime", AVAILABLE, indirect=True)
def test_sessions_do_not_disturb_each_other(runtime: Runtime, model_file: Path, canvas: ImageArray) -> None:
    compiled = runtime.compile(model_file, card(), 2)
    first, second = compiled.session(), compiled.session()
    one = first.run(canvas)
    second.run(np.zeros_like(canvas))
    assert float(np.asarray(one["doubled"]).max()) == pytest.approx(2 * 255, rel=1e-2)


@pytest.mark.parametrize("runtime", AVAILABLE, indirect=True)
def test_it_says_what_comes_out(runtime: Runtime, model_file: Path) -> None:
    compiled = runtime.compile(model_file, card(), 1)
    assert dict(compiled.output_shapes) == {"doubled": (1, 3, HEIGHT, WIDTH)}
    assert compiled.description


@pytest.mark.parametrize("runtime", AVAILABLE, indirect=True)
@pytest.mark.parametrize("content", [b"", b"not a model at all" * 100, b"\x08\x07\x12\x00" * 50])
def test_a_file_that_is_no_model_is_refused_in_one_line(runtime: Runtime, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError) as error:
        runtime.compile(path, card(), 1)
    assert "broken.onnx" in str(error.value)
    assert "\n" not in str(error.value)


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(Exception, match="Did you mean 'openvino'"):
        plugins.load_available("runtimes", "openvin")
