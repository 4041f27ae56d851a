"""The filters: what they predict does not depend on how time is cut."""

import numpy as np
import pytest

from camloom.geometry import FloatArray
from camloom.tracking.motion import MotionModel, boxes, correct

MODEL = MotionModel(speed=0.8, speed_change=0.4)


def box_at(x: float, height: float = 100) -> FloatArray:
    return np.array([[x - 20, 100, x + 20, 100 + height]], np.float32)


def test_a_new_box_is_where_it_was_seen() -> None:
    xyxy = np.array([[10, 20, 50, 120], [300, 10, 340, 90]], np.float32)
    np.testing.assert_allclose(boxes(MODEL.start(xyxy)), xyxy)


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_speed_is_learnt_and_kept_through_a_second_unseen(fps: int) -> None:
    motion = MODEL.start(box_at(100))
    for step in range(1, 3 * fps + 1):
        MODEL.predict(motion, 1 / fps)
        correct(motion, np.array([0]), box_at(100 + 60 * step / fps))
    MODEL.predict(motion, 1.0)
    np.testing.assert_allclose(boxes(motion), box_at(100 + 60 * 4), atol=3)


def test_one_long_step_is_many_short_ones() -> None:
    long, short = MODEL.start(box_at(100)), MODEL.start(box_at(100))
    for motion in (long, short):
        MODEL.predict(motion, 0.2)
        correct(motion, np.array([0]), box_at(112))
    MODEL.predict(long, 1.0)
    for _ in range(10):
        MODEL.predict(short, 0.1)
    for name in ("value", "rate", "value_variance", "covariance", "rate_variance"):
        np.testing.assert_allclose(long[name][0, :2], short[name][0, :2], rtol=1e-6)


def test_the_closed_form_is_the_textbook_filter() -> None:
    motion = MODEL.start(box_at(100))
    state = np.array([100.0, 0.0])
    covariance = np.diag([motion["value_variance"][0, 0], motion["rate_variance"][0, 0]])
    for seconds, x in ((0.1, 106), (0.3, 120), (0.05, 121), (1.0, 170)):
        spread = (0.4 * 100) ** 2 * np.array([[seconds**3 / 3, seconds**2 / 2], [seconds**2 / 2, seconds]])
        step = np.array([[1, seconds], [0, 1]])
        state, covariance = step @ state, step @ covariance @ step.T + spread
        gain = covariance[:, 0] / (covariance[0, 0] + (0.15 * 100) ** 2)
        state = state + gain * (x - state[0])
        covariance = covariance - np.outer(gain, covariance[0])
        MODEL.predict(motion, seconds)
        correct(motion, np.array([0]), box_at(x))
        assert motion["value"][0, 0] == pytest.approx(state[0], rel=1e-9)
        assert motion["rate"][0, 0] == pytest.approx(state[1], rel=1e-9)
        assert motion["value_variance"][0, 0] == pytest.approx(covariance[0, 0], rel=1e-9)


def test_only_the_rows_given_are_corrected() -> None:
    motion = MODEL.start(np.concatenate([box_at(100), box_at(300)]))
    before = motion[0].copy()
    correct(motion, np.array([1]), box_at(310))
    assert motion[0] == before
    assert boxes(motion)[1, 0] > 280


def test_a_box_that_shrinks_never_loses_its_sides() -> None:
    motion = MODEL.start(box_at(100, height=60))
    for height in (40, 20, 6):
        MODEL.predict(motion, 0.1)
        correct(motion, np.array([0]), box_at(100, height=height))
    for _ in range(50):
        MODEL.predict(motion, 1.0)
    low, high = boxes(motion)[0, :2], boxes(motion)[0, 2:]
    assert (high - low > 0).all()
