"""A blurred crop is told from a sharp one."""

import cv2
import numpy as np
import pytest

from camloom.frame import ImageArray
from camloom.inference.sharpness import sharpness_of


@pytest.fixture
def picture() -> ImageArray:
    """Return something with edges and texture."""
    random = np.random.default_rng(3)
    made = cv2.resize(random.integers(20, 200, (28, 28, 3), np.uint8), (112, 112), interpolation=cv2.INTER_NEAREST)
    return np.asarray(made + random.integers(0, 20, made.shape, np.uint8), np.uint8)


def test_the_more_blur_the_less_sharpness(picture: ImageArray) -> None:
    seen = [sharpness_of(picture)]
    seen += [sharpness_of(np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)) for sigma in (1, 2, 4)]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > 0.5
    assert seen[-1] < 0.5 * seen[0]


def test_blur_along_one_side_alone_is_seen(picture: ImageArray) -> None:
    for size in ((15, 1), (1, 15)):
        assert sharpness_of(np.asarray(cv2.blur(picture, size), np.uint8)) < 0.75 * sharpness_of(picture)


def test_contrast_and_light_do_not_matter(picture: ImageArray) -> None:
    faint = np.asarray(picture * 0.3 + 60, np.uint8)
    assert sharpness_of(faint) == pytest.approx(sharpness_of(picture), abs=0.05)


def test_what_is_plain_or_tiny_is_not_sharp() -> None:
    assert sharpness_of(np.full((112, 112, 3), 90, np.uint8)) == 0
    assert sharpness_of(np.zeros((8, 8, 3), np.uint8)) == 0
