"""A detector small enough to make on the spot that really looks: it finds squares brighter than mid grey."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import yaml
from onnx import TensorProto, helper, numpy_helper

from camloom.frame import FrameBuffer, ImageArray
from camloom.toolchain.datasets import read_picture

SIZE, CELL = 64, 8
CELLS = (SIZE // CELL) ** 2
DARK, BRIGHT = 40, 230


@dataclass(frozen=True)
class Damage:
    """What is done to the model.

    Attributes:
        shift_px: boxes move to the right by so much.
        gain: how steeply confidence rises with brightness; 0.1 is sharp, 0.01 leaves all near 0.5.
    """

    shift_px: float = 0.0
    gain: float = 0.1


SOUND = Damage()


def write_model(path: Path, damage: Damage = SOUND) -> Path:
    """Write ONNX: mean brightness per cell by a convolution, a YOLOX row per cell by another one."""
    mean = np.full((1, 3, CELL, CELL), 1 / (3 * CELL * CELL), np.float32)
    # Not zero: the scale of a channel without weights would be nothing, and its bias not a number of 32 bits.
    rows = np.full((6, 1, 1, 1), 1e-5, np.float32)
    rows[4] = damage.gain
    bias = np.array([0.5 + damage.shift_px / CELL, 0.5, 0, 0, -damage.gain * 128, 8], np.float32)
    constants: dict[str, npt.NDArray[np.generic]] = {
        "mean": mean,
        "rows": rows,
        "bias": bias,
        "table": np.array([1, 6, CELLS], np.int64),
        "parts": np.array([4, 2], np.int64),
    }
    nodes = [
        helper.make_node("Conv", ["image", "mean"], ["brightness"], strides=[CELL, CELL], name="backbone"),
        helper.make_node("Identity", ["brightness"], ["same"], name="needless"),
        helper.make_node("Conv", ["same", "rows", "bias"], ["raw"], name="last"),
        helper.make_node("Reshape", ["raw", "table"], ["flat"], name="flatten"),
        helper.make_node("Split", ["flat", "parts"], ["box", "logits"], axis=1, name="split"),
        helper.make_node("Sigmoid", ["logits"], ["scores"], name="squash"),
        helper.make_node("Concat", ["box", "scores"], ["joined"], axis=1, name="join"),
        helper.make_node("Transpose", ["joined"], ["output"], perm=[0, 2, 1], name="turn"),
    ]
    graph = helper.make_graph(
        nodes,
        "blobs",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, CELLS, 6])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def write_card(folder: Path, name: str = "blobs", damage: Damage = SOUND, **changes: Any) -> Path:
    """Write the model and its card; return the card."""
    write_model(folder / f"{name}.onnx", damage)
    card = {
        "name": name,
        "family": "yolox",
        "class_names": ["person"],
        "input": {"width": SIZE, "height": SIZE, "fit": "stretch"},
        "options": {"strides": [CELL]},
        "licence": "Apache-2.0",
        "precision": "fp32",
        "files": {"any": f"{name}.onnx"},
        **changes,
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(card), encoding="utf-8")
    return path


def picture(squares: list[tuple[int, int]], grey: int = DARK) -> ImageArray:
    """Return a dark picture of 128 x 128 px with bright squares of 16 px in these cells of the model's grid."""
    pixels = np.full((2 * SIZE, 2 * SIZE, 3), grey, np.uint8)
    for column, row in squares:
        pixels[row * 2 * CELL : (row + 1) * 2 * CELL, column * 2 * CELL : (column + 1) * 2 * CELL] = BRIGHT
    return pixels


def write_pictures(folder: Path, count: int) -> Path:
    """Write pictures with a few squares each, another set on each; return their folder."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(5)
    for index in range(count):
        cells = [(int(cell % 8), int(cell // 8)) for cell in random.choice(CELLS, 6, replace=False)]
        cv2.imwrite(str(folder / f"{index:03d}.png"), picture(cells))
    return folder


def frames(folder: Path, count: int = 4) -> list[FrameBuffer]:
    """Return a few such pictures as frames."""
    pictures = write_pictures(folder / "frames", count)
    return [read_picture(path) for path in sorted(pictures.iterdir())]
