"""Several canvases through a model at once give what each gives alone."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.base import BatchSession, Runtime
from camloom.inference.batch import apart
from camloom.inference.card import InputSpec, ModelCard

WIDTH, HEIGHT = 12, 8
RUNTIMES = [name for name in ("openvino", "onnxruntime") if not plugins.load("runtimes", name).unavailable()]


def doubling(path: Path, batch: int | str) -> Path:
    """Write a model that doubles what it sees."""
    shape = [batch, 3, HEIGHT, WIDTH]
    graph = helper.make_graph(
        [helper.make_node("Mul", ["image", "two"], ["doubled"])],
        "probe",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.array(2, np.float32), "two")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def card(batch: int) -> ModelCard:
    return ModelCard(
        name="probe",
        family="yolox",
        class_names=("thing",),
        input=InputSpec(width=WIDTH, height=HEIGHT),
        batch=batch,
        licence="Apache-2.0",
        files={"any": "probe.onnx"},
    )


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_batch_gives_what_each_gives_alone(runtime: str, count: int, tmp_path: Path) -> None:
    engine: Runtime = plugins.load_available("runtimes", runtime)()
    compiled = engine.compile(doubling(tmp_path / "free.onnx", "n"), card(4), 1)
    session = compiled.session()
    assert isinstance(session, BatchSession)
    canvases = [np.full((HEIGHT, WIDTH, 3), 10 * number, np.uint8) for number in range(count)]
    together = [np.array(each["doubled"]) for each in session.run_batch(canvases)]
    alone = [np.array(session.run(canvas)["doubled"]) for canvas in canvases]
    assert len(together) == count
    for a, b, number in zip(together, alone, range(count), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.shape == (1, 3, HEIGHT, WIDTH)
        assert (a == 20 * number).all()


def test_a_file_that_takes_one_picture_is_refused_for_more(tmp_path: Path) -> None:
    engine: Runtime = plugins.load_available("runtimes", "onnxruntime")()
    with pytest.raises(ModelError, match=r"takes one picture at a time, card 'probe' says batch: 4"):
        engine.compile(doubling(tmp_path / "fixed.onnx", 1), card(4), 1)


def test_outputs_without_a_part_for_each_are_refused() -> None:
    with pytest.raises(ModelError, match=r"output 'found' of size \[7, 6\] cannot be divided among 2"):
        apart({"found": np.zeros((7, 6))}, 2)
