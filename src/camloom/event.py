"""What a rule says happened, and everything known about one analysed frame."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from camloom.detections import Attribute, Detections
from camloom.frame import Frame
from camloom.tracks import Tracks


class Phase(StrEnum):
    """Where in its life an event is."""

    START = "start"
    UPDATE = "update"
    END = "end"
    INSTANT = "instant"


class Change(StrEnum):
    """What an update of an alarm is about."""

    NONE = ""
    STAGE = "stage"
    JOINED = "joined"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition that an event passed (or a track failed), with its margin.

    Args:
        name: which condition, such as `dwell` or `min_travel`.
        value: what was measured.
        threshold: what was asked for.
        unit: of both, such as `s` or `height`; empty for a plain number.
    """

    name: str
    value: float
    threshold: float
    unit: str = ""

    @property
    def margin(self) -> float:
        """How far the value is above its threshold; negative when it failed."""
        return self.value - self.threshold


@dataclass(frozen=True, slots=True)
class EventObject:
    """An object that took part in an event.

    Args:
        xyxy: box in px of the source frame.
        attributes: what models of crops read of it so far.
    """

    track_id: int
    class_name: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that a rule saw. What a person then makes of it is an alarm.

    Attributes:
        id: ULID, the idempotency key of every delivery.
        type: such as `region.entered` or `line.crossed`.
        rule_id: id of the rule in its task.
        occurred_at: aware UTC.
        pts_s: seconds on the stream clock.
        zone: name of the zone or line; empty if none.
        value, unit: the number that goes with the event, such as 12.4 s or 7 people.
        direction: `A->B`, `B->A`, or empty.
        why: the gates it passed, with their margins.
        media: files made for it, by kind (`picture`, `clip`), relative to the output folder.
        incident_id: the same for the start, the updates and the end of one incident.
        detail: in words what the numbers do not say: a speed with its error, which device failed.
        reason: short code for programs, of events about a source: see `SourceState`.
        template, name, severity, stage: of the alarm that it belongs to, where a template made its rule; the name by
            language (`zh`, `en`), the severity info, minor, major or critical, the stage of an alarm that warns first.
        count, ongoing: of an alarm: how many times it has happened so far, and how many of these last at this moment.
        change: of an update of an alarm: the stage rose, another has joined, one is over; empty: it goes on.
    """

    id: str
    type: str
    source_id: str
    rule_id: str
    phase: Phase
    occurred_at: datetime
    pts_s: float
    track_ids: tuple[int, ...]
    objects: tuple[EventObject, ...]
    zone: str = ""
    direction: str = ""
    value: float | None = None
    unit: str = ""
    why: tuple[Gate, ...] = ()
    media: dict[str, str] = field(default_factory=dict)
    incident_id: str = ""
    detail: str = ""
    reason: str = ""
    template: str = ""
    name: dict[str, str] = field(default_factory=dict)
    severity: str = ""
    stage: str = ""
    count: int = 0
    ongoing: int = 0
    change: Change = Change.NONE

    @property
    def lasts(self) -> bool:
        """Whether it leaves something open at this moment; what does not has only happened."""
        if self.phase in (Phase.END, Phase.INSTANT):
            return False
        return not self.count or self.ongoing > 0


@dataclass(frozen=True, slots=True)
class FrameResult:
    """Everything known about one analysed frame.

    Attributes:
        age_s: seconds from the arrival of the frame to this result.
    """

    frame: Frame
    detections: Detections
    tracks: Tracks
    events: tuple[Event, ...]
    age_s: float
