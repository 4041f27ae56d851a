"""Faces and number plates, turned and scaled by known amounts, come back straight."""

import math

import cv2
import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.alignment import ARCFACE_TEMPLATE, align_face, rectify_plate, similarity_transform

TEMPLATE = np.asarray(ARCFACE_TEMPLATE, np.float32)


def moved(points: FloatArray, degrees: float, scale: float, shift: tuple[float, float]) -> FloatArray:
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray(scale * points @ turn.T + shift, np.float32)


@pytest.mark.parametrize("degrees", [0, 30, -75, 180])
@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_a_known_movement_is_found_and_undone(degrees: float, scale: float) -> None:
    seen = moved(TEMPLATE, degrees, scale, (300.0, -40.0))
    matrix = similarity_transform(seen, TEMPLATE)
    np.testing.assert_allclose(seen @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=1e-3)
    assert np.linalg.det(matrix[:, :2]) == pytest.approx(scale**-2, rel=1e-4)


def test_no_other_rotation_scale_and_shift_comes_nearer() -> None:
    rng = np.random.default_rng(7)
    seen = moved(TEMPLATE, 20, 1.5, (10.0, 5.0)) + rng.normal(0, 3, (5, 2)).astype(np.float32)
    matrix = similarity_transform(seen, TEMPLATE)

    def error(a: float, b: float, x: float, y: float) -> float:
        placed = seen @ np.array([[a, -b], [b, a]]).T + (x, y)
        return float(((placed - TEMPLATE) ** 2).sum())

    best = (matrix[0, 0], matrix[1, 0], matrix[0, 2], matrix[1, 2])
    assert matrix[0, 1] == pytest.approx(-matrix[1, 0])
    for index in range(4):
        for step in (-0.01, 0.01):
            other = [value + step * (at == index) for at, value in enumerate(best)]
            assert error(*other) > error(*best)


def test_a_mirrored_face_is_turned_but_never_mirrored_back() -> None:
    mirrored = TEMPLATE * np.array([-1, 1], np.float32)
    assert np.linalg.det(similarity_transform(mirrored, TEMPLATE)[:, :2]) > 0


def test_the_eyes_nose_and_mouth_of_a_face_come_to_lie_on_the_template() -> None:
    keypoints = moved(TEMPLATE, 25, 2.0, (180.0, 90.0))
    picture = np.zeros((480, 640, 3), np.uint8)
    for number, (x, y) in enumerate(keypoints):
        cv2.circle(picture, (round(float(x)), round(float(y))), 7, (0, 0, 50 * (number + 1)), cv2.FILLED)
    crop = align_face(picture, keypoints)
    assert crop.shape == (112, 112, 3)
    for number, (x, y) in enumerate(TEMPLATE):
        assert crop[round(float(y)), round(float(x)), 2] == pytest.approx(50 * (number + 1), abs=2)


def test_the_crop_has_the_size_that_is_asked_for() -> None:
    picture = np.zeros((224, 224, 3), np.uint8)
    x, y = (2 * TEMPLATE[2]).tolist()
    cv2.circle(picture, (round(x), round(y)), 5, (255, 255, 255), cv2.FILLED)
    crop = align_face(picture, 2 * TEMPLATE, size_px=224)
    assert crop.shape == (224, 224, 3)
    assert crop[round(y), round(x)].tolist() == [255, 255, 255]


def test_points_that_a_model_does_not_know_are_left_out() -> None:
    keypoints = np.column_stack((moved(TEMPLATE, 10, 1.2, (50.0, 60.0)), np.full(5, 0.9))).astype(np.float32)
    picture = np.random.default_rng(3).integers(0, 255, (300, 300, 3)).astype(np.uint8)
    whole = align_face(picture, keypoints)
    keypoints[3:] = 0.0
    part = align_face(picture, keypoints)
    assert np.abs(whole.astype(int) - part.astype(int)).mean() < 3


@pytest.mark.parametrize(
    "keypoints",
    [
        np.full((5, 2), 7.0, np.float32),
        np.full((5, 2), np.nan, np.float32),
        np.zeros((5, 3), np.float32),
        np.array([[1, 2, 0.9], *([[0, 0, 0]] * 4)], np.float32),
    ],
)
def test_points_that_say_nothing_are_refused(keypoints: FloatArray) -> None:
    with pytest.raises(ModelError):
        align_face(np.zeros((50, 50, 3), np.uint8), keypoints)


def test_a_plate_seen_from_the_side_comes_out_as_a_rectangle_in_reading_order() -> None:
    plate = np.zeros((24, 94, 3), np.uint8)
    plate[:12, :47], plate[:12, 47:] = (9, 0, 0), (0, 90, 0)
    plate[12:, 47:], plate[12:, :47] = (0, 0, 160), (200, 200, 0)
    corners = np.array([[100, 80], [300, 120], [290, 190], [105, 140]], np.float32)
    flat = np.array([[0, 0], [94, 0], [94, 24], [0, 24]], np.float32)
    picture = cv2.warpPerspective(plate, cv2.getPerspectiveTransform(flat, corners), (400, 300))
    straight = rectify_plate(picture.astype(np.uint8), corners)
    assert straight.shape == plate.shape
    for y, x in [(6, 20), (6, 70), (18, 70), (18, 20)]:
        np.testing.assert_allclose(straight[y, x], plate[y, x], atol=2)


def test_a_plate_may_come_with_confidences_and_go_out_in_another_size() -> None:
    corners = np.array([[10, 10, 0.9], [50, 10, 0.9], [50, 30, 0.9], [10, 30, 0.9]], np.float32)
    assert rectify_plate(np.zeros((60, 80, 3), np.uint8), corners, (168, 48)).shape == (48, 168, 3)


@pytest.mark.parametrize(
    "corners",
    [
        [[10, 10], [10, 30], [50, 30], [50, 10]],  # the wrong way round
        [[10, 10], [50, 30], [50, 10], [10, 30]],  # crossed
        [[10, 10], [50, 10], [20, 12], [10, 30]],  # a corner points inwards
        [[10, 10], [10, 10], [10, 10], [10, 10]],
        [[10, 10], [50, 10], [50, math.nan], [10, 30]],
        [[10, 10], [50, 10], [math.inf, 30], [10, 30]],
    ],
)
def test_what_is_no_plate_is_refused(corners: list[list[float]]) -> None:
    with pytest.raises(ModelError):
        rectify_plate(np.zeros((60, 80, 3), np.uint8), np.asarray(corners, np.float32))
