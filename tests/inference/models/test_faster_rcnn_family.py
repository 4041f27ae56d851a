"""Boxes, labels and scores, as many as there are."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.faster_rcnn import FasterRcnn
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.generic]]

BOX = [20.0, 9.0, 47.0, 50.0]  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def outputs_of(*found: tuple[list[float], int, float]) -> Outputs:
    boxes = np.asarray([box for box, _, _ in found], np.float32).reshape(-1, 4)
    labels = np.asarray([label for _, label, _ in found], np.int64)
    return {"boxes": boxes, "labels": labels, "scores": np.asarray([score for *_, score in found], np.float32)}


def test_a_row_is_a_detection_with_a_label_from_one(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = outputs_of((BOX, 2, 0.9), (BOX, 0, 0.9), (BOX, 4, 0.9), (BOX, 1, 0.2))
    found = FasterRcnn(make_card("faster_rcnn")).decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


def test_no_boxes_at_all_are_no_detections(make_card: CardMaker, doubled: Letterbox) -> None:
    assert len(FasterRcnn(make_card("faster_rcnn")).decode(outputs_of(), doubled, 0.5)) == 0


def test_boxes_that_cover_each_other_all_stay(make_card: CardMaker, doubled: Letterbox) -> None:
    family = FasterRcnn(make_card("faster_rcnn"))
    assert len(family.decode(outputs_of((BOX, 1, 0.9), (BOX, 1, 0.8)), doubled, 0.5)) == 2


@pytest.mark.parametrize("names", [("boxes", "scores", "labels"), ("out_a", "out_b", "out_c"), ("b", "conf", "cls")])
def test_outputs_are_told_by_name_or_kind_in_any_order(
    make_card: CardMaker, doubled: Letterbox, names: tuple[str, str, str]
) -> None:
    made = outputs_of((BOX, 2, 0.9))
    outputs: Outputs = dict(zip(names, (made["boxes"], made["scores"], made["labels"]), strict=True))
    found = FasterRcnn(make_card("faster_rcnn")).decode(outputs, doubled, 0.5)
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


def test_tensorflow_writes_shares_with_y_first_and_more_outputs(make_card: CardMaker, doubled: Letterbox) -> None:
    x1, y1, x2, y2 = 20 / 128, 9 / 64, 47 / 128, 50 / 64
    outputs: Outputs = {
        "detection_anchor_indices": np.zeros((1, 1), np.float32),
        "detection_boxes": np.asarray([[[y1, x1, y2, x2]]], np.float32),
        "detection_classes": np.asarray([[3.0]], np.float32),
        "detection_scores": np.asarray([[0.9]], np.float32),
        "num_detections": np.asarray([1.0], np.float32),
        "raw_detection_boxes": np.zeros((1, 50, 4), np.float32),
    }
    family = FasterRcnn(make_card("faster_rcnn", {"units": "share", "order": "yxyx"}))
    found = family.decode(outputs, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.name_of(0) == "dog"


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    nan, inf = float("nan"), float("inf")
    outputs = outputs_of(
        ([nan, 0, 9, 9], 1, 0.9),
        ([-3e38, 0, 3e38, 9], 1, 0.9),
        (BOX, 1, nan),
        (BOX, 1, inf),
        (BOX, 2**62, 0.9),
        (BOX, -1, 0.9),
        (BOX, 1, 0.9),
    )
    found = FasterRcnn(make_card("faster_rcnn")).decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]


def test_outputs_of_unequal_length_are_refused(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = {**outputs_of((BOX, 1, 0.9), (BOX, 1, 0.8)), "labels": np.ones(1, np.int64)}
    with pytest.raises(ModelError, match="2 boxes, 1 labels and 2 scores"):
        FasterRcnn(make_card("faster_rcnn")).decode(outputs, doubled, 0.5)


def test_other_outputs_are_refused(make_card: CardMaker) -> None:
    family = FasterRcnn(make_card("faster_rcnn"))
    family.check({"boxes": (-1, 4), "labels": (-1,), "scores": (-1,)})
    with pytest.raises(ModelError, match="no label output"):
        family.check({"boxes": (-1, 4)})
    with pytest.raises(ModelError, match="no box output"):
        family.check({"boxes": (-1, 5), "labels": (-1,), "scores": (-1,)})


@pytest.mark.mirror
@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_file_with_outputs_of_unknown_length_is_read(
    make_card: CardMaker, doubled: Letterbox, mirrored: Callable[[str], Path], runtime: str
) -> None:
    card = make_card("faster_rcnn", class_names=("person", "car", "dog"))
    path = mirrored("models/synthetic_fasterrcnn_torchvision_style.onnx")
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, 1)
    family = FasterRcnn(card)
    family.check(compiled.output_shapes)
    found = family.decode(compiled.session().run(doubled.new_canvas()), doubled, 0.5)
    # Its three boxes are constants: 10 20 110 220, 50 60 200 160 and 12 22 108 215 px, labels 1, 3, 1.
    np.testing.assert_allclose(found.xyxy, [[20, 40, 220, 128], [100, 120, 256, 128], [24, 44, 216, 128]], atol=0.01)
    np.testing.assert_allclose(found.confidence, [0.9, 0.7, 0.55], atol=0.001)
    assert [found.name_of(row) for row in range(3)] == ["person", "dog", "person"]
