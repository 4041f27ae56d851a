"""The rule about what stands still for long: a vehicle that stops where it must not."""

import math
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.tracks import Tracks

# Somebody who walks past the wheels moves the foot of the box for a moment; a vehicle that drives off stays off.
_STRAY_S = 1.0
# Whoever moved within this time is traffic that flows.
_MOVING_S = 3.0


class StandingConfig(TrackRuleConfig):
    """A rule about objects that do not move."""

    zone: str = Field(min_length=1, description="name of a zone of the task")
    still_s: float = Field(default=10.0, gt=0, le=86400, description="least time without moving")
    max_move: float = Field(
        default=0.2, gt=0, le=2, description="moving less than this is standing, in lengths: the longer side of its box"
    )
    ignore_when_all_stop: bool = Field(
        default=False, description="time does not count while two or more are in view and all stand: a queue at lights"
    )
    queue_s: float = Field(
        default=180.0, ge=0, le=86400, description="ignore_when_all_stop: time of one stop that is not counted, at most"
    )
    gap_s: float = Field(default=5.0, ge=0, le=60, description="an object away for no longer than this was never away")
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )


@dataclass(slots=True)
class _Stand:
    """An object where it stands.

    Attributes:
        at: the place from which its moves are measured, px.
        since_s: since when it has been there.
        strayed_s: since when it has been farther off than a stand allows; None: it is there.
        moved_s: when it was last known to move.
        queued_s: time that did not count, as all stood.
        move: how far it is from its place, lengths.
        stopped_inside, is_inside: whether that place, and where it was last seen, is in the zone.
    """

    at: tuple[float, float]
    since_s: float
    last: Sighting
    stopped_inside: bool
    strayed_s: float | None = None
    moved_s: float = -math.inf
    queued_s: float = 0.0
    move: float = 0.0
    is_inside: bool = False
    incident: Incident | None = None

    @property
    def stood_s(self) -> float:
        """Time since it stopped."""
        return self.last.pts_s - self.since_s


class StandingRule:
    """An object stands still in a zone. The value is the time for which it has stood, in s.

    It ends when the object drives off, leaves the zone or is gone.
    """

    Config: ClassVar[type[BaseModel]] = StandingConfig

    def __init__(self, config: StandingConfig, scene: Scene) -> None:
        self._zone = scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._config = config
        self._subjects = subjects_of(scene, config, self._zone.anchor)
        self._reporter = Reporter(config.id, "standing.stopped", config.zone, "s")
        self._stands: dict[int, _Stand] = {}
        self._now_s = 0.0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        passed_s, self._now_s = max(0.0, frame.pts_s - self._now_s), frame.pts_s
        sightings = self._subjects.observe(tracks, frame)
        inside = {seen.track_id for seen in sightings.inside(self._zone)}
        events = [event for seen in sightings.items for event in self._see(seen, seen.track_id in inside, frame)]
        events += self._forget_old(frame)
        if self._config.ignore_when_all_stop and self._all_stand():
            self._queue(min(passed_s, self._config.gap_s))
        return events + [event for seen in sightings.items for event in self._judge(self._stands[seen.track_id], frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for stand in self._stands.values() for event in self._end(stand, frame, ())]
        self._stands.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is in the zone, or was within the gap."""
        return any(stand.is_inside for stand in self._stands.values())

    def _see(self, seen: Sighting, is_inside: bool, frame: Frame) -> list[Event]:
        """Go on with an object; return the end of its incident if it has moved or left."""
        if seen.continues is not None:
            self.gate.inherit(seen.continues, seen.track_id)
            if seen.continues in self._stands:
                self._stands[seen.track_id] = self._stands.pop(seen.continues)
        stand = self._stands.get(seen.track_id)
        if stand is None:
            stand = self._stands[seen.track_id] = _Stand(seen.foot_px, seen.pts_s, seen, is_inside)
        stand.last, stand.is_inside = seen, is_inside
        stand.move = math.dist(stand.at, seen.foot_px) / seen.length_px
        if stand.move < self._config.max_move:
            stand.strayed_s = None
            return []
        if stand.strayed_s is None:
            stand.strayed_s = seen.pts_s
        return self._move(stand, frame) if reached(seen.pts_s - stand.strayed_s, _STRAY_S) else []

    def _move(self, stand: _Stand, frame: Frame) -> list[Event]:
        """Note that an object has moved; return the end of its incident, if there is one."""
        events = self._end(stand, frame, (Gate("move", stand.move, self._config.max_move, "lengths"),))
        stand.at, stand.since_s, stand.moved_s = stand.last.foot_px, stand.last.pts_s, stand.last.pts_s
        stand.stopped_inside, stand.strayed_s, stand.queued_s = stand.is_inside, None, 0.0
        return events

    def _judge(self, stand: _Stand, frame: Frame) -> list[Event]:
        if stand.incident is not None:
            return self._go_on(stand, frame)
        counted_s = stand.stood_s - min(stand.queued_s, self._config.queue_s)
        held_s = counted_s - self._config.still_s
        is_there = stand.stopped_inside and stand.is_inside and stand.strayed_s is None
        if not is_there or not reached(held_s, 0):
            return []
        gates = self.gate.check(frame, stand.last.track_id, held_s)
        if gates is None:
            return []
        within = Gate("stood_within", self._config.max_move - stand.move, 0.0, "lengths")
        why = (Gate("stood", counted_s, self._config.still_s, "s"), within, *gates)
        stand.incident, event = self._reporter.start(frame, [stand.last], stand.stood_s, why)
        self.gate.spoke(stand.last.track_id, frame.pts_s)
        return [event]

    def _go_on(self, stand: _Stand, frame: Frame) -> list[Event]:
        incident, update_s = stand.incident, self._config.update_s
        if incident is None or update_s is None or not reached(frame.pts_s - incident.reported_s, update_s):
            return []
        return [self._reporter.update(incident, frame, [stand.last], stand.stood_s)]

    def _end(self, stand: _Stand, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        incident, stand.incident = stand.incident, None
        if incident is None:
            return []
        self.gate.spoke(stand.last.track_id, stand.last.pts_s)
        return [self._reporter.end(incident, frame, [stand.last], stand.stood_s, why)]

    def _all_stand(self) -> bool:
        """Tell whether there are several in view, and none of them has moved lately."""
        moving = any(not exceeded(self._now_s - stand.moved_s, _MOVING_S) for stand in self._stands.values())
        return len(self._stands) > 1 and not moving

    def _queue(self, passed_s: float) -> None:
        for stand in self._stands.values():
            if stand.incident is None:
                stand.queued_s += passed_s

    def _forget_old(self, frame: Frame) -> list[Event]:
        away_s = {key: frame.pts_s - stand.last.pts_s for key, stand in self._stands.items()}
        gap_s = self._config.gap_s
        gone = [key for key, value in away_s.items() if exceeded(value, gap_s)]
        whys = [(self._stands.pop(key), (Gate("gap", away_s[key], gap_s, "s"),)) for key in gone]
        return [event for stand, why in whys for event in self._end(stand, frame, why)]
