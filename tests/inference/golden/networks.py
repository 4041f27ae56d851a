"""Golden networks: small ONNX graphs that look at a picture, find what is painted there, and say it as a family does.

Each finds one thing for each paint: where the picture has its colour. They know nothing of the picture's size or of
the padding, and only colours as the card promises them (RGB, mean and std of ImageNet) are colours to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from tests.inference.golden.painting import PAINTS_RGB

WIDTH, HEIGHT = 320, 192
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
CLASSES = len(PAINTS_RGB)
COEFFICIENTS = CLASSES + 1  # of masks
SPARE_ROWS = 12  # a real table has more rows than there are things
CELL = 2  # px of the canvas per cell of a map

_TOLERANCE = 50 / 58  # of a colour, in each channel
_OPSET, _IR_VERSION = 13, 8


class Net:
    """A graph in the making, from the input `image`, (1, 3, H, W) float32; its values are known by name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Append a node and return its value."""
        name = f"value_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Store an array."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def reshaped(self, value: str, *shape: int) -> str:
        """Give a value another shape."""
        return self.add("Reshape", value, self.constant(shape, np.int64))

    def save(self, path: Path, outputs: dict[str, str]) -> None:
        """Write the file; `outputs` are values by the name that they get."""
        nodes = [*self._nodes, *(helper.make_node("Identity", [value], [name]) for name, value in outputs.items())]
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])
        results = [onnx.ValueInfoProto(name=name) for name in outputs]
        graph = helper.make_graph(nodes, "golden", [image], results, self._constants)
        opset = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=_IR_VERSION)
        onnx.save(onnx.shape_inference.infer_shapes(model, strict_mode=True), path)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a network sees of each class, as values of a graph; one row for each class, px of the canvas.

    Attributes:
        mask: (C, 1, H, W), 1 where the colour is.
        x1, y1, x2, y2: (C, 1) the box around it.
        fill: (C, 1) share of the box that has the colour; 0 where there is none of it.
        x, y: (C, 1) centre of mass.
    """

    mask: str
    x1: str
    y1: str
    x2: str
    y2: str
    fill: str
    x: str
    y: str


def look(net: Net) -> Seen:
    """Find every paint."""
    mask = _mask(net)
    count = _sum(net, mask, [1, 2, 3])
    x1, x2, x = _span(net, mask, WIDTH, count, across=2)
    y1, y2, y = _span(net, mask, HEIGHT, count, across=3)
    area = net.add("Mul", net.add("Sub", x2, x1), net.add("Sub", y2, y1))
    return Seen(mask, x1, y1, x2, y2, net.add("Div", count, area), x, y)


def _mask(net: Net) -> str:
    paints = (np.asarray(PAINTS_RGB, np.float32) - MEAN) / STD
    away = net.add("Abs", net.add("Sub", "image", net.constant(paints[:, :, None, None])))
    worst = net.add("ReduceMax", away, axes=[1], keepdims=1)
    return net.add("Cast", net.add("Less", worst, net.constant(_TOLERANCE)), to=TensorProto.FLOAT)


def _span(net: Net, mask: str, size: int, count: str, across: int) -> tuple[str, str, str]:
    """Return begin, end and mean place along one axis; begin lies behind the end where there is nothing."""
    there = net.reshaped(net.add("ReduceMax", mask, axes=[across], keepdims=0), CLASSES, size)
    places = np.arange(size)
    from_end = net.add("ReduceMax", net.add("Mul", there, net.constant(size - places)), axes=[1], keepdims=1)
    begin = net.add("Sub", net.constant(size), from_end)
    end = net.add("ReduceMax", net.add("Mul", there, net.constant(places + 1)), axes=[1], keepdims=1)
    column = net.constant((places + 0.5)[None, None, None, :] if across == 2 else (places + 0.5)[None, None, :, None])
    moment = _sum(net, net.add("Mul", mask, column), [1, 2, 3])
    mean = net.add("Div", moment, net.add("Max", count, net.constant(1)))
    return begin, end, mean


def _sum(net: Net, value: str, axes: list[int]) -> str:
    return net.reshaped(net.add("ReduceSum", value, net.constant(axes, np.int64), keepdims=0), CLASSES, 1)


Head = Callable[[Net, Seen], dict[str, str]]
"""Says what was seen in the layout of a family: outputs by name."""


def _joined(net: Net, *columns: str) -> str:
    return net.add("Concat", *columns, axis=1)


def _corners(net: Net, seen: Seen) -> str:
    """Return x1, y1, x2, y2, (C, 4)."""
    return _joined(net, seen.x1, seen.y1, seen.x2, seen.y2)


