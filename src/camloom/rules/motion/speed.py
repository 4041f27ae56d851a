"""The rule about speed over the ground, measured on a drawn rectangle of known size."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import fmean
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.errors import ConfigError
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.motion.plane import GroundPlane, plane_problem
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.tracks import Tracks

Point = tuple[float, float]

_KMH = 3.6
_LEAST_LOOKS = 4
# One step that is more than this share of the way is a jump, of the box or of the id.
_LARGEST_STEP = 0.6
# The foot of a box jitters by this share of its height (standard deviation, measured on PETS2009), even where the
# few looks of one measurement happen to lie on a line.
_JITTER_HEIGHTS = 0.012
# Two standard deviations: 19 of 20 measurements are nearer.
_SIGMAS = 2.0
# A box that the edge of the picture cuts has its foot elsewhere.
_EDGE_PX = 3.0


class SpeedConfig(TrackRuleConfig):
    """A rule about speed."""

    zone: str = Field(
        min_length=1, description="name of a zone of the task with four corners: a rectangle on the ground"
    )
    width_m: float = Field(gt=0, le=1000, description="real distance from its first corner to its second")
    length_m: float = Field(gt=0, le=1000, description="real distance from its second corner to its third")
    limit_kmh: float = Field(default=60.0, gt=0, le=400, description="faster than this, the error taken off")
    window_s: float = Field(default=1.0, ge=0.3, le=10, description="time over which a speed is measured")
    hold_s: float = Field(default=0.0, ge=0, le=60, description="least time for which it is too fast")
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )

    def misfit(self, scene: Scene) -> str:
        """Return why the place does not do, in words that follow its name; empty if it does."""
        return plane_problem(scene.zone(self.zone).vertices_norm)


@dataclass(frozen=True, slots=True)
class Speed:
    """A measured speed.

    Attributes:
        kmh: over the ground.
        error_kmh: two standard deviations of it: jitter of the box, and the drawing of the corners.
    """

    kmh: float
    error_kmh: float

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.kmh:.0f} ± {max(self.error_kmh, 1):.0f} km/h"


@dataclass(frozen=True, slots=True)
class _Motion:
    """A straight and even motion through some looks.

    Attributes:
        off_m: how far the looks are from it on each axis (standard deviation).
        spread_s: square root of the sum of the squared times from their mean.
    """

    speed_ms: float
    off_m: float
    spread_s: float


@dataclass(frozen=True, slots=True)
class _Look:
    """Where an object was: its foot on the picture, 0..1, and on the ground, m."""

    pts_s: float
    foot_norm: Point
    ground_m: Point


@dataclass(slots=True)
class _Run:
    """An object on the plane, and where it was over the last moments."""

    last: Sighting
    looks: deque[_Look] = field(default_factory=deque)
    fast_since_s: float | None = None
    fast_s: float = 0.0
    top: Speed | None = None
    incident: Incident | None = None


class SpeedRule:
    """An object is faster than the limit by more than the error.

    The value is its speed in km/h, at the end the top one. The speed is the slope of the straight line through the
    foot points on the ground over `window_s` (least squares). It ends when the object has been slower for `gap_s`,
    has left the plane or is gone.

    Raises:
        ConfigError: the zone is no rectangle in perspective.
    """

    Config: ClassVar[type[BaseModel]] = SpeedConfig

    def __init__(self, config: SpeedConfig, scene: Scene) -> None:
        self._zone = scene.zone(config.zone)
        if wrong := config.misfit(scene):
            raise ConfigError(f"rule '{config.id}': zone '{config.zone}' {wrong}", "Draw it anew")
        self.gate = RuleGate(config.gate)
        self._config = config
        self._plane = GroundPlane(self._zone.vertices_norm, config.width_m, config.length_m)
        self._subjects = subjects_of(scene, config, self._zone.anchor)
        self._reporter = Reporter(config.id, "speed.exceeded", config.zone, "km/h")
        self._runs: dict[int, _Run] = {}

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        sightings = self._subjects.observe(tracks, frame)
        for seen in sightings.continuing:
            self._hand_over(seen)
        whole = [seen for seen in sightings.inside(self._zone) if not _is_cut(seen, frame)]
        return [event for seen in whole for event in self._see(seen, frame)] + self._forget_old(frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for run in self._runs.values() for event in self._end(run, frame, ())]
        self._runs.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is on the plane, or was within the gap."""
        return len(self._runs) > 0

    def _hand_over(self, seen: Sighting) -> None:
        """Let a new id go on with the incident of the lost one, but not with its looks: its box may sit elsewhere."""
        if seen.continues is not None:
            self.gate.inherit(seen.continues, seen.track_id)
            if (run := self._runs.pop(seen.continues, None)) is not None:
                run.looks.clear()
                self._runs[seen.track_id] = run

    def _see(self, seen: Sighting, frame: Frame) -> list[Event]:
        run = self._runs.setdefault(seen.track_id, _Run(seen))
        run.last = seen
        (x, y) = seen.foot_px
        foot = x / frame.width, y / frame.height
        run.looks.append(_Look(seen.pts_s, foot, self._plane.at(foot)))
        while exceeded(seen.pts_s - run.looks[0].pts_s, self._config.window_s):
            run.looks.popleft()
        motion = self._fit(run.looks)
        if motion is None:
            return []
        if motion.speed_ms * _KMH <= self._config.limit_kmh:
            return self._slow(run, frame)
        speed = self._with_error(motion, run, frame)
        if speed.kmh - speed.error_kmh <= self._config.limit_kmh:
            return self._slow(run, frame)
        run.fast_s = seen.pts_s
        if run.fast_since_s is None:
            run.fast_since_s = seen.pts_s
        run.top = speed if run.top is None or speed.kmh > run.top.kmh else run.top
        return self._fast(run, speed, frame)

    def _fit(self, looks: Sequence[_Look]) -> _Motion | None:
        """Return the motion over some looks; None: they are too few, over too short a time, or one is a jump."""
        if len(looks) < _LEAST_LOOKS or not reached(looks[-1].pts_s - looks[0].pts_s, self._config.window_s / 2):
            return None
        longest_m = max(math.dist(one.ground_m, other.ground_m) for one, other in pairwise(looks))
        if longest_m > _LARGEST_STEP * math.dist(looks[0].ground_m, looks[-1].ground_m):
            return None
        return _fit_line([look.pts_s for look in looks], [look.ground_m for look in looks])

    def _with_error(self, motion: _Motion, run: _Run, frame: Frame) -> Speed:
        """Return a speed with how unsure it is."""
        first, last = run.looks[0], run.looks[-1]
        (x, y), jitter = last.foot_norm, _JITTER_HEIGHTS * run.last.height_px / frame.height
        jitter_m = math.dist(last.ground_m, self._plane.at((x, y - jitter)))
        way_m, unsure_m = self._plane.way(first.foot_norm, last.foot_norm)
        by_jitter_ms = max(motion.off_m, jitter_m) / motion.spread_s
        by_corners_ms = motion.speed_ms * unsure_m / max(way_m, 1e-6)
        return Speed(motion.speed_ms * _KMH, _SIGMAS * math.hypot(by_jitter_ms, by_corners_ms) * _KMH)

    def _fast(self, run: _Run, speed: Speed, frame: Frame) -> list[Event]:
        if run.incident is not None:
            return self._go_on(run, speed, frame)
        since_s = frame.pts_s if run.fast_since_s is None else run.fast_since_s
        held_s = frame.pts_s - since_s - self._config.hold_s
        gates = self.gate.check(frame, run.last.track_id, held_s) if reached(held_s, 0) else None
        if gates is None:
            return []
        limit = self._config.limit_kmh
        sure = Gate("speed_less_error", speed.kmh - speed.error_kmh, limit, "km/h")
        why = (Gate("speed", speed.kmh, limit, "km/h"), sure, *gates)
        run.incident, event = self._reporter.start(frame, [run.last], speed.kmh, why)
        self.gate.spoke(run.last.track_id, frame.pts_s)
        return [replace(event, detail=str(speed))]

    def _go_on(self, run: _Run, speed: Speed, frame: Frame) -> list[Event]:
        incident, update_s = run.incident, self._config.update_s
        if incident is None or update_s is None or not reached(frame.pts_s - incident.reported_s, update_s):
            return []
        event = self._reporter.update(incident, frame, [run.last], speed.kmh)
        return [replace(event, detail=str(speed))]

    def _slow(self, run: _Run, frame: Frame) -> list[Event]:
        """Note that an object is not too fast now; return the end of its incident once it is over."""
        if exceeded(frame.pts_s - run.fast_s, self._config.gap_s) or run.incident is None:
            run.fast_since_s = None
            return self._end(run, frame, (Gate("gap", frame.pts_s - run.fast_s, self._config.gap_s, "s"),))
        return []

    def _end(self, run: _Run, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        incident, run.incident = run.incident, None
        if incident is None or run.top is None:
            return []
        self.gate.spoke(run.last.track_id, run.last.pts_s)
        event = self._reporter.end(incident, frame, [run.last], run.top.kmh, why)
        return [replace(event, detail=f"at most {run.top}")]

    def _forget_old(self, frame: Frame) -> list[Event]:
        away_s = {key: frame.pts_s - run.last.pts_s for key, run in self._runs.items()}
        gap_s = self._config.gap_s
        gone = [key for key, value in away_s.items() if exceeded(value, gap_s)]
        whys = [(self._runs.pop(key), (Gate("gap", away_s[key], gap_s, "s"),)) for key in gone]
        return [event for run, why in whys for event in self._end(run, frame, why)]


def _fit_line(times_s: Sequence[float], places_m: Sequence[Point]) -> _Motion:
    """Return the motion with the least squared distance to the looks; at least three of them."""
    count = len(times_s)
    mean_s, mean_x, mean_y = fmean(times_s), fmean(x for x, _ in places_m), fmean(y for _, y in places_m)
    times = [one - mean_s for one in times_s]
    spread = sum(one * one for one in times)
    rows = [(one, x - mean_x, y - mean_y) for one, (x, y) in zip(times, places_m, strict=True)]
    vx, vy = sum(one * x for one, x, _ in rows) / spread, sum(one * y for one, _, y in rows) / spread
    off = sum((x - vx * one) ** 2 + (y - vy * one) ** 2 for one, x, y in rows)
    return _Motion(math.hypot(vx, vy), math.sqrt(off / (2 * (count - 2))), math.sqrt(spread))


def _is_cut(seen: Sighting, frame: Frame) -> bool:
    """Tell whether the edge of the picture cuts a box."""
    x0, y0, x1, y1 = seen.xyxy
    return min(x0, y0, frame.width - x1, frame.height - y1) < _EDGE_PX
