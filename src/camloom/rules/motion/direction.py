"""The rule about one-way places: who moves against the arrow."""

import math
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor, Line
from camloom.rules.gate import RuleGate, exceeded
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.tracks import Tracks

Vector = tuple[float, float]

# A jump of the box or of the id is one step; a motion is several that go against the arrow.
_LEAST_STEPS = 3
_STEP_LENGTHS = 0.02
# Who has gone this far with the arrow again has turned round.
_TURN_LENGTHS = 0.5
_HOLDING_SHARE = 0.3
# The edge of the picture cuts boxes off: a body is at least this share of the longest it was.
_LEAST_LENGTH = 0.5


class DirectionConfig(TrackRuleConfig):
    """A rule about the direction of motion."""

    line: str = Field(min_length=1, description="name of a line of the task: an arrow from its start to its end")
    zone: str | None = Field(default=None, min_length=1, description="name of a zone of the task; none: the picture")
    min_deviation_deg: float = Field(
        default=120, ge=30, le=175, description="motion turned away from the arrow by more than this is wrong"
    )
    min_lengths: float = Field(
        default=1.5,
        gt=0,
        le=50,
        description="way against the arrow, in lengths: the longer side of its box",
    )
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )


@dataclass(slots=True)
class _Motion:
    """Where an object began to go the wrong way, px of the frame.

    Attributes:
        start: from where; every point since lies in the wrong direction from there.
        turn: the point farthest against the arrow so far.
        longest_px: the longest side of its box so far.
        steps: how many looks showed it farther against the arrow.
        back: how far that was, each step in lengths of the body as it was there: what drives away gets smaller.
    """

    start: Vector
    turn: Vector
    last: Sighting
    longest_px: float
    steps: int = 0
    back: float = 0.0
    since_s: float = 0.0
    incident: Incident | None = None


