"""Boxes with points on them: faces, poses, number plates."""

from collections.abc import Sequence

import numpy as np

from camloom.detections import Detections
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import Candidates, surviving_rows, with_columns
from camloom.inference.preprocess import Letterbox

FACE_POINTS = 5
"""Of every face model: right eye, left eye, nose, right and left corner of the mouth.

Right and left are the person's own: of a face that looks at the camera the first point lies on the left of the
picture. InsightFace and ArcFace call the same points by the viewer's sides; their order is this one.
"""


def face_keypoints(points: FloatArray, confidence: FloatArray, order: Sequence[int]) -> FloatArray:
    """Put the points of each object in order, with the confidence of the object: a face model gives none per point.

    Args:
        points: (N, P, 2) x, y in the model's own order.
        confidence: (N,) of each object, 0..1.
        order: K indices into the P points; -1 for a point that the model does not know.

    Returns:
        (N, K, 3) float32; a point that the model does not know has confidence 0.
    """
    known = np.asarray([index >= 0 for index in order], np.float32)
    placed = points[:, [max(index, 0) for index in order]]
    return np.concatenate((placed, confidence[:, None, None] * known[None, :, None]), axis=2, dtype=np.float32)


def best_of(boxes: Candidates, keypoints: FloatArray, card: ModelCard, letterbox: Letterbox) -> Detections:
    """Return the objects that are sane and survive NMS, with their keypoints, in px of the source frame.

    Args:
        boxes: N as decoded.
        keypoints: (N, K, 3) float32: x, y in px of the canvas, confidence.
        card: says how much boxes may overlap.
        letterbox: says where the picture lies on the canvas.
    """
    kept = surviving_rows(boxes, card.nms_iou)
    return with_columns(boxes.select(kept), card, letterbox, keypoints=keypoints[kept])
