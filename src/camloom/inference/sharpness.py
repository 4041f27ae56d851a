"""How sharp a crop is, whatever its contrast and its subject."""

import cv2
import numpy as np

from camloom.frame import ImageArray
from camloom.geometry import FloatArray

_TAPS = 9
_LEAST_SIDE_PX = 2 * _TAPS


def sharpness_of(bgr: ImageArray) -> float:
    """Return how sharp a picture is: 0 (blurred, or plain) to 1.

    It is how much of its local variation a picture loses when it is blurred: a sharp one loses much, a blurred one
    has little left to lose. Source: F. Crete et al., The Blur Effect: Perception and Estimation with a New
    No-Reference Perceptual Blur Metric, SPIE 2007; this is 1 minus their measure.

    Args:
        bgr: (H, W, 3) uint8.
    """
    if min(bgr.shape[:2]) < _LEAST_SIDE_PX:
        return 0.0
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return min(_along(luma, axis=0), _along(luma, axis=1))


def _along(luma: FloatArray, axis: int) -> float:
    kernel = (1, _TAPS) if axis == 0 else (_TAPS, 1)  # OpenCV gives width and height
    before = np.abs(np.diff(luma, axis=axis))
    after = np.abs(np.diff(cv2.blur(luma, kernel), axis=axis))
    total = float(before.sum())
    return float(np.maximum(before - after, 0).sum()) / total if total > 0 else 0.0
