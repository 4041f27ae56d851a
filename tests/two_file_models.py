"""Detectors of Caffe and Darknet small enough to write on the spot, that really look: they find bright cells."""

import struct
from pathlib import Path

import cv2
import numpy as np

from camloom.frame import ImageArray
from camloom.testing.caffe_file import CaffeWriter

SIDE, CELL = 64, 8
CELLS = SIDE // CELL
GAIN = 40.0  # how steeply the score rises with brightness, 0 to 1
CFG = f"""[net]
batch=1
width={SIDE}
height={SIDE}
channels=CHANNELS

[convolutional]
filters=14
size={CELL}
stride={CELL}
pad=0
activation=linear

# two anchors a cell, of which the second never sees anything
[yolo]
mask = 0,2
anchors = {CELL},{CELL}, 1,1, 16,16
classes=2
num=3
"""


def write_darknet(folder: Path, stem: str = "squares", channels: int = 3) -> Path:
    """Write a detector of squares, red or blue (all red where the picture is grey); return the weights."""
    weight = np.zeros((14, channels, CELL, CELL), np.float32)
    mean = 1 / (channels * CELL * CELL)
    weight[4] = GAIN * mean
    if channels == 3:  # red first, blue last
        weight[5, 0], weight[5, 2] = GAIN / CELL**2, -GAIN / CELL**2
        weight[6] = -weight[5]
    bias = np.zeros(14, np.float32)
    bias[4], bias[6] = -GAIN * 0.25, -9.0 if channels == 1 else 0.0
    bias[5] = 9.0 if channels == 1 else 0.0
    bias[7 + 4] = -20.0
    path = folder / f"{stem}.weights"
    path.write_bytes(struct.pack("<3iq", 0, 2, 5, 0) + bias.tobytes() + weight.tobytes())
    path.with_suffix(".cfg").write_text(CFG.replace("CHANNELS", str(channels)))
    return path


def write_caffe_ssd(folder: Path, stem: str = "squares", data: str = "") -> Path:
    """Write an SSD of one class with a prior for each cell; return the weights.

    Its input is `(pixel - 127.5) / 127.5`. `data` stands in front of the first layer's last brace.
    """
    writer = CaffeWriter((1, 3, SIDE, SIDE), data)
    conf = np.zeros((2, 3, CELL, CELL), np.float32)
    conf[1] = GAIN / 2 / (3 * CELL * CELL)
    shape = f"kernel_size: {CELL} stride: {CELL}"
    writer.add("Convolution", f"convolution_param {{ num_output: 2 {shape} }}", conf,
               np.array([0, GAIN / 4], np.float32), name="conf")  # fmt: skip
    _flat(writer, "conf")
    writer.add("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 2 } }", name="pairs")
    writer.add("Softmax", "softmax_param { axis: 2 }", name="scores")
    writer.add("Flatten", "flatten_param { axis: 1 }", name="scores_flat")
    nothing = (np.zeros((4, 3, CELL, CELL), np.float32), np.zeros(4, np.float32))
    writer.add("Convolution", f"convolution_param {{ num_output: 4 {shape} }}", *nothing, bottoms=("data",), name="loc")
    _flat(writer, "loc")
    prior = f"min_size: {CELL} variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 step: {CELL} offset: 0.5"
    writer.add("PriorBox", f"prior_box_param {{ {prior} }}", bottoms=("loc", "data"), name="priors")
    settings = "num_classes: 2 share_location: true background_label_id: 0 code_type: CENTER_SIZE keep_top_k: 50"
    settings += " confidence_threshold: 0.3 nms_param { nms_threshold: 0.45 top_k: 50 }"
    writer.add("DetectionOutput", f"detection_output_param {{ {settings} }}",
               bottoms=("loc_flat", "scores_flat", "priors"), name="found")  # fmt: skip
    path = folder / f"{stem}.caffemodel"
    writer.write(path)
    return path


def _flat(writer: CaffeWriter, name: str) -> None:
    writer.add("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }", bottoms=(name,), name=f"{name}_last")
    writer.add("Flatten", "flatten_param { axis: 1 }", name=f"{name}_flat")


def squares(*places: tuple[int, int, tuple[int, int, int]], scale: int = 4) -> ImageArray:
    """Return a dark picture with a square of a colour, BGR, in some cells (column, row), enlarged."""
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    for column, row, colour in places:
        picture[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL] = colour
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST), np.uint8)
