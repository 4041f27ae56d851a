"""Small scenes for trackers: boxes with a place, a confidence and a class."""

from collections.abc import Iterable

import numpy as np

from camloom.detections import Attribute, Detections

CLASS_NAMES = ("person", "car", "truck")
Box = tuple[float, float, float, float]


def person(x: float, y: float = 100.0, width: float = 40.0, height: float = 100.0) -> Box:
    """Return a box by its centre, px."""
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def seen(
    boxes: Iterable[Box],
    confidence: float | list[float] = 0.9,
    classes: Iterable[str] | None = None,
    labels: Iterable[str] | None = None,
) -> Detections:
    """Return detections; labels become an attribute of each row."""
    xyxy = np.array(list(boxes), np.float32).reshape(-1, 4)
    count = len(xyxy)
    names = list(classes) if classes is not None else ["person"] * count
    return Detections(
        xyxy=xyxy,
        confidence=np.broadcast_to(np.asarray(confidence, np.float32), count).copy(),
        class_id=np.array([CLASS_NAMES.index(name) for name in names], np.int64),
        class_names=CLASS_NAMES,
        attributes=None if labels is None else tuple((Attribute("name", label, 1.0, "test"),) for label in labels),
    )
