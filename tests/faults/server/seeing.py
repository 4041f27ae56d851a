"""A model that really looks: it finds the one thing in a picture that is brighter than a synthetic stream's grey."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import yaml
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

_SIZE = 64
_BRIGHT = 135


def make_seeing_card(folder: Path) -> Path:
    """Write the model and its card into a folder; return the path of the card."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(), folder / "seeing.onnx")
    card = {
        "name": "seeing",
        "family": "detection_output",
        "class_names": ["nothing", "person"],
        "input": {"width": _SIZE, "height": _SIZE, "fit": "stretch"},
        "licence": "Apache-2.0",
        "files": {"onnxruntime": "seeing.onnx"},
    }
    path = folder / "seeing.yaml"
    path.write_text(yaml.safe_dump(card))
    return path


def _model() -> onnx.ModelProto:
    nodes = [
        helper.make_node("ReduceMax", ["image"], ["light"], axes=[1], keepdims=0),
        helper.make_node("Greater", ["light", "limit"], ["is_bright"]),
        helper.make_node("Cast", ["is_bright"], ["bright"], to=TensorProto.FLOAT),
        *_edges("x", 1),
        *_edges("y", 2),
        helper.make_node("Concat", ["head", "x0", "y0", "x1", "y1"], ["row"], axis=1),
        helper.make_node("Reshape", ["row", "table"], ["detections"]),
    ]
    constants: dict[str, NDArray[Any]] = {
        "limit": np.array(_BRIGHT, np.float32),
        "head": np.array([[0, 1, 0.9]], np.float32),
        "up": np.arange(1, _SIZE + 1, dtype=np.float32)[None] / _SIZE,
        "down": np.arange(_SIZE, 0, -1, dtype=np.float32)[None] / _SIZE,
        "one": np.array(1, np.float32),
        "table": np.array([1, 1, 1, 7], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "seeing",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, _SIZE, _SIZE])],
        [helper.make_tensor_value_info("detections", TensorProto.FLOAT, [1, 1, 1, 7])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def _edges(name: str, across: int) -> list[NodeProto]:
    """Return the nodes that find where what is bright begins and ends: shares of the picture, [1, 1] each."""
    return [
        helper.make_node("ReduceMax", ["bright"], [f"{name}_bright"], axes=[across], keepdims=0),
        helper.make_node("Mul", [f"{name}_bright", "up"], [f"{name}_up"]),
        helper.make_node("ReduceMax", [f"{name}_up"], [f"{name}1"], axes=[1], keepdims=1),
        helper.make_node("Mul", [f"{name}_bright", "down"], [f"{name}_down"]),
        helper.make_node("ReduceMax", [f"{name}_down"], [f"{name}_left"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["one", f"{name}_left"], [f"{name}0"]),
    ]
