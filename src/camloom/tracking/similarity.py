"""How well boxes fit each other."""

import numpy as np
import numpy.typing as npt

from camloom.geometry import FloatArray


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
    grown = margin[:, None]
    width, widths = _overlap(a[:, 0], a[:, 2], b[:, 0], b[:, 2], grown)
    height, heights = _overlap(a[:, 1], a[:, 3], b[:, 1], b[:, 3], grown)
"""
