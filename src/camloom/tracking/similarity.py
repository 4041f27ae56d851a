"""How well boxes fit each other."""

import numpy as np

from camloom.geometry import FloatArray

_HEIGHT_RATIO = 0.6
_SMALLEST_PX = 1e-3


def similarity(a: FloatArray, b: FloatArray, margin: FloatArray) -> FloatArray:
    """Return how well every pair of boxes fits: overlap of the areas times overlap of the heights.

    The areas are of boxes grown on each side, so that a box that is not quite where it was expected still
    overlaps (buffered IoU: Yang et al., Hard to Track Objects with Irregular Motions and Similar Appearances,
    WACV 2023). The heights tell apart people who stand behind each other (height-modulated IoU: Yang et al.,
    Hybrid-SORT, AAAI 2024).

    Args:
        a: (N, 4) px.
        b: (M, 4) px.
        margin: (N,) how far both boxes of a pair grow on each side, as a share of their own side.

    Returns:
        (N, M), 0..1.
    """
    growth = 1 + 2 * margin[:, None]
    width_a, width_b, width = _extent(a[:, 0::2], b[:, 0::2], growth)
    height_a, height_b, height = _extent(a[:, 1::2], b[:, 1::2], growth)
    both = width * height
    iou = both / (width_a * height_a + width_b * height_b - both)
    return np.asarray(iou * height / (height_a + height_b - height), np.float32)


def nearness(a: FloatArray, b: FloatArray, reach_px: FloatArray) -> FloatArray:
    """Return how near every pair of boxes is that need not overlap: distance of the middles times likeness of heights.

    Args:
        a: (N, 4) px.
        b: (M, 4) px.
        reach_px: (N,) how far apart a pair may be.

    Returns:
        (N, M), 0..1; 0 of those farther apart, or of quite another height.
    """
    off = (a[:, None, :2] + a[:, None, 2:] - b[None, :, :2] - b[None, :, 2:]) / 2
    apart = (off**2).sum(axis=2) / np.maximum(reach_px, _SMALLEST_PX)[:, None] ** 2
    height_a, height_b = (a[:, 3] - a[:, 1])[:, None], (b[:, 3] - b[:, 1])[None, :]
    likeness = np.minimum(height_a, height_b) / np.maximum(height_a, height_b)
    return np.where(likeness >= _HEIGHT_RATIO, np.maximum(1 - apart, 0) * likeness, np.float32(0))


def _extent(a: FloatArray, b: FloatArray, growth: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return along one axis the grown lengths of a (N, 1) and b (N, M) and what they share (N, M)."""
    length_a = (a[:, 1] - a[:, 0])[:, None] * growth
    length_b = (b[:, 1] - b[:, 0])[None, :] * growth
    distance = np.abs((a[:, 0] + a[:, 1])[:, None] - (b[:, 0] + b[:, 1])[None, :]) / 2
    shared = np.minimum(np.minimum(length_a, length_b), (length_a + length_b) / 2 - distance)
    return length_a, length_b, np.maximum(shared, 0)
