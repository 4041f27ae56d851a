"""Which family has outputs like these: one small rule for each, the most telling first."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from camloom.inference.card import Task
from camloom.phrases import Phrase
from camloom.toolchain.importing.describe import is_channels_last
from camloom.toolchain.importing.signatures_crop import CROP_RULES
from camloom.toolchain.importing.signatures_face import FACE_RULES
from camloom.toolchain.importing.view import Certainty, Match, Shape, View, fits

_BINS = (8, 11, 16, 17, 7, 12)  # of NanoDet's distributions, as published
_MOST_QUERIES = 1000
_MASKS = 32
_OF_METADATA = Phrase("its metadata; the sizes of its outputs are not in the file", "metadata")
_TASKS: Mapping[str, Task] = {"detect": "detection", "pose": "pose", "segment": "segmentation"}
# As in Darknet's yolov3.cfg and yolov3-tiny.cfg: width, height in px by number of heads and stride.
_DARKNET_ANCHORS: Mapping[int, Mapping[int, list[list[int]]]] = {
    3: {
        8: [[10, 13], [16, 30], [33, 23]],
        16: [[30, 61], [62, 45], [59, 119]],
        32: [[116, 90], [156, 198], [373, 326]],
    },
    2: {16: [[10, 14], [23, 27], [37, 58]], 32: [[81, 82], [135, 169], [344, 319]]},
}
_KEYPOINT_VALUES = 3


def match_families(view: View) -> list[Match]:
    """Return the families that fit, best first; empty when none does."""
    found = [match for rule in _RULES for match in rule(view)]
    order = ("sure", "likely", "guess", "unknown")
    return sorted(found, key=lambda match: order.index(match.certainty))


def _unseen(view: View) -> Iterator[Match]:
    """TorchScript of Ultralytics: no sizes, but the task and the names say nearly all."""
    noted = view.metadata
    if view.description.outputs or noted.publisher != "ultralytics" or noted.task not in _TASKS:
        return
    older = "yolov5" in noted.title.lower()
    family = "yolo_end2end" if noted.end2end else ("yolov5" if older else "yolov8")
    yield Match(family, _OF_METADATA, "likely", _TASKS[noted.task],
                len(noted.class_names) or None, noted.keypoints or 0)  # fmt: skip


def _finished_in_ncnn(view: View) -> Iterator[Match]:
    if "Yolov3DetectionOutput" in view.description.operations:
        classes = view.description.attributes.get("num_classes")
        yield Match("yolov3", "its last layer is ncnn's Yolov3DetectionOutput", classes=classes)


def _decoded_by_opencv(view: View) -> Iterator[Match]:
    if view.description.format == "darknet" and {"yolo", "region"} & set(view.description.operations):
        classes = view.description.attributes.get("num_classes")
        yield Match("yolov3", "its heads are [yolo] or [region], which OpenCV decodes", classes=classes,
                    options={"decoded": True})  # fmt: skip


def _detection_output(view: View) -> Iterator[Match]:
    raw = view.description.outputs[0].shape if len(view.shapes) == 1 else ()
    if fits(view.only, (-1, 7)) or (len(raw) == 4 and raw[3] == 7 and max(raw[:2]) == 1):
        known = view.description.attributes.get("num_classes")
        first = 1 if view.description.attributes.get("background", 0) == 0 else 0
        classes = known - first if known else None
        yield Match(
            "detection_output", "one table of 7 columns, as DetectionOutput makes", classes=classes,
            options={"first_class": first},
        )  # fmt: skip
    names = {name.lower() for name in view.shapes}
    if len(view.shapes) == 2 and view.has(-1, 5) and names >= {"boxes", "labels"}:
        yield Match("detection_output", "boxes with scores (N x 5) beside labels", options={"first_class": 0})


def _finished(view: View) -> Iterator[Match]:
    """Boxes, labels and scores of detections that need no more work."""
    names = " ".join(view.shapes).lower()
    boxes = [shape for shape in view.shapes.values() if len(shape) == 2 and shape[1] == 4]
    lists = [shape for shape in view.shapes.values() if len(shape) == 1]
    if len(boxes) != 1 or len(lists) < 2 or len(boxes) + len(lists) != len(view.shapes):
        return
    rows = boxes[0][0]
    if len(lists) == 3:
        is_tflite = view.description.format == "tflite"
        counts = {"first_class": 0 if is_tflite else 1, "max_detections": rows if rows > 0 else 100}
        yield Match("tf_od", "boxes, classes, scores and a count", options=counts)
    elif view.other_inputs and "size" in view.other_inputs[0].name.lower():
        width, height = view.size
        constants = {view.other_inputs[0].name: (float(width), float(height))}
        yield Match("detr", "labels, boxes, scores and an input for the size", options={"units": "px"},
                    constants=constants)  # fmt: skip
    else:
        tensorflow = "detection_" in names
        options = {"units": "share", "order": "yxyx"} if tensorflow else {}
        yield Match("faster_rcnn", "boxes, labels and scores", "likely", options=options)


def _nanodet(view: View) -> Iterator[Match]:
    for strides in ((8, 16, 32), (8, 16, 32, 64)):
        tables = [view.columns(view.cells(stride)) for stride in strides]
        if len(view.shapes) != 2 * len(strides) or any(sorted(table) != sorted(tables[0]) for table in tables):
            continue
        for sides in [each for bins in _BINS for each in tables[0] if each == 4 * bins][:1]:
            classes = next((each for each in tables[0] if each != sides), sides)
            options = {"strides": list(strides), "bins": sides // 4}
            yield Match("nanodet", f"scores and distributions of {sides // 4} bins on {len(strides)} grids",
                        classes=classes, options=options)  # fmt: skip


def _end_to_end(view: View) -> Iterator[Match]:
    if len(view.only) != 2 or view.only[0] > _MOST_QUERIES or view.only[0] < 1 or view.metadata.end2end is False:
        return
    rows, columns = view.only
    if rows % 50 or rows in (view.cells(8, 16, 32), 3 * view.cells(8, 16, 32)):
        return
    from_tensorflow = view.description.format != "tflite" and is_channels_last(view.description)
    if columns == 6 and rows == 100 and from_tensorflow:
        yield Match("centernet", "100 rows of box, score and class, made by TensorFlow", "likely")
    elif columns == 6:
        yield Match("yolo_end2end", "rows of box, score and class", "sure" if view.metadata.end2end else "likely")
    elif columns > 6 and (columns - 6) % _KEYPOINT_VALUES == 0 and view.metadata.task in ("", "pose"):
        points = (columns - 6) // _KEYPOINT_VALUES
        yield Match("yolo_end2end", f"rows of box, score, class and {points} points", "likely", "pose",
                    keypoints=points)  # fmt: skip


def _yolo_rows(view: View) -> Iterator[Match]:
    """A row per cell, or three: box, objectness, classes."""
    if len(view.only) != 2:
        return
    rows, columns = view.only
    cells = view.cells(8, 16, 32)
    if columns >= 6 and rows in (3 * cells, 3 * view.cells(8, 16, 32, 64)):
        yield Match("yolov5", "three rows for each cell of its grids", classes=columns - 5)
    elif columns >= 6 and rows == cells and view.metadata.publisher != "ultralytics":
        strength: Certainty = "sure" if columns in (6, 85) else "likely"
        yield Match("yolox", "a row for each cell of its grids", strength, classes=columns - 5,
                    options={"strides": [8, 16, 32]})  # fmt: skip


def _yolov8(view: View) -> Iterator[Match]:
    cells = view.cells(8, 16, 32)
    tables = [shape for shape in view.shapes.values() if len(shape) == 2 and cells in shape]
    prototypes = [shape for shape in view.shapes.values() if len(shape) == 3 and _MASKS in shape]
    if len(tables) != 1 or len(view.shapes) != 1 + len(prototypes):
        return
    table = tables[0]
    columns, channels_first = (table[0], True) if table[1] == cells else (table[1], False)
    values = columns - 4 - (_MASKS if prototypes else 0)
    if values < 1 or not (channels_first or view.metadata.publisher == "ultralytics"):
        return
    why = f"{columns} values for each cell of its grids"
    points = view.metadata.keypoints or (17 if values == 1 + 17 * _KEYPOINT_VALUES else 0)
    if prototypes:
        yield Match("yolov8", f"{why}, and {_MASKS} prototypes of masks", "sure", "segmentation", values)
    elif points and view.metadata.task in ("", "pose"):
        yield Match("yolov8", f"{why}: a box and {points} points", "sure" if view.metadata.task else "likely", "pose",
                    values - _KEYPOINT_VALUES * points, points)  # fmt: skip
    elif view.metadata.task in ("", "detect"):
        yield Match("yolov8", why, classes=values)


def _detr(view: View) -> Iterator[Match]:
    tables = [shape for shape in view.shapes.values() if len(shape) == 2 and 1 < shape[0] <= _MOST_QUERIES]
    if len(tables) != 2 or len(view.shapes) != 2 or tables[0][0] != tables[1][0]:
        return
    widths = [shape[1] for shape in tables]
    if 4 in widths and tables[0][0] % 50 == 0:
        classes = next((width for width in widths if width != 4), 4)
        yield Match("detr", f"boxes and scores of {tables[0][0]} queries", "likely", classes=classes)


def _yolov3_heads(view: View) -> Iterator[Match]:
    heads = [shape for shape in view.shapes.values() if len(shape) == 3]
    if len(heads) not in _DARKNET_ANCHORS or len(heads) != len(view.shapes) or len({shape[0] for shape in heads}) != 1:
        return
    channels = heads[0][0]
    strides = [_stride_of(view, shape) for shape in heads]
    if channels % 3 == 0 and channels // 3 > 5 and all(stride in _DARKNET_ANCHORS[len(heads)] for stride in strides):
        anchors = [_DARKNET_ANCHORS[len(heads)][stride] for stride in strides]
        yield Match("yolov3", "raw heads of three anchors a cell, as Darknet has them", "likely",
                    classes=channels // 3 - 5, options={"anchors": anchors, "strides": strides})  # fmt: skip


def _stride_of(view: View, shape: Shape) -> int:
    """Return the stride of a map with the channels first; 0 when it is none of the usual."""
    return next((stride for stride in (8, 16, 32) if view.grid(stride) == shape[1:]), 0)


def _fastestdet(view: View) -> Iterator[Match]:
    if len(view.only) == 3 and view.only[0] > 5 and view.only[1:] == view.grid(16):
        yield Match("fastestdet", "one grid of stride 16 with a box and classes", classes=view.only[0] - 5)


def _segmentation(view: View) -> Iterator[Match]:
    width, height = view.size
    shape = view.only
    if _is_one_channel(view):
        is_finished = view.description.outputs[0].beside == "Sigmoid"
        options: dict[str, Any] = {"first_class": 0, "scores": "probabilities" if is_finished else "logits"}
        if view.description.outputs[0].shape[1] != 1:
            options["output"] = "channels_last"
        yield Match("segmentation", "one score for every place of the picture", "likely", "segmentation", 1,
                    options=options)  # fmt: skip
    elif len(shape) == 3 and min(shape[1:]) * 8 >= min(width, height) > 64:
        yield Match("segmentation", "scores for every place of the picture", "likely", "segmentation",
                    max(shape[0] - 1, 1), options={"first_class": 1 if shape[0] > 1 else 0})  # fmt: skip
    elif (
        len(shape) == 2
        and shape[0] * 8 >= height > 64
        and shape[1] * 8 >= width
        and shape[0] / shape[1] == (height / width)
    ):
        yield Match("segmentation", "a number for every place of the picture", "likely", "segmentation",
                    options={"output": "class_map"})  # fmt: skip


def _is_one_channel(view: View) -> bool:
    """Whether the only output is one channel of scores, not of class numbers, of at least an eighth of the picture."""
    if len(view.description.outputs) != 1 or view.description.outputs[0].dtype[:1] in ("i", "u"):
        return False
    raw, (width, height) = view.description.outputs[0].shape, view.size
    if len(raw) != 4 or 1 not in (raw[1], raw[3]):
        return False
    sides = raw[2:] if raw[1] == 1 else raw[1:3]
    return sides[0] * 8 >= height > 64 and sides[1] * 8 >= width > 64


_RULES: tuple[Callable[[View], Iterator[Match]], ...] = (
    _unseen,
    _finished_in_ncnn,
    _decoded_by_opencv,
    _detection_output,
    _finished,
    _nanodet,
    *FACE_RULES,
    _end_to_end,
    _yolo_rows,
    _yolov8,
    _detr,
    _yolov3_heads,
    _fastestdet,
    _segmentation,
    *CROP_RULES,
)
