"""The frame of a rule about a condition of single objects; what the condition is, its judge says."""

from collections.abc import Iterable, Set
from typing import Protocol

from camloom.config import Scene
from camloom.event import Event
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.conditions.conditions import ConditionConfig, Conditions, Finding
from camloom.rules.gate import RuleGate
from camloom.rules.incident import Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting, Sightings
from camloom.tracks import Tracks


class Judge(Protocol):
    """Looks at the subjects of a frame."""

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """Return those about whom the condition holds, or surely does not.

        Args:
            people: the subjects on the frame.
            inside: ids of those in the zone.
            tracks: all there is on the frame.
            frame: now.
        """

    def forget(self) -> None:
        """Forget everybody: the stream is over or broke."""


class JudgedRule:
    """Subjects, a zone, a judge, and incidents of what holds for long enough.

    Args:
        config: the rule's.
        scene: has the zone.
        event_type: of its events.
        judge: what the condition is.
    """

    def __init__(self, config: ConditionConfig, scene: Scene, event_type: str, judge: Judge) -> None:
        zone = None if config.zone is None else scene.zone(config.zone)
        self.gate = RuleGate(config.gate)
        self._zone = zone
        self._judge = judge
        self._subjects = subjects_of(scene, config, zone.anchor if zone else Anchor.BOTTOM_CENTER)
        self._conditions = Conditions(config, Reporter(config.id, event_type, config.zone or "", "s"), self.gate)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        sightings = self._subjects.observe(tracks, frame)
        people = sightings.items
        findings = self._judge.findings(people, self._inside(sightings), tracks, frame)
        return self._conditions.update(people, findings, frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = self._conditions.finish(frame)
        self._subjects.forget()
        self._judge.forget()
        return events

    def _inside(self, sightings: Sightings) -> Set[int]:
        if self._zone is None:
            return {seen.track_id for seen in sightings.items}
        return {seen.track_id for seen in sightings.inside(self._zone)}

    @property
    def holding(self) -> bool:
        """See `Rule`: the condition holds about somebody, or did a moment ago."""
        return len(self._conditions) > 0
