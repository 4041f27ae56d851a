"""From a condition to events: one incident has a start, perhaps updates, and an end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ulid import ULID

from camloom.event import Event, Gate, Phase
from camloom.frame import Frame
from camloom.rules.subjects.subjects import Sighting


@dataclass(slots=True)
class Incident:
    """Something that has begun and not yet ended.

    Attributes:
        why: the gates passed when it began; every event of it carries them.
        reported_s: stream time of its last event.
    """

    id: str
    why: tuple[Gate, ...]
    reported_s: float


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes the events of one rule.

    Args:
        type: such as `region.entered`.
        place: name of the zone or line.
        unit: of every event's value.
    """

    rule_id: str
    type: str
    place: str
    unit: str

    def start(
        self, frame: Frame, seen: Sequence[Sighting], value: float, why: tuple[Gate, ...]
    ) -> tuple[Incident, Event]:
        """Open an incident."""
        event = self._event(frame, seen, value, phase=Phase.START, why=why, incident_id=str(ULID()))
        return Incident(event.incident_id, why, frame.pts_s), event

    def update(self, incident: Incident, frame: Frame, seen: Sequence[Sighting], value: float) -> Event:
        """Tell how an incident goes on."""
        incident.reported_s = frame.pts_s
        return self._event(frame, seen, value, phase=Phase.UPDATE, why=incident.why, incident_id=incident.id)

    def end(
        self, incident: Incident, frame: Frame, seen: Sequence[Sighting], value: float, why: tuple[Gate, ...] = ()
    ) -> Event:
        """Close an incident; `why` adds what ended it."""
        return self._event(frame, seen, value, phase=Phase.END, why=incident.why + why, incident_id=incident.id)

    def instant(
        self, frame: Frame, seen: Sequence[Sighting], value: float, why: tuple[Gate, ...], direction: str = ""
    ) -> Event:
        """Report something that has no duration: an incident of its own."""
        event = self._event(frame, seen, value, phase=Phase.INSTANT, why=why, incident_id=str(ULID()))
        return replace(event, direction=direction)

    def _event(
        self,
        frame: Frame,
        seen: Sequence[Sighting],
        value: float,
        *,
        phase: Phase,
        why: tuple[Gate, ...],
        incident_id: str,
    ) -> Event:
        return Event(
            id=str(ULID()),
            type=self.type,
            source_id=frame.source_id,
            rule_id=self.rule_id,
            phase=phase,
            occurred_at=frame.captured_at,
            pts_s=frame.pts_s,
            track_ids=tuple(one.track_id for one in seen),
            objects=tuple(one.as_object() for one in seen),
            zone=self.place,
            value=value,
            unit=self.unit,
            why=why,
            incident_id=incident_id,
        )
