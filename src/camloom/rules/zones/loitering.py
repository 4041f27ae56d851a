"""The rule about who hangs about: long in a zone all in all, or in it again and again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.rules.zones.identity import Identities, PastStay, Person
from camloom.rules.zones.stays import Stay, Stays
from camloom.tracks import Tracks


class VisitsConfig(TrackRuleConfig):
    """A rule about the time and the visits of each person in a zone."""

    zone: str = Field(min_length=1, description="name of a zone of the task")
    dwell_s: float | None = Field(
        default=10.0, gt=0, le=86400, description="least time inside, all visits of the period together; none: any"
    )
    visits: int = Field(default=3, ge=2, le=1000, description="or as many visits within the period")
    period_s: float = Field(default=600.0, ge=1, le=86400, description="visits and time inside count for this long")
    away_s: float = Field(
        default=5.0, ge=0, le=3600, description="coming back is a new visit after this time outside, or unseen"
    )
    min_time_s: float = Field(default=0.6, ge=0, le=3600, description="least time inside before a visit counts")
    min_similarity: float = Field(
        default=0.8, ge=0, le=1, description="cosine of two embeddings from which they are of one person"
    )
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )


@dataclass(frozen=True, slots=True)
class _Account:
    """What counts of somebody now.

    Attributes:
        inside_s: time inside within the period.
        visits: number of visits within the period, the present one included.
    """

    inside_s: float
    visits: int


class VisitsRule:
    """Somebody is in a zone for long, all visits together, or comes back to it again and again.

    One incident, whichever comes first: until he has left. It uses up what was counted: the next one takes as much
    time, or as many visits, again. The value is the time inside in s.

    Who comes back as a new track is known again by the embedding that a ReID model under `secondary:` reads; without
    one, by the track id alone.
    """

    Config: ClassVar[type[BaseModel]] = VisitsConfig

    def __init__(self, config: VisitsConfig, scene: Scene) -> None:
        zone = scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._config = config
        self._subjects = subjects_of(scene, config, zone.anchor)
        self._stays = Stays(zone, config.gap_s)
        self._identities = Identities(config.min_similarity, config.period_s)
        self._reporter = Reporter(config.id, "visits.loitered", config.zone, "s")

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        sightings = self._subjects.observe(tracks, frame)
        for seen in sightings.items:
            if seen.continues is not None:
                self.gate.inherit(seen.continues, seen.track_id)
        self._identities.look(tracks, sightings, frame.pts_s)
        present = self._stays.update(sightings)
        events = [event for stay in self._stays.expire(frame.pts_s) for event in self._leave(stay, frame)]
        return events + [event for stay in present for event in self._judge(stay, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for stay in self._stays.open() for event in self._end(stay, frame, ())]
        self._stays.clear()
        self._identities.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is in the zone, or was within the gap."""
        return len(self._stays) > 0

    def _judge(self, stay: Stay, frame: Frame) -> list[Event]:
        person = self._identities.of(stay.seen)
        if stay.incident is not None:
            return self._go_on(stay, person, frame)
        account = self._account(person, stay)
        passed = self._passed(account)
        gates = self._gate_of(stay, account, frame) if passed else None
        if gates is None:
            return []
        why = (*passed, *_known_by(person, self._config.min_similarity), *gates)
        stay.incident, event = self._reporter.start(frame, [stay.seen], account.inside_s, why)
        self.gate.spoke(stay.seen.track_id, frame.pts_s)
        return [event]

    def _gate_of(self, stay: Stay, account: _Account, frame: Frame) -> tuple[Gate, ...] | None:
        """Return the gates that are passed, held for as long as the present stay satisfies a condition."""
        held = [stay.dwell_s - self._config.min_time_s] if account.visits >= self._config.visits else []
        if self._config.dwell_s is not None:
            held.append(account.inside_s - self._config.dwell_s)
        return self.gate.check(frame, stay.seen.track_id, max(0.0, *held))

    def _account(self, person: Person, stay: Stay) -> _Account:
        """Return what counts of somebody who is inside now."""
        horizon_s = stay.seen.pts_s - self._config.period_s
        past = [one for one in person.stays if not exceeded(horizon_s, one.until_s)]
        own = PastStay(stay.since_s, stay.seen.pts_s, min(stay.dwell_s, self._config.period_s))
        all_stays = [*past, own]
        return _Account(sum(one.inside_s for one in all_stays), self._visits(all_stays))

    def _visits(self, stays: Sequence[PastStay]) -> int:
        """Return the number of visits: stays with no more than `away_s` between them are one."""
        inside_s: list[float] = []
        until_s = -math.inf
        for one in stays:
            if exceeded(one.since_s - until_s, self._config.away_s):
                inside_s.append(0.0)
            inside_s[-1] += one.inside_s
            until_s = one.until_s
        return sum(reached(spent_s, self._config.min_time_s) for spent_s in inside_s)

    def _passed(self, account: _Account) -> tuple[Gate, ...]:
        """Return the conditions that hold; either is enough."""
        dwell_s, visits = self._config.dwell_s, self._config.visits
        dwell = [Gate("dwell", account.inside_s, dwell_s, "s")] if dwell_s is not None else []
        held = [gate for gate in dwell if reached(gate.value, gate.threshold)]
        return (*held, *([Gate("visits", account.visits, visits, "visits")] if account.visits >= visits else []))

    def _go_on(self, stay: Stay, person: Person, frame: Frame) -> list[Event]:
        incident, update_s = stay.incident, self._config.update_s
        if incident is None or update_s is None or not reached(frame.pts_s - incident.reported_s, update_s):
            return []
        return [self._reporter.update(incident, frame, [stay.seen], self._account(person, stay).inside_s)]

    def _leave(self, stay: Stay, frame: Frame) -> list[Event]:
        """Put a stay that is over to the account of its person, or use the account up if there was an incident."""
        away = Gate("gap", frame.pts_s - stay.seen.pts_s, self._config.gap_s, "s")
        person = self._identities.known(stay.seen.track_id)
        events = self._end(stay, frame, (away,))
        if person is not None and stay.incident is not None:
            person.stays.clear()
        elif person is not None:
            person.stays.append(PastStay(stay.since_s, stay.seen.pts_s, stay.dwell_s))
        return events

    def _end(self, stay: Stay, frame: Frame, why: tuple[Gate, ...]) -> list[Event]:
        if stay.incident is None:
            return []
        person = self._identities.known(stay.seen.track_id)
        inside_s = stay.dwell_s if person is None else self._account(person, stay).inside_s
        self.gate.spoke(stay.seen.track_id, stay.seen.pts_s)
        return [self._reporter.end(stay.incident, frame, [stay.seen], inside_s, why)]


def _known_by(person: Person, least: float) -> tuple[Gate, ...]:
    return () if person.similarity is None else (Gate("similarity", person.similarity, least, "cosine"),)
