"""Families whose models end with their own NMS."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.detection_output import DetectionOutput
from camloom.inference.models.tf_od import TfOd
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

Outputs = dict[str, npt.NDArray[np.generic]]
SHARES = [0.25, 0.125, 0.5, 0.75]  # x1, y1, x2, y2 of the canvas
BOX_IN_SOURCE = [64.0, 16.0, 128.0, 96.0]


def table_of(*rows: list[float]) -> Outputs:
    padded = np.zeros((1, 1, 200, 7), np.float32)
    padded[0, 0, : len(rows)] = rows
    padded[0, 0, len(rows), 0] = -1
    return {"detection_out": padded}


def test_a_row_of_detection_output_becomes_a_box_in_source_px(make_card: CardMaker, doubled: Letterbox) -> None:
    family = DetectionOutput(make_card("detection_output"))
    found = family.decode(table_of([0, 1, 0.9, *SHARES], [0, 0, 0.2, *SHARES]), doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


def test_rows_after_the_end_mark_do_not_count(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = {"detection_out": np.array([[[[-1.0, 0, 0, 0, 0, 0, 0], [0, 0, 0.9, *SHARES]]]], np.float32)}
    assert len(DetectionOutput(make_card("detection_output")).decode(outputs, doubled, 0.5)) == 0


def test_labels_count_from_the_first_class_of_the_card(make_card: CardMaker, doubled: Letterbox) -> None:
    family = DetectionOutput(make_card("detection_output", {"first_class": 1}))
    rows = [[0, label, 0.9, *SHARES] for label in (0.0, 1.0, 3.0, 4.0)]
    found = family.decode(table_of(*rows), doubled, 0.5)
    assert found.class_id.tolist() == [0, 2]


def test_boxes_with_labels_are_in_px_of_the_canvas(make_card: CardMaker, doubled: Letterbox) -> None:
    boxes = np.array([[32, 8, 64, 48, 0.8], [0, 0, 9, 9, 0.1]], np.float32)
    outputs: Outputs = {"boxes": boxes, "labels": np.array([2, 0], np.int64)}
    found = DetectionOutput(make_card("detection_output")).decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert found.name_of(0) == "dog"


def test_no_boxes_at_all_are_no_detections(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs: Outputs = {"boxes": np.zeros((0, 5), np.float32), "labels": np.zeros(0, np.int64)}
    assert len(DetectionOutput(make_card("detection_output")).decode(outputs, doubled, 0.5)) == 0


def test_overlapping_finished_detections_all_stay(make_card: CardMaker, doubled: Letterbox) -> None:
    rows = [[0, 1, 0.9, *SHARES], [0, 1, 0.8, *SHARES]]
    found = DetectionOutput(make_card("detection_output")).decode(table_of(*rows), doubled, 0.5)
    assert len(found) == 2


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    poison = float("nan")
    outputs = table_of(
        [0, poison, 0.9, *SHARES],
        [0, 1e30, 0.9, *SHARES],
        [0, 1, poison, *SHARES],
        [0, 1, float("inf"), *SHARES],
        [0, 1, 0.9, poison, 0, 1, 1],
        [0, 1, 0.9, -1e30, 0, 1e30, 1],
        [0, 1, 0.9, 0.5, 0.5, 0.25, 0.25],
        [0, 1, 0.9, *SHARES],
    )
    found = DetectionOutput(make_card("detection_output")).decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]


def test_detection_output_accepts_both_layouts_and_refuses_others(make_card: CardMaker) -> None:
    family = DetectionOutput(make_card("detection_output"))
    family.check({"detection_out": (1, 1, 200, 7)})
    family.check({"boxes": (-1, 5), "labels": (-1,)})
    with pytest.raises(ModelError, match=r"DetectionOutput \(N x 7\) or box output .* out 1x3549x85"):
        family.check({"out": (1, 3549, 85)})
    with pytest.raises(ModelError, match="no label output"):
        family.check({"boxes": (-1, 5)})


def tf_outputs(count: float = 1.0, label: float = 1.0, score: float = 0.9) -> Outputs:
    boxes = np.zeros((1, 100, 4), np.float32)
    classes, scores = np.ones((1, 100), np.float32), np.zeros((1, 100), np.float32)
    x1, y1, x2, y2 = SHARES
    boxes[0, :2] = [y1, x1, y2, x2]
    classes[0, 0], scores[0, :2] = label, [score, 0.8]
    return {"detection_boxes": boxes, "add:0": classes, "scores": scores, "n": np.array([count], np.float32)}


def test_tensorflow_boxes_are_y_first_shares_of_the_canvas(make_card: CardMaker, doubled: Letterbox) -> None:
    found = TfOd(make_card("tf_od")).decode(tf_outputs(label=2.0), doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


@pytest.mark.parametrize(("count", "expected"), [(0.0, 0), (1.0, 1), (2.0, 2), (float("nan"), 0)])
def test_tensorflow_rows_after_the_count_do_not_count(
    make_card: CardMaker, doubled: Letterbox, count: float, expected: int
) -> None:
    assert len(TfOd(make_card("tf_od")).decode(tf_outputs(count=count), doubled, 0.5)) == expected


def test_tensorflow_labels_may_count_from_zero(make_card: CardMaker, doubled: Letterbox) -> None:
    found = TfOd(make_card("tf_od", {"first_class": 0})).decode(tf_outputs(label=0.0), doubled, 0.5)
    assert found.name_of(0) == "person"


@pytest.mark.filterwarnings("error")
def test_tensorflow_poison_is_dropped(make_card: CardMaker, doubled: Letterbox) -> None:
    family = TfOd(make_card("tf_od"))
    assert len(family.decode(tf_outputs(label=float("nan")), doubled, 0.5)) == 0
    assert len(family.decode(tf_outputs(score=float("inf")), doubled, 0.5)) == 0


def test_tensorflow_outputs_of_unknown_batch_size_are_accepted_and_others_refused(make_card: CardMaker) -> None:
    family = TfOd(make_card("tf_od"))
    family.check({"boxes": (-1, 100, 4), "classes": (-1, 100), "scores": (-1, 100), "count": (-1,)})
    with pytest.raises(ModelError, match="no score output of size 100"):
        family.check({"boxes": (1, 100, 4), "classes": (1, 100)})
