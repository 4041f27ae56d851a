"""The rule about a line: who crosses it, and in which direction."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Reporter
from camloom.rules.path import Crossing, Hysteresis, Path
from camloom.rules.subjects import Sighting, Subjects, TrackRuleConfig
from camloom.tracks import Tracks

# Trackers give up on lost ids sooner; after this a path is not gone on with.
_MEMORY_S = 30.0
# Foot points of detectors jitter with the size of the box: by 1.2 % of its height (standard deviation), by
# 4 % in one frame of 20 and by 10 % in one of 100 (YOLOX-nano and NanoDet on PETS2009). So one look must be
# beyond the rare jumps, and several in a row beyond the common ones.
_TRAVEL_HEIGHTS = 0.1
_NEAR_HEIGHTS = 0.03


class LineDirection(StrEnum):
    """Which way over the line is of interest."""

    BOTH = "both"
    A_TO_B = "a_to_b"
    B_TO_A = "b_to_a"


A_TO_B, B_TO_A = "A->B", "B->A"
_WANTED = {
    LineDirection.BOTH: (A_TO_B, B_TO_A),
    LineDirection.A_TO_B: (A_TO_B,),
    LineDirection.B_TO_A: (B_TO_A,),
}


class LineConfig(TrackRuleConfig):
    """A rule about a line."""

    line: str = Field(min_length=1, description="name of a line of the task")
    direction: LineDirection = Field(default=LineDirection.BOTH, description="both, a_to_b or b_to_a")
    min_travel_share: float = Field(
        default=0.02, ge=0, le=0.5, description="way beyond the line that counts at once, share of the picture's height"
    )
    settle_s: float = Field(default=0.3, ge=0, le=60, description="time beyond the line that counts as well as the way")
    gap_s: float = Field(
        default=1.5, ge=0, le=60, description="an id lost for no longer than this may go on as a new one"
    )


@dataclass(slots=True)
class _Walk:
    """An object's path, and its crossing that waits for the debounce."""

    path: Path
    pending: Crossing | None = None
    pending_s: float = 0.0


class LineRule:
    """Objects cross a line. The value is the running count of crossings in that direction.

    The counts include crossings that a cooldown kept silent, and outlive breaks of the stream; a rule
    that is not armed or outside its schedule does not count.
    """

    Config: ClassVar[type[BaseModel]] = LineConfig

    def __init__(self, config: LineConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self.counts = {A_TO_B: 0, B_TO_A: 0}
        self._config = config
        self._line = scene.line(config.line)
        self._subjects = Subjects(config, self._line.anchor)
        self._reporter = Reporter(config.id, "line.crossed", config.line, "crossings")
        self._walks: dict[int, _Walk] = {}
        self._now_s = 0.0
        self._height_px = 1
        self._length = 1.0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        self._now_s = frame.pts_s
        self._forget_old()
        sightings = self._subjects.observe(tracks, frame)
        if not sightings.items:
            return []
        self._height_px, aspect = frame.height, frame.width / frame.height
        self._length = self._line.length(aspect)
        distances = self._line.side(sightings.points_norm, aspect).tolist()
        events = []
        for seen, distance in zip(sightings.items, distances, strict=True):
            walk = self._walk(seen, distance)
            events += self._follow(walk, seen, frame)
        return events

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. A crossing has no end; the counts stay."""
        del frame
        self._walks.clear()
        self._subjects.forget()
        self.gate.forget()
        return []

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody seen within the gap is on the line or has a crossing pending."""
        travel, gap_s = self._config.min_travel_share, self._config.gap_s
        return any(
            (walk.pending is not None or abs(walk.path.distance) < travel)
            and not exceeded(self._now_s - walk.path.seen_s, gap_s)
            for walk in self._walks.values()
        )

    def _walk(self, seen: Sighting, distance: float) -> _Walk:
        """Return the walk of a subject, gone on to where it is now."""
        if seen.continues is not None:
            self.gate.inherit(seen.continues, seen.track_id)
            if seen.continues in self._walks:
                self._walks[seen.track_id] = self._walks.pop(seen.continues)
        walk = self._walks.get(seen.track_id)
        if walk is None:
            walk = self._walks[seen.track_id] = _Walk(Path(seen.point_norm, distance, seen.pts_s))
        hysteresis = self._hysteresis(seen)
        crossing = walk.path.step(seen.point_norm, distance, seen.pts_s, hysteresis)
        if crossing is not None:
            # Back again before the debounce was over: it never happened.
            counts = walk.pending is None and self._on_segment(crossing, hysteresis.near)
            walk.pending, walk.pending_s = (crossing if counts else None), seen.pts_s
        return walk

    def _follow(self, walk: _Walk, seen: Sighting, frame: Frame) -> list[Event]:
        crossing = walk.pending
        held_s = frame.pts_s - walk.pending_s
        if crossing is None or not reached(held_s, self._config.gate.debounce_s):
            return []
        walk.pending = None
        direction = A_TO_B if crossing.from_side > 0 else B_TO_A
        if not self.gate.active(frame):
            return []
        self.counts[direction] += 1
        gates = self.gate.check(frame, seen.track_id, held_s)
        if gates is None or direction not in _WANTED[self._config.direction]:
            return []
        self.gate.spoke(seen.track_id, frame.pts_s)
        why = (*_why(crossing), *gates)
        return [self._reporter.instant(frame, [seen], self.counts[direction], why, direction)]

    def _on_segment(self, crossing: Crossing, near: float) -> bool:
        """Tell whether a crossing is within the ends of the line, give or take the jitter of the feet."""
        along = float(self._line.position(np.array([crossing.point_norm], np.float32))[0])
        slack = near / self._length
        return -slack <= along <= 1.0 + slack

    def _hysteresis(self, seen: Sighting) -> Hysteresis:
        height = seen.height_px / self._height_px
        travel = max(self._config.min_travel_share, _TRAVEL_HEIGHTS * height)
        return Hysteresis(travel, min(_NEAR_HEIGHTS * height, travel), self._config.settle_s)

    def _forget_old(self) -> None:
        horizon_s = self._now_s - max(_MEMORY_S, self._config.gap_s)
        for key in [key for key, walk in self._walks.items() if walk.path.seen_s < horizon_s]:
            del self._walks[key]


def _why(crossing: Crossing) -> tuple[Gate, ...]:
    """Return the way beyond the line, and the moment of the crossing against when it left its side."""
    travel = Gate("min_travel", crossing.travel, crossing.asked, "height")
    return travel, Gate("crossed_at", crossing.crossed_s, crossing.left_s, "s")
