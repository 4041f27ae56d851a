"""Which tracks a rule looks at, where they stand, and which new id continues a lost one."""

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Attribute
from camloom.event import EventObject
from camloom.frame import Frame
from camloom.geometry import Anchor, FloatArray, anchor_points
from camloom.rules.gate import GateConfig, exceeded
from camloom.tracks import Tracks

_HISTORY_S = 1.0
# An id that comes back within this time is known, not new; trackers give up on lost ids sooner.
_MEMORY_S = 10.0
# A zone drawn along the edge of the picture must hold those whom the edge cuts off.
_EDGE_SHARE = 0.002
# A new id continues a lost one if it appears within this many body heights of where that one would be by
# now; the farther, the longer ago. Boxes shrink and jump by about that when somebody passes behind a post.
_HANDOVER_REACH = 0.3
_HANDOVER_REACH_PER_S = 0.3
_HANDOVER_HEIGHT_RATIO = 0.6
_LEAST_SPAN_S = 0.25


class TrackRuleConfig(StrictModel):
    """What every rule about tracks can be told."""

    id: str = Field(min_length=1, description="name of the rule, unique in its task; its events carry it")
    classes: tuple[str, ...] = Field(default=(), description="only objects of these classes; empty: all")
    min_confidence: float = Field(default=0, ge=0, lt=1, description="least median of the track's confidence over 1 s")
    min_height_share: float = Field(
        default=0, ge=0, lt=1, description="least height of the box, share of the picture's"
    )
    gap_s: float = Field(default=1.0, ge=0, le=60, description="an object away for no longer than this was never away")
    gate: GateConfig = Field(default_factory=GateConfig, description="when the rule may speak")


@dataclass(slots=True)
class Sighting:
    """One subject on one frame.

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


@dataclass(slots=True)
class Sightings:
    """All subjects on one frame, and their anchors as one array, (N, 2) 0..1."""

    items: list[Sighting]
    points_norm: FloatArray


class Subjects:
    """Keeps the tracks that a rule is about, and remembers each a little beyond its last sighting.

    Args:
        config: the filter.
        anchor: the point of a box that stands for the object.
    """

    def __init__(self, config: TrackRuleConfig, anchor: Anchor) -> None:
        self._config = config
        self._anchor = anchor
        self._classes = frozenset(config.classes)
        self._history: dict[int, deque[Sighting]] = {}

    def observe(self, tracks: Tracks, frame: Frame) -> Sightings:
        """Return the subjects among the tracks of a frame."""
        self._forget_old(frame.pts_s)
        if not len(tracks):
            return Sightings([], np.zeros((0, 2), np.float32))
        size = np.array((frame.width, frame.height), np.float32)
        points = (anchor_points(tracks.xyxy, self._anchor) / size).clip(_EDGE_SHARE, 1 - _EDGE_SHARE)
        items = self._sightings(tracks, points, frame)
        self._hand_over(items, frame.pts_s)
        items = [seen for seen in items if self._is_sure(self._remember(seen))]
        if len(items) < len(tracks):
            points = np.array([seen.point_norm for seen in items], np.float32).reshape(-1, 2)
        return Sightings(items, points)

    def forget(self) -> None:
        """Forget everybody: the stream is over or broke."""
        self._history.clear()

    def _sightings(self, tracks: Tracks, points: FloatArray, frame: Frame) -> list[Sighting]:
        columns = (tracks.track_id, tracks.class_id, tracks.confidence, tracks.xyxy, points)
        names, classes = tracks.class_names, self._classes
        least_px = self._config.min_height_share * frame.height
        read = tracks.attributes or ((),) * len(tracks)
        rows = zip(*(column.tolist() for column in columns), read, strict=True)
        return [
            Sighting(track_id, names[class_id], confidence, (*box,), (*point,), frame.pts_s, None, attributes)
            for track_id, class_id, confidence, box, point, attributes in rows
            if (not classes or names[class_id] in classes) and box[3] - box[1] >= least_px
        ]

    def _remember(self, seen: Sighting) -> deque[Sighting]:
        if seen.continues is not None:
            self._history[seen.track_id] = self._history.pop(seen.continues)
        history = self._history.get(seen.track_id)
        if history is None:
            history = self._history[seen.track_id] = deque()
        history.append(seen)
        while exceeded(seen.pts_s - history[0].pts_s, _HISTORY_S):
            history.popleft()
        return history

    def _is_sure(self, history: deque[Sighting]) -> bool:
        least = self._config.min_confidence
        return not least or median(seen.confidence for seen in history) >= least

    def _hand_over(self, items: list[Sighting], now_s: float) -> None:
        """Let each new id continue the lost one that it fits best, one to one."""
        fresh = [seen for seen in items if seen.track_id not in self._history]
        if not fresh or not self._history:
            return
        here = {seen.track_id for seen in items}
        lost = [
            history
            for key, history in self._history.items()
            if key not in here and not exceeded(now_s - history[-1].pts_s, self._config.gap_s)
        ]
        pairs = [(_misfit(history, new), history[-1].track_id, new) for new in fresh for history in lost]
        taken: set[int] = set()
        for misfit, old_id, new in sorted(pairs, key=lambda pair: pair[0]):
            if misfit <= 1.0 and new.continues is None and old_id not in taken:
                new.continues = old_id
                taken.add(old_id)

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - max(_MEMORY_S, self._config.gap_s)
        for key in [key for key, history in self._history.items() if history[-1].pts_s < horizon_s]:
            del self._history[key]


def _misfit(history: deque[Sighting], new: Sighting) -> float:
    """Return how far a new object is from where a lost one would be by now, as a share of the reach."""
    old = history[-1]
    low, high = sorted((old.height_px, new.height_px))
    if old.class_name != new.class_name or low < _HANDOVER_HEIGHT_RATIO * high:
        return math.inf
    lost_s = new.pts_s - old.pts_s
    step_x, step_y = _foot_velocity(history)
    (old_x, old_y), (new_x, new_y) = old.foot_px, new.foot_px
    off_px = math.hypot(old_x + step_x * lost_s - new_x, old_y + step_y * lost_s - new_y)
    return off_px / max(high * (_HANDOVER_REACH + _HANDOVER_REACH_PER_S * lost_s), 1e-9)


def _foot_velocity(history: deque[Sighting]) -> tuple[float, float]:
    """Return px per s over the history; 0 where it is too short to tell."""
    first, last = history[0], history[-1]
    span_s = last.pts_s - first.pts_s
    if span_s < _LEAST_SPAN_S:
        return 0.0, 0.0
    (x0, y0), (x1, y1) = first.foot_px, last.foot_px
    return (x1 - x0) / span_s, (y1 - y0) / span_s
