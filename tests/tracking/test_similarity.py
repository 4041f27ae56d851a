"""How boxes fit: by area, by height, and with room around them."""

import numpy as np
import pytest

from camloom.geometry import FloatArray, box_iou
from camloom.tracking.similarity import similarity


def boxes_of(*rows: tuple[float, float, float, float]) -> FloatArray:
    return np.array(rows, np.float32).reshape(-1, 4)


def none(count: int) -> FloatArray:
    return np.zeros(count, np.float32)


def test_the_same_box_fits_fully_and_a_far_one_not_at_all() -> None:
    box, far = (10, 10, 50, 110), (500, 10, 540, 110)
    assert similarity(boxes_of(box), boxes_of(box, far), none(1)).tolist() == [[1.0, 0.0]]


def test_with_equal_heights_and_no_margin_it_is_iou() -> None:
    a, b = boxes_of((0, 0, 40, 100)), boxes_of((10, 0, 50, 100), (39, 0, 79, 100))
    np.testing.assert_allclose(similarity(a, b, none(1)), box_iou(a, b), rtol=1e-6)


def test_of_two_boxes_with_the_same_iou_the_one_of_like_height_fits_better() -> None:
    a = boxes_of((0, 0, 40, 100))
    beside, shorter = (10, 0, 50, 100), (0, 0, 40, 60)
    assert box_iou(a, boxes_of(beside, shorter))[0] == pytest.approx([0.6, 0.6])
    fit = similarity(a, boxes_of(beside, shorter), none(1))[0]
    assert fit[0] > fit[1]


def test_a_margin_reaches_boxes_that_do_not_touch_and_belongs_to_the_row() -> None:
    a = boxes_of((0, 0, 40, 100), (0, 0, 40, 100))
    near = boxes_of((44, 0, 84, 100))
    fit = similarity(a, near, np.array([0, 0.2], np.float32))
    assert fit[0, 0] == 0
    assert fit[1, 0] > 0


def test_no_boxes_give_an_empty_table() -> None:
    assert similarity(boxes_of(), boxes_of((0, 0, 1, 1)), none(0)).shape == (0, 1)
    assert similarity(boxes_of((0, 0, 1, 1)), boxes_of(), none(1)).shape == (1, 0)
