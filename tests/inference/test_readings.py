"""Several readings of one object become one opinion."""

import numpy as np
import pytest

from camloom.detections import Attribute, Vote
from camloom.geometry import FloatArray
from camloom.inference.base import Reading
from camloom.inference.readings import TrackReadings, mean_direction, vote

BOX: FloatArray = np.array([100, 100, 140, 200], np.float32)


def said(value: str, confidence: float, name: str = "colour") -> Attribute:
    return Attribute(name, value, confidence, "tested")


def test_one_reading_is_what_it_says() -> None:
    assert vote([[said("red", 0.8)]]) == (said("red", 0.8),)
    assert vote([]) == ()


def test_the_value_with_the_most_votes_wins() -> None:
    (winner,) = vote([[said("red", 0.6)], [said("blue", 0.9)], [said("red", 0.8)], [said("red", 0.7)]])
    assert winner.value == "red"
    assert winner.confidence == pytest.approx(0.7 * 2.1 / 3.0)


def test_a_sure_reading_weighs_more_than_a_doubtful_one() -> None:
    assert vote([[said("red", 0.3)], [said("blue", 0.9)], [said("red", 0.4)]])[0].value == "blue"


def test_each_attribute_is_voted_on_alone() -> None:
    first = [said("red", 0.8), said("yes", 0.9, "has_hat")]
    second = [said("red", 0.6), said("no", 0.6, "has_hat")]
    assert {one.name: one.value for one in vote([first, second])} == {"colour": "red", "has_hat": "yes"}


def test_what_changed_long_ago_is_forgotten() -> None:
    readings = TrackReadings()
    for value in ["red"] * 5 + ["blue"] * 9:
        readings.add(Reading(attributes=(said(value, 0.9),)), BOX, 1.0, 0.0)
    assert [one.value for one in readings.attributes] == ["blue"]
    assert readings.attributes[0].confidence == pytest.approx(0.9)


def test_a_reading_of_nothing_takes_nothing_away() -> None:
    readings = TrackReadings()
    readings.add(Reading(attributes=(said("red", 0.8),), embedding=np.array([1, 0], np.float32)), BOX, 5.0, 1.0)
    readings.add(Reading(), BOX, 3.0, 2.0)
    assert readings.attributes == (said("red", 0.8),)
    np.testing.assert_array_equal(readings.embedding, [1, 0])
    assert (readings.best_quality, readings.read_pts_s) == (5.0, 2.0)


def test_embeddings_are_averaged_at_unit_length() -> None:
    mean = mean_direction([np.array([1, 0], np.float32), np.array([0, 1], np.float32)])
    assert mean is not None
    np.testing.assert_allclose(mean, [2**-0.5, 2**-0.5], atol=1e-6)
    assert mean_direction([]) is None
    assert mean_direction([np.array([1, 0], np.float32), np.array([-1, 0], np.float32)]) is None


def test_points_move_and_grow_with_the_box() -> None:
    readings = TrackReadings()
    points = np.array([[110, 125, 0.9], [0, 0, 0]], np.float32)
    readings.add(Reading(keypoints=points), BOX, 1.0, 0.0)
    moved = readings.keypoints(np.array([0, 0, 80, 200], np.float32))
    assert moved is not None
    np.testing.assert_allclose(moved, np.array([[20, 50, 0.9], [0, 0, 0]]), atol=1e-4)
    assert TrackReadings().keypoints(BOX) is None


def test_the_single_readings_stay_with_the_vote() -> None:
    readings = TrackReadings()
    far: FloatArray = np.array([100, 100, 120, 150], np.float32)
    readings.add(Reading(attributes=(said("red", 0.8),)), far, 1.0, 0.0)
    readings.add(Reading(), BOX, 1.0, 1.0)
    readings.add(Reading(attributes=(said("blue", 0.9),)), BOX, 2.0, 2.0)
    assert readings.attributes[0].votes == (Vote("red", 0.8, 50.0), Vote("blue", 0.9, 100.0))


def test_points_do_not_follow_a_box_that_changes_its_shape() -> None:
    readings = TrackReadings()
    readings.add(Reading(keypoints=np.array([[120, 150, 0.9]], np.float32)), BOX, 1.0, 0.0)
    moved = readings.keypoints(BOX + np.float32(30))
    assert moved is not None
    np.testing.assert_allclose(moved, [[150, 180, 0.9]], rtol=1e-5)
    lying: FloatArray = np.array([80, 160, 200, 200], np.float32)
    assert readings.is_bent(lying)
    assert readings.keypoints(lying) is None
    readings.add(Reading(), lying, 1.0, 2.0)
    assert not readings.is_bent(lying)
    assert readings.keypoints(BOX) is None