def _centre_and_size(net: Net, seen: Seen) -> str:
    """Return cx, cy, w, h, (C, 4)."""
    half = net.constant(0.5)
    centre_x = net.add("Mul", net.add("Add", seen.x1, seen.x2), half)
    centre_y = net.add("Mul", net.add("Add", seen.y1, seen.y2), half)
    return _joined(net, centre_x, centre_y, net.add("Sub", seen.x2, seen.x1), net.add("Sub", seen.y2, seen.y1))


def _share(net: Net, xyxy: str) -> str:
    """Return boxes as shares of the canvas."""
    return net.add("Div", xyxy, net.constant([WIDTH, HEIGHT, WIDTH, HEIGHT]))


def _with_spare_rows(net: Net, table: str, columns: int) -> str:
    """Return (1, C + spare, columns): things first, then rows of zeros as a table without them has."""
    rows = net.add("Concat", table, net.constant(np.zeros((SPARE_ROWS, columns))), axis=0)
    return net.reshaped(rows, 1, CLASSES + SPARE_ROWS, columns)


def _class_scores(net: Net, seen: Seen) -> str:
    """Return a table, (C, C): thing i has its score in column i."""
    return net.add("Mul", seen.fill, net.constant(np.eye(CLASSES)))


def _class_ids(net: Net, first: int = 0) -> str:
    return net.constant(np.arange(first, first + CLASSES)[:, None])


def _points(net: Net, seen: Seen, *, confident: bool) -> str:
    """Return upper left, lower right and centre of mass as x, y or x, y, confidence, (C, 6 or 9)."""
    places = [(seen.x1, seen.y1), (seen.x2, seen.y2), (seen.x, seen.y)]
    columns = [value for place in places for value in (*place, *([seen.fill] if confident else []))]
    return _joined(net, *columns)


def yolo_pose(net: Net, seen: Seen) -> dict[str, str]:
    """YOLOv8-pose: a column for each place, px."""
    scores, points = _class_scores(net, seen), _points(net, seen, confident=True)
    table = _with_spare_rows(net, _joined(net, _centre_and_size(net, seen), scores, points), 4 + CLASSES + 9)
    return {"output0": net.add("Transpose", table, perm=[0, 2, 1])}


def yolo_masks(net: Net, seen: Seen) -> dict[str, str]:
    """YOLOv8-seg: a column for each place, px, with coefficients, and prototypes."""
    rows = _joined(net, _centre_and_size(net, seen), _class_scores(net, seen), _coefficients(net))
    table = _with_spare_rows(net, rows, 4 + CLASSES + COEFFICIENTS)
    return {"output0": net.add("Transpose", table, perm=[0, 2, 1]), "output1": _prototypes(net, seen)}


