"""Variants of an example: the same place in another light, through a shaken or noisy camera."""

from collections.abc import Iterator

import cv2
import numpy as np

from camloom.frame import ImageArray
from camloom.geometry import FloatArray

_GAIN = (0.6, 1.5)
_GAMMA = (0.7, 1.5)
_OFFSET = (-10.0, 15.0)
_TINT = (0.92, 1.08)
_BLUR_PX = (0.5, 1.5)
_SHIFT = 0.03
_NOISE = 3.0
_SHADOW = (0.55, 0.9)
_SOFT_PX = (2.0, 12.0)


def variants(picture: ImageArray, count: int, random: np.random.Generator) -> Iterator[ImageArray]:
    """Yield variants of a picture, (H, W, 3) uint8 BGR."""
    for _ in range(count):
        yield _variant(picture, random)


def _variant(picture: ImageArray, random: np.random.Generator) -> ImageArray:
    height, width = picture.shape[:2]
    lit = (picture / 255.0) ** random.uniform(*_GAMMA) * (255 * random.uniform(*_GAIN)) + random.uniform(*_OFFSET)
    lit = np.clip(lit, 0, 255) * random.uniform(*_TINT, 3)
    if random.random() < 0.5:
        lit *= _shadow(height, width, random)[..., None]
    if random.random() < 0.5:
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), random.uniform(*_BLUR_PX)), np.float64)
    across, down = random.uniform(-_SHIFT, _SHIFT, 2) * (width, height)
    moved = cv2.warpAffine(
        lit, np.array([[1, 0, across], [0, 1, down]], np.float64), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.clip(moved + random.normal(0, _NOISE, moved.shape), 0, 255), np.uint8)


def _shadow(height: int, width: int, random: np.random.Generator) -> FloatArray:
    """Return how a soft-edged shadow darkens a picture, (H, W): all on one side of a line through it."""
    turn = random.uniform(0, 2 * np.pi)
    x0, y0 = random.uniform(0.2, 0.8, 2) * (width, height)
    down, across = np.mgrid[0:height, 0:width]
    beyond = (across - x0) * np.cos(turn) + (down - y0) * np.sin(turn)
    share = 1 / (1 + np.exp(np.clip(-beyond / random.uniform(*_SOFT_PX), -30, 30)))
    return np.asarray(1 - share * (1 - random.uniform(*_SHADOW)), np.float32)
