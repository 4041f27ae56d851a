"""Straightens what a model of crops is to read: a face onto its template, a number plate onto a rectangle."""

import cv2
import numpy as np
import numpy.typing as npt

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.geometry import FloatArray

ARCFACE_SIZE_PX = 112
# Where ArcFace has right eye, left eye, nose and the corners of the mouth in its picture, px of 112 x 112
# (J. Deng et al., ArcFace, CVPR 2019; the places are those of InsightFace).
ARCFACE_TEMPLATE: tuple[tuple[float, float], ...] = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
_LEAST_SPREAD_PX = 0.5  # of points that are to say how large something is and how it is turned
_LEAST_PLATE_PX2 = 4.0

_Matrix = npt.NDArray[np.float64]


def similarity_transform(source: FloatArray, target: FloatArray) -> _Matrix:
    """Find the rotation, scale and shift that bring points nearest to others, in the sense of least squares.

    Source: S. Umeyama, Least-squares estimation of transformation parameters between two point patterns,
    IEEE TPAMI 13(4), 1991, equations 40 to 42. It never mirrors.

    Args:
        source: (K, 2) points, K >= 2.
        target: (K, 2) where they should come to lie.

    Returns:
        (2, 3) matrix that takes x, y, 1 of the source to the target.

    Raises:
        ModelError: the source points are not finite, or all in one place.
    """
    start, goal = np.asarray(source, np.float64), np.asarray(target, np.float64)
    mean, goal_mean = start.mean(axis=0), goal.mean(axis=0)
    centred, goal_centred = start - mean, goal - goal_mean
    variance = (centred**2).sum(axis=1).mean()
    if not np.isfinite(variance) or variance < _LEAST_SPREAD_PX**2:
        raise ModelError("points that lie in one place do not say how an object is turned")
    left, spread, right = np.linalg.svd(goal_centred.T @ centred / len(start))
    keep_hand = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    rotation = left * keep_hand @ right
    scale = (spread * keep_hand).sum() / variance
    return np.column_stack((scale * rotation, goal_mean - scale * rotation @ mean))


def align_face(bgr: ImageArray, keypoints: FloatArray, size_px: int = ARCFACE_SIZE_PX) -> ImageArray:
    """Cut out a face so that its eyes, nose and mouth lie where ArcFace and its kind expect them.

    Args:
        bgr: (H, W, 3) uint8, the picture.
        keypoints: (5, 2) or (5, 3): x, y in px of the picture and, if given, a confidence; right eye, left eye,
            nose, right and left corner of the mouth, right and left being the person's own. Points with confidence
            0 are left out.
        size_px: side of the square to be cut.

    Returns:
        (size_px, size_px, 3) uint8; black where the picture ends.

    Raises:
        ModelError: fewer than two points are known, or they lie in one place.
    """
    points = np.asarray(keypoints, np.float32)
    known = np.isfinite(points).all(axis=1)
    if points.shape[1] > 2:
        known &= points[:, 2] > 0
    if np.count_nonzero(known) < 2:
        raise ModelError("a face with fewer than two known points cannot be aligned")
    template = np.asarray(ARCFACE_TEMPLATE, np.float32) * np.float32(size_px / ARCFACE_SIZE_PX)
    matrix = similarity_transform(points[known, :2], template[known])
    return np.asarray(cv2.warpAffine(bgr, matrix, (size_px, size_px)), dtype=np.uint8)


def rectify_plate(bgr: ImageArray, corners: FloatArray, size_px: tuple[int, int] = (94, 24)) -> ImageArray:
    """Cut out a number plate as if seen from straight ahead.

    Args:
        bgr: (H, W, 3) uint8, the picture.
        corners: (4, 2) or (4, 3): x, y in px of the picture; top left, top right, bottom right, bottom left of the
            plate as it is read. Further columns are not looked at.
        size_px: width and height of what is cut; 94 x 24 is what LPRNet takes.

    Returns:
        (height, width, 3) uint8; black where the picture ends.

    Raises:
        ModelError: the corners are not those of a plate seen from its front.
    """
    points = np.ascontiguousarray(np.asarray(corners, np.float32)[:, :2])
    # Clockwise on the screen has a positive area; a crossed or mirrored plate does not come out readable.
    if not np.isfinite(points).all() or cv2.contourArea(points, oriented=True) < _LEAST_PLATE_PX2:
        raise ModelError("four points that do not go clockwise around an area are no number plate")
    if not cv2.isContourConvex(points):
        raise ModelError("a number plate has no corner that points inwards")
    width, height = size_px
    target = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(points, target)
    return np.asarray(cv2.warpPerspective(bgr, matrix, (width, height)), dtype=np.uint8)
