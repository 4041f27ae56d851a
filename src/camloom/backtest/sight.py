"""What a rule could see of a track at all, before any of its conditions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import numpy as np
from pydantic import BaseModel

from camloom.backtest.store import StoredFrame
from camloom.config import Scene
from camloom.event import Gate
from camloom.geometry import Anchor, FloatArray, Line, Zone, anchor_points
from camloom.rules.gate import GateConfig, RuleGate
from camloom.rules.subjects.subjects import Subjects, TrackRuleConfig

_CONFIDENCE_SPAN_S = 1.0


@dataclass(frozen=True, slots=True)
class Missed:
    """The first thing that kept a track from a rule whatever its numbers.

    Attributes:
        gate: measured against what is asked for, where it is a number.
        at: when it came nearest to it, where that is known.
    """

    name: str
    words: str
    gate: Gate | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Sight:
    """A track as the stored frames show it.

    Attributes:
        classes: how often it was taken for what.
        confidence: the best median over a second.
        height_share: of its tallest box, share of the picture's height.
        times: when it was seen.
        points_norm: (N, 2) its anchor, 0..1 of the picture.
        aspect: width / height of the picture.
        active_frames: on how many of its frames the rule was armed and inside its schedule; None: it has no gate.
        ids: those under which the object goes: a rule about tracks goes on with a new one near where it was lost.
    """

    classes: Counter[str]
    confidence: float
    height_share: float
    times: list[datetime]
    points_norm: FloatArray
    aspect: float
    active_frames: int | None
    ids: frozenset[int]

    @property
    def class_name(self) -> str:
        """What it was taken for most often."""
        return self.classes.most_common(1)[0][0]


def see(frames: Sequence[StoredFrame], track_id: int, config: BaseModel, scene: Scene) -> Sight:
    """Return what the frames show of a track; it is on at least one of them."""
    place, gate = place_of(config, scene), _gate_of(config)
    anchor = Anchor.BOTTOM_CENTER if place is None else place.anchor
    rows = [
        (stored.frame, stored.tracks, row)
        for stored in frames
        for row in np.flatnonzero(stored.tracks.track_id == track_id).tolist()
    ]
    heights = [float(tracks.xyxy[row, 3] - tracks.xyxy[row, 1]) / frame.height for frame, tracks, row in rows]
    sizes = np.array([(frame.width, frame.height) for frame, _, _ in rows], np.float32)
    boxes = np.array([tracks.xyxy[row] for _, tracks, row in rows], np.float32)
    return Sight(
        Counter(tracks.name_of(row) for _, tracks, row in rows),
        _best_median([(frame.pts_s, float(tracks.confidence[row])) for frame, tracks, row in rows]),
        max(heights),
        [frame.captured_at for frame, _, _ in rows],
        (anchor_points(boxes, anchor) / sizes).astype(np.float32),
        float(sizes[0, 0] / sizes[0, 1]),
        None if gate is None else sum(gate.active(frame) for frame, _, _ in rows),
        _ids_of(frames, track_id, config, anchor),
    )


def first_missed(sight: Sight, config: BaseModel, scene: Scene, kept: Sequence[str]) -> Missed | None:
    """Return the first thing in order that the track never met: class, confidence, height, place, schedule.

    Args:
        kept: the classes that the task keeps; empty: all.
    """
    checks = (_task_class(sight, kept), _class(sight, config), _filters(sight, config), _place(sight, config, scene))
    return next((one for one in checks if one is not None), _gate(sight, config))


def place_of(config: BaseModel, scene: Scene) -> Zone | Line | None:
    """Return the zone or the line of a rule, if it has one."""
    if name := getattr(config, "zone", None):
        return scene.zone(name)
    name = getattr(config, "line", None)
    return scene.line(name) if name else None


def _task_class(sight: Sight, kept: Sequence[str]) -> Missed | None:
    if not kept or set(kept) & set(sight.classes):
        return None
    return Missed("classes of the task", f"it is {_taken_for(sight)}; only {', '.join(kept)} are kept")


def _class(sight: Sight, config: BaseModel) -> Missed | None:
    wanted = getattr(config, "classes", ())
    if not wanted or set(wanted) & set(sight.classes):
        return None
    return Missed("classes", f"it is {_taken_for(sight)}; the rule is about {', '.join(wanted)}")


def _taken_for(sight: Sight) -> str:
    return " or ".join(name for name, _ in sight.classes.most_common(3))


def _filters(sight: Sight, config: BaseModel) -> Missed | None:
    for name, value, unit in (
        ("min_confidence", sight.confidence, ""),
        ("min_height_share", sight.height_share, "of the picture"),
    ):
        asked = getattr(config, name, 0) or 0
        if value < asked:
            words = f"{value:.3f} at best, {asked:g} {unit}".rstrip() + " asked for"
            return Missed(name, words, Gate(name, value, asked, unit))
    return None


def _place(sight: Sight, config: BaseModel, scene: Scene) -> Missed | None:
    place = place_of(config, scene)
    if place is None:
        return None
    if isinstance(place, Zone):
        return None if bool(place.contains(sight.points_norm).any()) else _outside(sight, place)
    sides = place.side(sight.points_norm)
    if sides.min() < 0 < sides.max():
        return None
    side = "A" if sides.mean() > 0 else "B"
    ends = np.array([place.start_norm, place.end_norm], np.float32)
    return _away("line", f"it stayed on side {side} of '{place.name}'", sight, _to_segments(sight, ends, closed=False))


def _outside(sight: Sight, zone: Zone) -> Missed:
    words = f"its {zone.anchor.value.replace('_', ' ')} was never inside '{zone.name}'"
    return _away("zone", words, sight, _to_segments(sight, np.array(zone.vertices_norm, np.float32), closed=True))


def _away(name: str, words: str, sight: Sight, away: FloatArray) -> Missed:
    nearest = int(away.argmin())
    told = f"{words}, nearest {away[nearest]:.3f} of the picture's height away"
    return Missed(name, told, Gate("distance", -float(away[nearest]), 0.0, "height"), sight.times[nearest])


def _to_segments(sight: Sight, vertices_norm: FloatArray, *, closed: bool) -> FloatArray:
    """Return the distance of each point to the nearest edge, in shares of the picture's height: (N,)."""
    scale = np.array([sight.aspect, 1.0], np.float32)
    points, corners = sight.points_norm * scale, vertices_norm * scale
    ends = np.roll(corners, -1, axis=0) if closed else corners[1:]
    starts = corners if closed else corners[:-1]
    along = ends - starts
    length_sq = np.maximum((along**2).sum(axis=1), 1e-12)
    shares = ((points[:, None] - starts) * along).sum(axis=2) / length_sq
    nearest = starts + np.clip(shares, 0, 1)[..., None] * along
    return np.asarray(np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1), np.float32)


