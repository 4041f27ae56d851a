"""One incident of an alarm, made of what its rules reported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ulid import ULID

from camloom.config import AlarmLabel
from camloom.event import Change, Event, EventObject, Gate, Phase
from camloom.frame import Frame

Here = Mapping[int, EventObject]
_MAX_OBJECTS = 64


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that a rule reported and that lasts; what is about the same object has the same number."""

    number: int
    objects: tuple[EventObject, ...]


class Joint:
    """What belongs together: it begins, others join, parts of it are over, it ends.

    Each event shows who is in it and on that frame; `here` has the objects of the frame by track, so that their boxes
    are where they are now.

    Args:
        incident_id: of all its events.
        merge_s: how long it waits for more.
    """

    def __init__(self, incident_id: str, merge_s: float) -> None:
        self._id = incident_id
        self._merge_s = merge_s
        self._count = 0
        self._label: AlarmLabel | None = None
        self._lasting: dict[str, _Part] = {}
        self._seen: dict[int, EventObject] = {}
        self._last: Event | None = None

    @property
    def ongoing(self) -> int:
        """How many of all that happened last at this moment; what two rules see of one object is one."""
        return len({part.number for part in self._lasting.values()})

    @property
    def last_s(self) -> float:
        """Stream time of the last thing that was reported."""
        return 0.0 if self._last is None else self._last.pts_s

    def holds(self, incident_id: str) -> bool:
        """Tell whether something that a rule reported is part of it and lasts."""
        return incident_id in self._lasting

    def is_about(self, event: Event) -> bool:
        """Tell whether an event is about an object of something that lasts; where neither has any, it is."""
        return self._number_of(event) is not None

    def begin(self, label: AlarmLabel, event: Event) -> Event:
        """Take in what opens it."""
        self._take_in(label, event, None)
        phase = Phase.INSTANT if event.phase is Phase.INSTANT and not self._merge_s else Phase.START
        return self._told(event, phase, Change.NONE, event.objects)

    def join(self, label: AlarmLabel, event: Event, here: Here) -> Event:
        """Take in something more."""
        known, stage = self._number_of(event), self._rank
        self._take_in(label, event, known)
        change = Change.STAGE if self._rank > stage else Change.JOINED if known is None else Change.NONE
        return self._told(event, Phase.UPDATE, change, (*self._objects(here), *event.objects))

    def go_on(self, event: Event, here: Here) -> Event | None:
        """Take in how one part goes on, or that it is over; None where the end of all says so at once."""
        self._last = event
        self._note(event.objects)
        part = self._lasting.pop(event.incident_id)
        if event.phase is Phase.UPDATE:
            self._lasting[event.incident_id] = replace(part, objects=event.objects)
            return self._told(event, Phase.UPDATE, Change.NONE, (*self._objects(here), *event.objects))
        if not self._lasting and not self._merge_s:
            return None
        goes_on = any(other.number == part.number for other in self._lasting.values())
        return self._told(event, Phase.UPDATE, Change.NONE if goes_on else Change.LEFT, self._objects(here))

    def end(self, frame: Frame, waited_s: float | None) -> Event:
        """Close it: its objects are all that took part, as last seen.

        Args:
            waited_s: since the last thing that happened; None: the stream is over or broke.
        """
        assert self._last is not None
        waited = waited_s is not None and self._merge_s > 0
        why = (Gate("merge", waited_s or 0.0, self._merge_s, "s"),) if waited else ()
        now: dict[str, Any] = {"occurred_at": frame.captured_at, "pts_s": frame.pts_s}
        last = replace(self._last, id=str(ULID()), media={}, why=(*self._last.why, *why), **now)
        return self._told(last, Phase.END, Change.NONE, self._seen.values())

    @property
    def _rank(self) -> int:
        return -1 if self._label is None else self._label.rank

    def _number_of(self, event: Event) -> int | None:
        """Return the number of what lasts and is about the same; None: there is none."""
        ids = set(event.track_ids)
        for part in self._lasting.values():
            mine = {item.track_id for item in part.objects}
            if mine & ids or not (mine or ids):
                return part.number
        return None

    def _take_in(self, label: AlarmLabel, event: Event, number: int | None) -> None:
        if number is None:
            self._count += 1
            number = self._count
        self._last = event
        if label.rank > self._rank:
            self._label = label
        if event.phase is Phase.START:
            self._lasting[event.incident_id] = _Part(number, event.objects)
        self._note(event.objects)

    def _note(self, objects: Iterable[EventObject]) -> None:
        for item in objects:
            self._seen.pop(item.track_id, None)
            self._seen[item.track_id] = item
        while len(self._seen) > _MAX_OBJECTS:
            del self._seen[next(iter(self._seen))]

    def _objects(self, here: Here) -> list[EventObject]:
        """Return those who are in it and on this frame."""
        ids = [item.track_id for part in self._lasting.values() for item in part.objects]
        return [here[track_id] for track_id in ids if track_id in here]

    def _told(self, event: Event, phase: Phase, change: Change, objects: Iterable[EventObject]) -> Event:
        label = self._label
        assert label is not None
        shown = tuple({item.track_id: item for item in objects}.values())[-_MAX_OBJECTS:]
        marks: dict[str, Any] = {
            "rule_id": label.alarm_id,
            "template": label.template,
            "name": label.name,
            "severity": label.severity,
            "stage": label.stage,
            "incident_id": self._id,
            "count": self._count,
            "ongoing": self.ongoing,
        }
        ids = tuple(item.track_id for item in shown)
        return replace(event, phase=phase, change=change, objects=shown, track_ids=ids, **marks)