class DirectionRule:
    """Somebody goes against the arrow. The value is the way so far, in lengths of the body.

    The way counts from the last point from which all motion was wrong: who stops, or turns once and goes on as he
    should, is not told. An incident ends when he turns round, leaves the zone or is gone.
    """

    Config: ClassVar[type[BaseModel]] = DirectionConfig

    def __init__(self, config: DirectionConfig, scene: Scene) -> None:
        self._line = scene.line(config.line)
        self._zone = None if config.zone is None else scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._config = config
        self._subjects = subjects_of(scene, config, self._zone.anchor if self._zone else Anchor.BOTTOM_CENTER)
        self._reporter = Reporter(config.id, "direction.wrong", config.zone or config.line, "lengths")
        self._motions: dict[int, _Motion] = {}
        self._arrow: Vector = (1.0, 0.0)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        self._arrow = _unit(self._line, frame)
        sightings = self._subjects.observe(tracks, frame)
        inside = [True] * len(sightings.items)
        if self._zone is not None and sightings.items:
            inside = self._zone.contains(sightings.points_norm).tolist()
        events: list[Event] = []
        for seen, is_inside in zip(sightings.items, inside, strict=True):
            self._hand_over(seen)
            events += self._move(seen, frame) if is_inside else self._stop(seen.track_id, frame)
        return events + self._forget_old(frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for key in list(self._motions) for event in self._stop(key, frame)]
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody has gone a part of the wrong way."""
        least = _HOLDING_SHARE * self._config.min_lengths
        return any(motion.incident is not None or self._way(motion) >= least for motion in self._motions.values())

    def _hand_over(self, seen: Sighting) -> None:
        if seen.continues is not None:
            self.gate.inherit(seen.continues, seen.track_id)
            if seen.continues in self._motions:
                self._motions[seen.track_id] = self._motions.pop(seen.continues)

    def _move(self, seen: Sighting, frame: Frame) -> list[Event]:
        """Go on with the motion of somebody in the place."""
        here = seen.foot_px
        motion = self._motions.get(seen.track_id)
        if motion is None:
            self._motions[seen.track_id] = _Motion(here, here, seen, seen.length_px)
            return []
        motion.last, motion.longest_px = seen, max(motion.longest_px, seen.length_px)
        on = self._along(motion.turn, here) / max(seen.length_px, _LEAST_LENGTH * motion.longest_px)
        if on < -_STEP_LENGTHS:
            motion.turn, motion.steps, motion.back = here, motion.steps + 1, motion.back - on
        if motion.incident is not None:
            return self._go_on(motion, on, frame)
        if not self._is_wrong(motion.start, here):
            self._motions[seen.track_id] = _Motion(here, here, seen, seen.length_px)
            return []
        return self._judge(motion, frame)

    def _judge(self, motion: _Motion, frame: Frame) -> list[Event]:
        way, seen = self._way(motion), motion.last
        if way < self._config.min_lengths or motion.steps < _LEAST_STEPS:
            motion.since_s = frame.pts_s
            return []
        gates = self.gate.check(frame, seen.track_id, frame.pts_s - motion.since_s)
        if gates is None:
            return []
        deviation = Gate(
            "deviation", self._deviation_deg(motion.start, seen.foot_px), self._config.min_deviation_deg, "deg"
        )
        why = (deviation, Gate("way", way, self._config.min_lengths, "lengths"), *gates)
        motion.incident, event = self._reporter.start(frame, [seen], way, why)
        self.gate.spoke(seen.track_id, frame.pts_s)
        return [event]

    def _go_on(self, motion: _Motion, on: float, frame: Frame) -> list[Event]:
        """Go on with an incident; `on` is how far it is along the arrow again, lengths."""
        incident, update_s = motion.incident, self._config.update_s
        if on > _TURN_LENGTHS:
            turned = Gate("turned_round", on, _TURN_LENGTHS, "lengths")
            return self._stop(motion.last.track_id, frame, (turned,))
        if incident is None or update_s is None or frame.pts_s - incident.reported_s < update_s:
            return []
        return [self._reporter.update(incident, frame, [motion.last], self._way(motion))]

    def _stop(self, track_id: int, frame: Frame, why: tuple[Gate, ...] = ()) -> list[Event]:
        """Forget a motion, with the end of its incident if there is one."""
        motion = self._motions.pop(track_id, None)
        if motion is None or motion.incident is None:
            return []
        self.gate.spoke(track_id, motion.last.pts_s)
        return [self._reporter.end(motion.incident, frame, [motion.last], self._way(motion), why)]

    def _forget_old(self, frame: Frame) -> list[Event]:
        away_s = {key: frame.pts_s - motion.last.pts_s for key, motion in self._motions.items()}
        gap_s = self._config.gap_s
        gone = [key for key, value in away_s.items() if exceeded(value, gap_s)]
        return [event for key in gone for event in self._stop(key, frame, (Gate("gap", away_s[key], gap_s, "s"),))]

    def _way(self, motion: _Motion) -> float:
        """Return the way from where it began, in lengths of the body; aslant it is longer than the way back."""
        back_px = -self._along(motion.start, motion.turn)
        return motion.back * math.dist(motion.start, motion.turn) / back_px if back_px > 0 else 0.0

    def _is_wrong(self, start: Vector, here: Vector) -> bool:
        return self._deviation_deg(start, here) > self._config.min_deviation_deg

    def _deviation_deg(self, start: Vector, here: Vector) -> float:
        """Return the angle between the arrow and a way; 0 where there is no way."""
        way_px = math.dist(start, here)
        if way_px == 0:
            return 0.0
        return math.degrees(math.acos(min(max(self._along(start, here) / way_px, -1.0), 1.0)))

    def _along(self, start: Vector, here: Vector) -> float:
        """Return how far a way leads along the arrow, px; negative against it."""
        return (here[0] - start[0]) * self._arrow[0] + (here[1] - start[1]) * self._arrow[1]


def _unit(line: Line, frame: Frame) -> Vector:
    """Return the direction of the arrow on the picture, in px."""
    (x0, y0), (x1, y1) = line.start_norm, line.end_norm
    dx, dy = (x1 - x0) * frame.width, (y1 - y0) * frame.height
    size = math.hypot(dx, dy)
    return dx / size, dy / size
