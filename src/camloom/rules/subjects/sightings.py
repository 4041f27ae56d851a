"""Whom a rule sees on one frame."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from camloom.detections import Attribute
from camloom.event import EventObject
from camloom.geometry import FloatArray, Zone


@dataclass(slots=True)
class Sighting:
    """One subject on one frame. Rules share it: none may change it.

    Attributes:
        xyxy: box in px of the source frame.
        point_norm: its anchor, 0..1 of the picture.
        continues: id of the lost track that this new one goes on from, if any.
        attributes: what models of crops read of it so far.
    """

    track_id: int
    class_name: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    point_norm: tuple[float, float]
    pts_s: float
    continues: int | None = None
    attributes: tuple[Attribute, ...] = ()

    @property
    def height_px(self) -> float:
        """Height of the box."""
        return self.xyxy[3] - self.xyxy[1]

    @property
    def length_px(self) -> float:
        """Longer side of the box: the length of a body or of a vehicle, whichever way it is turned."""
        x0, y0, x1, y1 = self.xyxy
        return max(x1 - x0, y1 - y0, 1e-9)

    @property
    def foot_px(self) -> tuple[float, float]:
        """Bottom centre of the box."""
        return (self.xyxy[0] + self.xyxy[2]) / 2, self.xyxy[3]

    def as_object(self) -> EventObject:
        """Return it as events show it."""
        return EventObject(self.track_id, self.class_name, self.confidence, self.xyxy, self.attributes)


class Sightings:
    """All subjects on one frame.

    Args:
        items: the subjects.
        points_norm: their anchors, (N, 2) 0..1.
    """

    def __init__(self, items: list[Sighting], points_norm: FloatArray) -> None:
        self._items = items
        self._points_norm = points_norm

    @classmethod
    def none(cls) -> Self:
        """Return those of a frame without any."""
        return cls([], np.zeros((0, 2), np.float32))

    def __len__(self) -> int:
        return len(self._items)

    @property
    def items(self) -> list[Sighting]:
        """The subjects, in the order of the tracks."""
        return self._items

    @property
    def points_norm(self) -> FloatArray:
        """Their anchors, (N, 2) 0..1."""
        return self._points_norm

    @property
    def continuing(self) -> list[Sighting]:
        """Those who continue a lost track."""
        return [seen for seen in self.items if seen.continues is not None]

    def inside(self, zone: Zone) -> list[Sighting]:
        """Return those who stand in a zone."""
        if not self._items:
            return []
        inside = zone.contains(self._points_norm).tolist()
        return [seen for seen, is_inside in zip(self._items, inside, strict=True) if is_inside]
