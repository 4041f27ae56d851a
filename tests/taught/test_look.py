"""What a place looks like, as numbers."""

import numpy as np
import pytest
from tests.rules.picture.bins import HEIGHT, WIDTH, ZONE, Corner, buffer_of

from camloom.frame import ImageArray
from camloom.taught.look import CROP_PX, FEATURE_COUNT, look_of, zone_box, zone_crop

SQUARE = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))


def distance(one: ImageArray, other: ImageArray) -> float:
    return float(np.abs(look_of(one).vector - look_of(other).vector).mean())


def test_the_state_changes_it_more_than_the_light_and_the_noise() -> None:
    empty = zone_crop(Corner().buffer("empty"), ZONE)
    noisy = zone_crop(Corner(np.random.default_rng(8)).buffer("empty"), ZONE)
    darker = zone_crop(Corner(np.random.default_rng(9), 0.7, (0.95, 1.0, 1.05)).buffer("empty"), ZONE)
    full = zone_crop(Corner(np.random.default_rng(8)).buffer("full"), ZONE)
    assert distance(empty, full) > 2 * distance(empty, darker)
    assert distance(empty, full) > 2 * distance(empty, noisy)


def test_the_light_is_told_in_octaves() -> None:
    bright = look_of(zone_crop(Corner().buffer("empty"), ZONE)).light
    dim = look_of(zone_crop(Corner(gain=0.5).buffer("empty"), ZONE)).light
    grey = look_of(zone_crop(Corner().buffer("empty", colour=False), ZONE)).light
    assert bright[0] - dim[0] == pytest.approx(1, abs=0.1)
    assert grey[2] < bright[2] - 1.5


@pytest.mark.parametrize("level", [0, 90, 255])
def test_a_plain_picture_has_a_look_too(level: int) -> None:
    look = look_of(np.full((CROP_PX, CROP_PX, 3), level, np.uint8))
    assert look.vector.shape == (FEATURE_COUNT,)
    assert np.isfinite(look.vector).all()
    assert np.isfinite(look.light).all()


def test_what_lies_beside_a_polygon_is_not_looked_at() -> None:
    triangle = ((0.4, 0.4), (0.6, 0.4), (0.4, 0.8))
    calm = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    busy = calm.copy()
    busy[115:144, 170:192] = 255  # in the box of the triangle, beyond its long side
    assert np.abs(zone_crop(buffer_of(calm), triangle).astype(int) - zone_crop(buffer_of(busy), triangle)).max() < 12
    busy[80:90, 135:145] = 255
    assert np.abs(zone_crop(buffer_of(calm), triangle).astype(int) - zone_crop(buffer_of(busy), triangle)).max() > 60


def test_a_tiny_zone_at_the_edge_is_cut_all_the_same() -> None:
    corner = ((0.999, 0.999), (1.0, 0.999), (1.0, 1.0))
    x0, y0, x1, y1 = zone_box(corner, WIDTH, HEIGHT)
    assert 0 <= x0 < x1 <= WIDTH
    assert 0 <= y0 < y1 <= HEIGHT
    assert zone_crop(buffer_of(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)), corner).shape == (CROP_PX, CROP_PX, 3)