def _prototypes(net: Net, seen: Seen) -> str:
    """Return (1, C + 1, H / 2, W / 2): how much of a cell has each paint, from last to first, then 1 all over."""
    backwards = net.constant(np.arange(CLASSES)[::-1], np.int64)
    ones = net.constant(np.ones((1, 1, HEIGHT // CELL, WIDTH // CELL)))
    return net.add("Concat", net.add("Gather", _cells(net, seen), backwards, axis=1), ones, axis=1)


def _coefficients(net: Net) -> str:
    """Return what makes each thing's own paint, where it covers half of a cell or more, positive, (C, C + 1)."""
    return net.constant(np.hstack((np.eye(CLASSES)[:, ::-1], np.full((CLASSES, 1), -0.5))))


def _cells(net: Net, seen: Seen) -> str:
    """Return how much of each cell has the colour, (1, C, H / 2, W / 2)."""
    pooled = net.add("AveragePool", seen.mask, kernel_shape=[CELL, CELL], strides=[CELL, CELL])
    return net.reshaped(pooled, 1, CLASSES, HEIGHT // CELL, WIDTH // CELL)


def finished_rows(net: Net, seen: Seen) -> dict[str, str]:
    """End-to-end YOLO: x1, y1, x2, y2, score, class."""
    return {"output0": _finished(net, seen, _corners(net, seen), 0)}


def finished_pose(net: Net, seen: Seen) -> dict[str, str]:
    """YOLO26-pose: finished rows with points that have no confidence, all as shares of the canvas."""
    points = net.add("Div", _points(net, seen, confident=False), net.constant([WIDTH, HEIGHT] * 3))
    row = _joined(net, _share(net, _corners(net, seen)), seen.fill, _class_ids(net), points)
    return {"output0": _with_spare_rows(net, row, 12)}


def finished_masks(net: Net, seen: Seen) -> dict[str, str]:
    """YOLO26-seg: finished rows with coefficients, and prototypes."""
    row = _joined(net, _corners(net, seen), seen.fill, _class_ids(net), _coefficients(net))
    return {"output0": _with_spare_rows(net, row, 6 + COEFFICIENTS), "output1": _prototypes(net, seen)}


def _finished(net: Net, seen: Seen, xyxy: str, first_class: int) -> str:
    return _with_spare_rows(net, _joined(net, xyxy, seen.fill, _class_ids(net, first_class)), 6)


def centernet(net: Net, seen: Seen) -> dict[str, str]:
    """CenterNet: x1, y1, x2, y2 in cells of its heat map, score, class."""
    cells = net.add("Div", _corners(net, seen), net.constant(CELL))
    return {"detections": _finished(net, seen, cells, 1)}


def _logits(net: Net, probabilities: str) -> str:
    sure = net.add("Clip", probabilities, net.constant(0.001), net.constant(0.999))
    return net.add("Log", net.add("Div", sure, net.add("Sub", net.constant(1), sure)))


def detr_sigmoid(net: Net, seen: Seen) -> dict[str, str]:
    """RT-DETR: a logit for each class, boxes as cx, cy, w, h, shares of the canvas."""
    logits = _with_spare_rows(net, _logits(net, _class_scores(net, seen)), CLASSES)
    quiet = net.add("Sub", logits, net.constant(_spare_mask(9)))
    boxes = _with_spare_rows(net, _share(net, _centre_and_size(net, seen)), 4)
    return {"logits": quiet, "pred_boxes": boxes}


def _spare_mask(value: float) -> npt.NDArray[np.float32]:
    mask = np.zeros((1, CLASSES + SPARE_ROWS, 1), np.float32)
    mask[:, CLASSES:] = value
    return mask


def detr_softmax(net: Net, seen: Seen) -> dict[str, str]:
    """DETR: logits of which the last is that of nothing."""
    nothing = net.add("Sub", net.constant(1), seen.fill)
    shares = _joined(net, _class_scores(net, seen), nothing)
    table = _with_spare_rows(net, shares, CLASSES + 1)
    logits = net.add("Log", net.add("Max", table, net.constant(1e-4)))
    boxes = _with_spare_rows(net, _share(net, _centre_and_size(net, seen)), 4)
    return {"logits": logits, "pred_boxes": boxes}


def faster_rcnn(net: Net, seen: Seen) -> dict[str, str]:
    """Faster R-CNN as torchvision has it: as many rows as there are things, px, labels from 1."""
    rows = _rows_with_something(net, seen)
    return {
        "boxes": net.add("Gather", _corners(net, seen), rows, axis=0),
        "labels": net.add("Gather", net.constant(np.arange(1, CLASSES + 1), np.int64), rows, axis=0),
        "scores": net.add("Gather", net.reshaped(seen.fill, CLASSES), rows, axis=0),
    }


def tensorflow_rcnn(net: Net, seen: Seen) -> dict[str, str]:
    """Faster R-CNN as TensorFlow has it: shares, y first, labels as floats."""
    yxyx = _joined(net, seen.y1, seen.x1, seen.y2, seen.x2)
    shares = net.add("Div", yxyx, net.constant([HEIGHT, WIDTH, HEIGHT, WIDTH]))
    return {
        "detection_boxes": net.reshaped(shares, 1, CLASSES, 4),
        "detection_classes": net.constant(np.arange(1, CLASSES + 1)[None]),
        "detection_scores": net.reshaped(seen.fill, 1, CLASSES),
    }


def _rows_with_something(net: Net, seen: Seen) -> str:
    some = net.add("Greater", net.reshaped(seen.fill, CLASSES), net.constant(0.1))
    return net.reshaped(net.add("NonZero", some), -1)


def class_scores_map(net: Net, seen: Seen) -> dict[str, str]:
    """Semantic segmentation: a logit for the ground, then one for each class, (1, 1 + C, H / 2, W / 2)."""
    cells = net.add("Mul", _cells(net, seen), net.constant(12))
    ground = net.constant(np.full((1, 1, HEIGHT // CELL, WIDTH // CELL), 6))
    return {"logits": net.add("Concat", ground, cells, axis=1)}


def class_number_map(net: Net, seen: Seen) -> dict[str, str]:
    """Semantic segmentation: a number for each cell, 0 for the ground, (1, H / 2, W / 2)."""
    maps = class_scores_map(net, seen)["logits"]
    return {"classes": net.add("ArgMax", maps, axis=1, keepdims=0)}


def class_of_all(net: Net, seen: Seen) -> dict[str, str]:
    """Classifier: a logit for each class, from how much of the picture has its colour."""
    share = net.add("ReduceMean", seen.mask, axes=[1, 2, 3], keepdims=0)
    return {"logits": net.reshaped(net.add("Mul", share, net.constant(20)), 1, CLASSES)}