def _gate(sight: Sight, config: BaseModel) -> Missed | None:
    gate = getattr(config, "gate", None)
    if not isinstance(gate, GateConfig) or sight.active_frames != 0:
        return None
    if not gate.armed:
        return Missed("armed", "the rule is not armed")
    spans = ", ".join(f"{one.start:%H:%M} to {one.end:%H:%M}" for one in gate.schedule)
    return Missed("schedule", f"it was there outside of the schedule ({spans} {gate.timezone})")


def _gate_of(config: BaseModel) -> RuleGate | None:
    gate: Any = getattr(config, "gate", None)
    return RuleGate(gate) if isinstance(gate, GateConfig) else None


def _best_median(readings: Sequence[tuple[float, float]]) -> float:
    best, first = 0.0, 0
    for place, (pts_s, _) in enumerate(readings):
        while pts_s - readings[first][0] > _CONFIDENCE_SPAN_S:
            first += 1
        best = max(best, median(value for _, value in readings[first : place + 1]))
    return best


def _ids_of(frames: Sequence[StoredFrame], track_id: int, config: BaseModel, anchor: Anchor) -> frozenset[int]:
    """Return the id and those that go on from it or it from them, as rules about tracks see it."""
    ids = {track_id}
    if not isinstance(config, TrackRuleConfig):
        return frozenset(ids)
    subjects = Subjects(config, anchor)
    links = [
        {seen.track_id, seen.continues}
        for stored in frames
        for seen in subjects.observe(stored.tracks, stored.frame).items
        if seen.continues is not None
    ]
    for link in (*links, *reversed(links)):
        if ids & link:
            ids |= link
    return frozenset(ids)
