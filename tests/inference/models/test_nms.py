import numpy as np
import pytest

from camloom.detections import IntArray
from camloom.geometry import FloatArray
from camloom.inference.nms import class_aware_nms, strongest


def f32(*values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float32)


def classes(*values: int) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def test_the_most_confident_of_overlapping_boxes_stays() -> None:
    boxes = f32([0, 0, 10, 20], [1, 0, 11, 20], [100, 0, 110, 20])
    assert class_aware_nms(boxes, f32(0.6, 0.9, 0.7), classes(0, 0, 0), 0.5).tolist() == [1, 2]


def test_boxes_of_different_classes_do_not_suppress_each_other() -> None:
    boxes = f32([0, 0, 10, 20], [0, 0, 10, 20])
    assert class_aware_nms(boxes, f32(0.6, 0.9), classes(0, 79), 0.5).tolist() == [1, 0]


@pytest.mark.parametrize(("max_iou", "kept"), [(0.59, [0]), (0.61, [0, 1])])
def test_an_overlap_of_exactly_0_6_lies_between(max_iou: float, kept: list[int]) -> None:
    boxes = f32([0, 0, 8, 10], [2, 0, 10, 10])  # 60 of 100 px² in common
    assert class_aware_nms(boxes, f32(0.9, 0.8), classes(0, 0), max_iou).tolist() == kept


def test_a_suppressed_box_suppresses_nothing() -> None:
    boxes = f32([0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10])
    assert class_aware_nms(boxes, f32(0.9, 0.8, 0.7), classes(0, 0, 0), 0.4).tolist() == [0, 2]


def test_boxes_partly_left_of_the_picture_are_kept_apart_by_class() -> None:
    boxes = f32([-50, -50, 10, 10], [-50, -50, 10, 10], [300, 300, 400, 400])
    kept = class_aware_nms(boxes, f32(0.9, 0.8, 0.7), classes(0, 1, 2), 0.5)
    assert sorted(kept.tolist()) == [0, 1, 2]


def test_no_boxes_give_no_indices() -> None:
    kept = class_aware_nms(np.zeros((0, 4), np.float32), f32(), classes(), 0.5)
    assert kept.tolist() == []
    assert np.issubdtype(kept.dtype, np.integer)


def test_strongest_keeps_the_most_confident() -> None:
    assert sorted(strongest(f32(0.1, 0.9, 0.5, 0.8), 2).tolist()) == [1, 3]
    assert sorted(strongest(f32(0.1, 0.9), 5).tolist()) == [0, 1]
