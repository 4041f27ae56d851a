"""Boxes, zones and lines."""

import cv2
import numpy as np
import pytest

from camloom.geometry import Anchor, Line, LineSet, Zone, ZoneSet, anchor_points, box_area, box_iou

CONCAVE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.4), (0.1, 0.9))


def test_anchor_points_of_a_box() -> None:
    box = np.array([[10, 20, 30, 60]], np.float32)
    assert anchor_points(box).tolist() == [[20, 60]]
    assert anchor_points(box, Anchor.CENTER).tolist() == [[20, 40]]
    assert anchor_points(box, Anchor.TOP_CENTER).tolist() == [[20, 20]]
    assert anchor_points(np.zeros((0, 4), np.float32)).shape == (0, 2)


def test_area_and_overlap() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 10, 10]], np.float32)
    assert box_area(boxes).tolist() == [100, 100, 0]
    assert box_iou(boxes[:1], boxes)[0].tolist() == pytest.approx([1, 1 / 3, 0])


def test_zone_agrees_with_opencv_on_a_concave_polygon() -> None:
    points = np.random.default_rng(1).random((500, 2)).astype(np.float32)
    contour = np.array(CONCAVE, np.float32)
    expected = [cv2.pointPolygonTest(contour, (float(x), float(y)), False) > 0 for x, y in points]
    assert Zone("z", CONCAVE).contains(points).tolist() == expected


def test_zone_does_not_depend_on_where_the_drawing_began_or_its_sense() -> None:
    points = np.random.default_rng(2).random((300, 2)).astype(np.float32)
    inside = Zone("z", CONCAVE).contains(points).tolist()
    assert 0 < sum(inside) < 300
    for shift in range(len(CONCAVE)):
        turned = CONCAVE[shift:] + CONCAVE[:shift]
        assert Zone("z", turned).contains(points).tolist() == inside
        assert Zone("z", turned[::-1]).contains(points).tolist() == inside


def test_zones_that_share_an_edge_share_no_point() -> None:
    left = Zone("l", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    right = Zone("r", ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
    edge = np.array([[0.5, 0.2], [0.5, 0.5]], np.float32)
    assert (left.contains(edge) != right.contains(edge)).all()


def test_zone_of_nobody() -> None:
    assert Zone("z", CONCAVE).contains(np.zeros((0, 2), np.float32)).shape == (0,)


def test_zones_compare_by_what_was_drawn() -> None:
    assert Zone("z", CONCAVE) == Zone("z", CONCAVE)
    assert Zone("z", CONCAVE) != Zone("z", CONCAVE[::-1])


def test_side_a_is_on_the_right_hand_from_start_to_end() -> None:
    down = Line("l", (0.5, 0.0), (0.5, 1.0))
    assert down.side(np.array([[0.2, 0.5], [0.8, 0.5], [0.5, 0.3]], np.float32)).tolist() == pytest.approx(
        [0.3, -0.3, 0]
    )


def test_with_the_aspect_a_distance_is_in_shares_of_the_height() -> None:
    down = Line("l", (0.5, 0.0), (0.5, 1.0))
    level = Line("l", (0.0, 0.5), (1.0, 0.5))
    point = np.array([[0.4, 0.7]], np.float32)
    assert down.side(point, aspect=2.0)[0] == pytest.approx(0.2)
    assert level.side(point, aspect=2.0)[0] == pytest.approx(0.2)

    slanted = Line("l", (0.1, 0.2), (0.7, 0.9))
    stretched = Line("l", (0.2, 0.2), (1.4, 0.9))
    assert slanted.side(point, aspect=2.0)[0] == pytest.approx(stretched.side(point * (2, 1))[0], abs=1e-6)


def test_position_along_a_line() -> None:
    line = Line("l", (0.2, 0.5), (0.6, 0.5))
    points = np.array([[0.2, 0.1], [0.4, 0.9], [0.6, 0.5], [1.0, 0.5]], np.float32)
    assert line.position(points).tolist() == pytest.approx([0, 0.5, 1, 2])


@pytest.mark.parametrize("levels", [(0, 0, 0), (0, 1, 1)])
def test_zones_and_lines_say_together_what_each_says_alone(levels: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.random(400).astype(np.float32), rng.random((2, 400)).astype(np.float32)
    x[:20], y[:, :20] = 0.1, 0.9  # some on a corner
    corners = (CONCAVE, CONCAVE[:3], tuple(map(tuple, rng.random((9, 2)).tolist())))
    zones = [Zone(str(number), points) for number, points in enumerate(corners)]
    lines = [Line(str(number), points[0], points[1]) for number, points in enumerate(corners)]
    places = [np.stack((x, y[level]), axis=1) for level in levels]
    inside = [zone.contains(points) for zone, points in zip(zones, places, strict=True)]
    sides = [line.side(points, 1.7) for line, points in zip(lines, places, strict=True)]
    assert np.array_equal(ZoneSet(zones, levels).contains(x, y), inside)
    assert np.array_equal(LineSet(lines, levels, 1.7).side(x, y), sides)
