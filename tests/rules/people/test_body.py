"""Where the parts of a person are, with and without joints."""

import numpy as np
import pytest
from tests.rules.people.figures import bending, lying, sitting, standing

from camloom.geometry import FloatArray
from camloom.rules.people.body import Body

BOX = (100.0, 50.0, 260.0, 450.0)


def body(joints: FloatArray, box: tuple[float, float, float, float] = BOX) -> Body:
    points = np.ones((17, 3), np.float32)
    points[:, :2] = joints * (box[2] - box[0], box[3] - box[1]) + box[:2]
    return Body(box, points)


def test_a_box_alone_is_that_of_an_upright_person() -> None:
    alone = Body(BOX)
    assert alone.head_height_px == pytest.approx(400 / 7.5)
    assert alone.head == pytest.approx((180, 50 + 200 / 7.5))
    assert alone.head[1] < alone.mouth[1] < alone.torso[1]
    assert (alone.hands, alone.tilt_deg) == ([], None)


def test_of_somebody_cut_off_the_width_counts() -> None:
    # Head and shoulders before a screen: the box is as wide as high.
    assert Body((0, 0, 300, 300), is_cut=True).head_height_px == pytest.approx(300 / 2.6)


def test_joints_put_the_parts_where_they_are() -> None:
    whole, alone = body(standing()), Body(BOX)
    assert whole.head == pytest.approx(alone.head, abs=15)
    assert whole.head_height_px == pytest.approx(alone.head_height_px, rel=0.25)
    assert whole.head[1] < whole.mouth[1] < whole.torso[1]
    assert len(whole.hands) == 2


@pytest.mark.parametrize(("joints", "low", "high"), [(standing(), 0, 10), (sitting(), 0, 20), (lying(), 70, 90)])
def test_the_tilt_tells_who_lies(joints: FloatArray, low: float, high: float) -> None:
    tilt = body(joints, (0, 0, 400, 400)).tilt_deg
    assert tilt is not None
    assert low <= tilt <= high


def test_who_bends_has_upright_legs() -> None:
    bent = body(bending(), (0, 0, 400, 400))
    assert bent.trunk_deg is not None
    assert bent.trunk_deg > 80
    assert bent.tilt_deg is not None
    assert bent.tilt_deg < 10


def test_the_far_ear_of_a_face_in_profile_is_not_seen() -> None:
    joints = standing()
    assert len(body(joints).ears) == 2
    joints[3] = joints[0] + (0.02, 0)
    assert body(joints).ears == [body(joints).point(4)]


def test_a_level_trunk_without_legs_is_open() -> None:
    joints = lying()
    joints[13:] = np.nan
    assert body(joints).tilt_deg is None


def test_points_of_another_kind_are_none_of_a_body() -> None:
    assert Body(BOX, np.ones((5, 3), np.float32)).hands == []
