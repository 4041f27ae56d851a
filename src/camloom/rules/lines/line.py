"""The rule about a line: who crosses it, and in which direction."""

from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Reporter
from camloom.rules.lines.path import Crossing, Hysteresis
from camloom.rules.lines.walks import Walk, Walks
from camloom.rules.subjects.rows import Reach
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.sightings import Sighting
from camloom.rules.subjects.subjects import TrackRuleConfig
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
        self._least_travel, self._settle_s = config.min_travel_share, config.settle_s
        self._line = scene.line(config.line)
        self._subjects = subjects_of(scene, config, self._line.anchor)
        self._reporter = Reporter(config.id, "line.crossed", config.line, "crossings")
        self._walks = Walks(Reach(self._line, config.min_travel_share, _TRAVEL_HEIGHTS), max(_MEMORY_S, config.gap_s))
        self._now_s = 0.0
        self._height_px = 1
        self._length = 1.0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        self._now_s = frame.pts_s
        sightings = self._subjects.observe(tracks, frame)
        rows = self._walks.look(sightings, frame.pts_s)
        for seen in sightings.continuing:
            if seen.continues is not None:
                self.gate.inherit(seen.continues, seen.track_id)
        if not rows:
            return []
        self._height_px = frame.height
        self._length = self._line.length(frame.width / frame.height)
        events: list[Event] = []
        for row, seen in zip(rows, sightings.at(rows), strict=True):
            walk = self._walk(row, seen)
            if walk.pending is not None:
                events += self._follow(walk, walk.pending, seen, frame)
            self._walks.settle(row, walk)
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
        gap_s = self._config.gap_s
        return any(
            (walk.pending is not None or abs(walk.path.distance) < self._least_travel)
            and not exceeded(self._now_s - walk.path.seen_s, gap_s)
            for walk in self._walks.followed()
        )

    def _walk(self, row: int, seen: Sighting) -> Walk:
        """Return the walk of a subject, gone on to where it is now."""
        distance, hysteresis = self._walks.distance(row), self._hysteresis(seen)
        walk = self._walks.of(seen, distance)
        crossing = walk.path.step(seen.point_norm, distance, seen.pts_s, hysteresis)
        if crossing is not None:
            # Back again before the debounce was over: it never happened.
            counts = walk.pending is None and self._on_segment(crossing, hysteresis.near)
            walk.pending, walk.pending_s = (crossing if counts else None), seen.pts_s
        return walk

    def _follow(self, walk: Walk, crossing: Crossing, seen: Sighting, frame: Frame) -> list[Event]:
        held_s = frame.pts_s - walk.pending_s
        if not reached(held_s, self._config.gate.debounce_s):
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
        height = (seen.xyxy[3] - seen.xyxy[1]) / self._height_px
        travel = max(self._least_travel, _TRAVEL_HEIGHTS * height)
        return Hysteresis(travel, min(_NEAR_HEIGHTS * height, travel), self._settle_s)


def _why(crossing: Crossing) -> tuple[Gate, ...]:
    """Return the way beyond the line, and the moment of the crossing against when it left its side."""
    travel = Gate("min_travel", crossing.travel, crossing.asked, "height")
    return travel, Gate("crossed_at", crossing.crossed_s, crossing.left_s, "s")
