"""The command as a user runs it, with a model small enough to make on the spot."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

TIMEOUT_S = 120


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Camloom = Callable[..., Outcome]


@pytest.fixture
def camloom(tmp_path: Path) -> Camloom:
    """Return a runner of the command line in an empty folder."""

    def run(*arguments: str | Path, interrupt_when: Path | None = None) -> Outcome:
        command = [sys.executable, "-m", "camloom", *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "160"}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if interrupt_when is not None:
            _interrupt(process, interrupt_when)
        out, err = process.communicate(timeout=TIMEOUT_S)
        return Outcome(process.returncode, out, err)

    return run


def _interrupt(process: "subprocess.Popen[str]", when: Path) -> None:
    """Press Ctrl-C as soon as a file has content."""
    while process.poll() is None:
        if when.exists() and when.stat().st_size:
            process.send_signal(signal.SIGINT)
            return


@pytest.fixture(scope="session")
def tiny_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the card of a real ONNX model that sees one person in the middle of every picture."""
    folder = tmp_path_factory.mktemp("tiny")
    box = np.array([[[[0, 1, 0.9, 0.4, 0.3, 0.6, 0.8]]]], np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["box", "nothing"], ["detections"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 64, 64])],
        [helper.make_tensor_value_info("detections", TensorProto.FLOAT, [1, 1, 1, 7])],
        [numpy_helper.from_array(box, "box"), numpy_helper.from_array(np.float32(0), "zero")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "tiny.onnx")
    card = {
        "name": "tiny",
        "family": "detection_output",
        "class_names": ["nothing", "person"],
        "input": {"width": 64, "height": 64},
        "licence": "Apache-2.0",
        "files": {"onnxruntime": "tiny.onnx"},
    }
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(card))
    return path
