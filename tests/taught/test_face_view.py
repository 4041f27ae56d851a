"""How a face is seen, from its five points."""

import numpy as np
import pytest

from camloom.geometry import FloatArray
from camloom.taught.face_view import face_view

# A head of other proportions than the one that is fitted, mm: eyes, nose, corners of the mouth.
HEAD = np.array(((-33, 1, 0), (33, 1, 0), (0, 40, 26), (-24, 74, 4), (24, 74, 4)), np.float64)


def points(yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0, px_per_mm: float = 0.5) -> FloatArray:
    """Return the head turned, seen from afar."""
    yaw, pitch, roll = np.radians((yaw_deg, pitch_deg, roll_deg))
    turn_y = np.array(((np.cos(yaw), 0, np.sin(yaw)), (0, 1, 0), (-np.sin(yaw), 0, np.cos(yaw))))
    turn_x = np.array(((1, 0, 0), (0, np.cos(pitch), np.sin(pitch)), (0, -np.sin(pitch), np.cos(pitch))))
    turn_z = np.array(((np.cos(roll), -np.sin(roll), 0), (np.sin(roll), np.cos(roll), 0), (0, 0, 1)))
    seen = HEAD @ (turn_z @ turn_x @ turn_y).T * px_per_mm
    return np.column_stack((seen[:, :2] + (300, 200), np.ones(5))).astype(np.float32)


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (20, 0), (-20, 0), (50, 0), (0, 25), (0, -25), (80, 0)])
def test_the_angle_is_right_to_ten_degrees(yaw: float, pitch: float) -> None:
    view = face_view(points(yaw, pitch))
    assert view is not None
    assert view.angle_deg == pytest.approx(max(abs(yaw), abs(pitch)), abs=10)


def test_a_head_that_leans_to_the_side_is_frontal_all_the_same() -> None:
    upright, leaning = face_view(points()), face_view(points(roll_deg=40))
    assert upright is not None
    assert leaning is not None
    assert leaning.angle_deg == pytest.approx(upright.angle_deg, abs=0.1)


def test_the_width_is_that_of_the_head_however_it_is_turned() -> None:
    widths = [view.width_px for yaw in (0, 30, -45) if (view := face_view(points(yaw))) is not None]
    assert widths == pytest.approx([0.5 * 145] * 3, rel=0.12)
    double = face_view(points(px_per_mm=1.0))
    assert double is not None
    assert double.width_px == pytest.approx(2 * widths[0], rel=0.01)


def test_points_that_are_no_face_have_no_view() -> None:
    assert face_view(np.zeros((5, 3), np.float32)) is None
    assert face_view(points()[:4]) is None
    unknown = points()
    unknown[2, 2] = 0
    assert face_view(unknown) is None
    broken = points()
    broken[1, 0] = np.nan
    assert face_view(broken) is None
    one_place = np.tile(np.array((50, 50, 1), np.float32), (5, 1))
    assert face_view(one_place) is None
