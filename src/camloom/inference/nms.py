"""Non-maximum suppression: of boxes that cover each other, the most confident stays."""

import cv2
import numpy as np

from camloom.detections import IntArray
from camloom.geometry import FloatArray


def strongest(confidence: FloatArray, limit: int) -> IntArray:
    """Return the indices of the `limit` most confident rows, in no order: (N,) -> (M,), M <= limit."""
    return np.argpartition(confidence, -limit)[-limit:] if len(confidence) > limit else np.arange(len(confidence))


def class_aware_nms(xyxy: FloatArray, confidence: FloatArray, class_id: IntArray, max_iou: float) -> IntArray:
    """Pick boxes greedily by confidence; boxes of different classes never suppress each other.

    Args:
        xyxy: (N, 4) boxes, finite.
        confidence: (N,)
        class_id: (N,)
        max_iou: a box that overlaps a better one of its class by more than this is dropped.

    Returns:
        (M,) indices of the boxes that stay, most confident first.
    """
    if len(xyxy) == 0:
        return np.zeros(0, np.int64)
    xywh = xyxy.astype(np.float64)
    xywh[:, 2:] -= xywh[:, :2]
    # OpenCV reads its arguments element by element: doubles and plain lists are its quickest forms.
    kept = cv2.dnn.NMSBoxesBatched(xywh.tolist(), confidence.tolist(), class_id.tolist(), 0.0, max_iou)
    return np.asarray(kept, dtype=np.int64).reshape(-1)
