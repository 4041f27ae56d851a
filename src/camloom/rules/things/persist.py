"""The rule about things with a label that lie somewhere: garbage, a poster, laundry, fire."""

from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.rules.things.spots import Spot, Spots
from camloom.tracks import Tracks


class PersistConfig(TrackRuleConfig):
    """A rule about things that stay where they are."""

    zone: str = Field(min_length=1, description="name of a zone of the task")
    persist_s: float = Field(default=60, gt=0, le=86400, description="least time that it lies there")
    min_share: float = Field(default=0.6, gt=0, le=1, description="least share of the frames on which it is seen")
    min_change: float = Field(
        default=0, ge=0, le=2, description="least change of its size over that time, as fire flickers; 0: none asked"
    )
    reach: float = Field(default=0.5, gt=0, le=5, description="how far it may move and be the same, its own diagonals")
    gone_s: float = Field(default=600, ge=0, le=86400, description="it is over when it was gone for this long")
    confirmed: str | None = Field(
        default=None,
        pattern=r"^[^=]+=[^=]+$",
        description="attribute that a model of crops must read of it, name=value; none: the detector's word",
    )
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )


class PersistRule:
    """Something lies in a zone: an incident for each place, until it was gone for a while.

    It counts by place, not by track: a detector that misses it on some frames, and a tracker that takes it for
    another afterwards, change nothing. What is carried past is nowhere for long. The value is the time from its
    first to its last sighting, s.
    """

    Config: ClassVar[type[BaseModel]] = PersistConfig

    def __init__(self, config: PersistConfig, scene: Scene) -> None:
        self._config = config
        self._zone = scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._subjects = subjects_of(scene, config, self._zone.anchor)
        self._spots = Spots(config.persist_s, config.reach)
        self._reporter = Reporter(config.id, "thing.persists", config.zone, "s")
        self._wanted = tuple(config.confirmed.split("=")) if config.confirmed else None

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        sightings = self._subjects.observe(tracks, frame)
        here = [seen for seen in sightings.inside(self._zone) if self._is_confirmed(seen)]
        ends = self._end_those_gone(frame)
        self._spots.update(here, frame.pts_s)
        return ends + [event for spot in self._spots.items for event in self._look_at(spot, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for spot in self._spots.items for event in self._end(spot, frame, ())]
        self._spots.items = []
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: something is there, or was a moment ago."""
        return bool(self._spots.items)

    def _is_confirmed(self, seen: Sighting) -> bool:
        return self._wanted is None or any((read.name, read.value) == self._wanted for read in seen.attributes)

    def _look_at(self, spot: Spot, frame: Frame) -> list[Event]:
        if spot.incident is None:
            return self._start(spot, frame) if reached(spot.lay_s, self._config.persist_s) else []
        every_s = self._config.update_s
        if every_s is None or not reached(frame.pts_s - spot.incident.reported_s, every_s):
            return []
        return [self._reporter.update(spot.incident, frame, [spot.seen], spot.lay_s)]

    def _start(self, spot: Spot, frame: Frame) -> list[Event]:
        config = self._config
        asked = [Gate("persist", spot.lay_s, config.persist_s, "s"), Gate("share", spot.share, config.min_share)]
        if config.min_change:
            asked.append(Gate("change", spot.change, config.min_change))
        if not all(gate.margin >= -1e-6 for gate in asked):
            return []
        gates = self.gate.check(frame, spot.seen.track_id, spot.lay_s - config.persist_s)
        if gates is None:
            return []
        spot.incident, event = self._reporter.start(frame, [spot.seen], spot.lay_s, (*asked, *gates))
        self.gate.spoke(spot.seen.track_id, frame.pts_s)
        return [event]

    def _end_those_gone(self, frame: Frame) -> list[Event]:
        gone = [spot for spot in self._spots.items if exceeded(frame.pts_s - spot.seen.pts_s, self._allowed_s(spot))]
        self._spots.forget(gone)
        return [event for spot in gone for event in self._end(spot, frame, (self._gone(spot, frame),))]

    def _allowed_s(self, spot: Spot) -> float:
        """Return for how long a spot may be unseen; one without an incident has no share left to lose after that."""
        config = self._config
        if spot.incident is not None:
            return config.gone_s
        return max(config.gap_s, config.persist_s * (1 - config.min_share))

    def _gone(self, spot: Spot, frame: Frame) -> Gate:
        return Gate("gone", frame.pts_s - spot.seen.pts_s, self._config.gone_s, "s")

    def _end(self, spot: Spot, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        if spot.incident is None:
            return []
        self.gate.spoke(spot.seen.track_id, frame.pts_s)
        return [self._reporter.end(spot.incident, frame, [spot.seen], spot.lay_s, why)]
