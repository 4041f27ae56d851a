"""What a region that changed is, told at its outline: a thing, a hole where one was, or light."""

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from camloom.geometry import BoolArray, FloatArray

# A shadow lets the texture of the ground through.
_SHADOW_CORRELATION = 0.85
_TEXTURE = 4.0
# The edge of a thing takes a cell or two; the edge of a shadow or of a lamp's light takes many.
_SOFT_EDGE = 0.25
_PENUMBRA = 4
# Past the edge of a thing the ground is as it was; of light there is as much again a few cells further.
_NEAR, _SOFT_STEP = 2, 0.4
_LEAST_KNOWN = 9
_FLOW_STEP = 12.0
_KERNEL = np.ones((3, 3), np.uint8)


class Kind(StrEnum):
    """What a region is, by what is seen at its outline."""

    THING = "thing"
    HOLE = "hole"
    LIGHT = "light"


def kind_of(mask: BoolArray, known: BoolArray, now: FloatArray, then: FloatArray, other: BoolArray) -> Kind:
    """Say what a region is, seen whole; all arrays (h, w), with some cells of the ground around it.

    Args:
        mask: its cells.
        known: where it is known what was there before.
        now, then: brightness with it and before it, 0 to 255.
        other: cells that changed otherwise, or are hidden.
    """
    inside = mask & known
    if np.count_nonzero(inside) < _LEAST_KNOWN:
        return Kind.LIGHT  # what was there before is forgotten: it may always have been there
    if _is_light(inside, now, then) or _is_soft(inside, now - then, other):
        return Kind.LIGHT
    rim = _rim(mask) & known
    return Kind.THING if _slope(now)[rim].mean() >= _slope(then)[rim].mean() else Kind.HOLE


def flow(seed: BoolArray, into: BoolArray, luma: FloatArray) -> BoolArray | None:
    """Return a region with all cells that it reaches in steps of little change of brightness; None: no more."""
    grown, square = seed.astype(np.float32), (5, 5)
    while True:
        weight = cv2.boxFilter(grown, -1, square, normalize=False)
        mean = cv2.boxFilter(grown * luma, -1, square, normalize=False) / np.maximum(weight, 1.0)
        ring = (cv2.dilate(grown, _KERNEL) > grown) & into & (np.abs(luma - mean) < _FLOW_STEP)
        if not ring.any():
            break
        grown[ring] = 1.0
    closed = cv2.morphologyEx(grown, cv2.MORPH_CLOSE, _KERNEL, iterations=2)
    whole = seed | ((closed > 0) & into)
    return np.asarray(whole) if np.count_nonzero(whole) > np.count_nonzero(seed) else None


def _is_light(mask: BoolArray, now: FloatArray, then: FloatArray) -> bool:
    """Tell whether only the light changed: the texture shows through, or the edge is soft."""
    inner = _heart(mask)
    a, b = now[inner], then[inner]
    if float(b.std()) > _TEXTURE and float(a.std()) > 0:
        return float(np.corrcoef(a, b)[0, 1]) > _SHADOW_CORRELATION
    step = now - then
    height = abs(float(np.median(step[inner])))
    return float(np.percentile(_slope(np.ascontiguousarray(step))[_rim(mask)], 90)) < _SOFT_EDGE * height


def _is_soft(mask: BoolArray, step: FloatArray, other: BoolArray) -> bool:
    """Tell whether the change goes on beyond the outline, below the threshold: it has no edge, it is light."""
    near = cv2.dilate(mask.astype(np.uint8), _KERNEL, iterations=_NEAR) > 0
    ring = (cv2.dilate(mask.astype(np.uint8), _KERNEL, iterations=_NEAR + 3) > 0) & ~near & ~other
    if int(np.count_nonzero(ring)) < int(np.count_nonzero(mask)) // 8:
        return False
    sign = np.sign(float(np.median(step[mask])))
    return float(np.median(step[ring] * sign)) > _SOFT_STEP * abs(float(np.median(step[_heart(mask)])))


def _heart(mask: BoolArray) -> BoolArray:
    """Return the inside of a region, as far from its outline as leaves a quarter of it: no penumbra."""
    heart = mask
    for _ in range(_PENUMBRA):
        smaller = cv2.erode(heart.astype(np.uint8), _KERNEL) > 0
        if int(smaller.sum()) < max(9, int(mask.sum()) // 4):
            break
        heart = np.asarray(smaller)
    return heart


def _rim(mask: BoolArray) -> BoolArray:
    """Return the cells on both sides of the outline."""
    grid = mask.astype(np.uint8)
    return np.asarray(cv2.dilate(grid, _KERNEL, iterations=2) != cv2.erode(grid, _KERNEL))


def _slope(luma: npt.NDArray[np.float32]) -> FloatArray:
    """Return levels per cell."""
    dx, dy = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(cv2.magnitude(dx, dy), dtype=np.float32)
