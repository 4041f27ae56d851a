"""How large a face is and how far it is turned away, from its five points."""

from dataclasses import dataclass

import numpy as np

from camloom.geometry import FloatArray

# Right eye, left eye, nose, right and left corner of the mouth of an average head that looks at the camera, mm:
# right and down in the picture, and towards the camera. In the plane it is the template of ArcFace with 63 mm between
# the pupils; the depths are those of common three-dimensional models of a head.
_HEAD_MM = np.array(((-31.5, 0, 0), (31.5, 0, 0), (0, 36, 30), (-26, 72.5, 8), (26, 72.5, 8)), np.float64)
_EAR_TO_EAR_MM = 145.0
_POINTS = len(_HEAD_MM)


@dataclass(frozen=True, slots=True)
class FaceView:
    """How a face is seen.

    Attributes:
        width_px: ear to ear, as if it looked at the camera.
        angle_deg: between where it looks and the camera; 0 is frontal, 90 from the side.
    """

    width_px: float
    angle_deg: float


def face_view(keypoints: FloatArray) -> FaceView | None:
    """Return how a face is seen; None if its five points are not known or make no face.

    A head is fitted to the points under scaled orthographic projection (the first step of D. DeMenthon and L. Davis,
    Model-based object pose in 25 lines of code, IJCV 1995). Noses differ: it is right to about 10 degrees.

    Args:
        keypoints: (5, 3): x, y in px, confidence; right eye, left eye, nose, right and left corner of the mouth.
    """
    if keypoints.shape != (_POINTS, 3) or not (keypoints[:, 2] > 0).all() or not np.isfinite(keypoints).all():
        return None
    head = _HEAD_MM - _HEAD_MM.mean(axis=0)
    seen = keypoints[:, :2].astype(np.float64)
    affine = np.linalg.lstsq(head, seen - seen.mean(axis=0), rcond=None)[0].T
    left, spread, right = np.linalg.svd(affine, full_matrices=False)
    scale = float(spread.mean())
    if scale <= 0:
        return None
    across, down = left @ right
    ahead = float(np.cross(across, down)[2])
    return FaceView(scale * _EAR_TO_EAR_MM, float(np.degrees(np.arccos(np.clip(ahead, -1, 1)))))
