"""An alarm: the rules that its template made, told as one incident.

A rule speaks of one object or one moment. An alarm is what a person looks at: it rises through its stages, others
join it, and it is over when nothing of it lasts and nothing new came for a while.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from camloom.config import AlarmLabel
from camloom.event import Event, EventObject, Phase
from camloom.frame import Frame
from camloom.rules.base import Rule, peek_of, watches_camera
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.joint import Joint
from camloom.tracks import Tracks


@dataclass(frozen=True, slots=True)
class AlarmPart:
    """One rule of an alarm.

    Args:
        label: what the template says of it.
    """

    rule: Rule
    label: AlarmLabel


class AlarmRule:
    """Makes one incident of what several rules say.

    The first thing that a rule reports opens the incident. What comes while something of it lasts, or within
    `merge_s` after, is an update of it: a stage that rises, an object more (`count`), one that is over. It ends
    `merge_s` after the last of it. With `merge_s` 0 only what is about the same object at the same time belongs
    together: the stages of an alarm, or several rules that all see it.

    Args:
        parts: at least one; all of the same alarm.
    """

    def __init__(self, parts: Sequence[AlarmPart]) -> None:
        self.parts = tuple(parts)
        self._merge_s = parts[0].label.merge_s
        self._open: list[Joint] = []

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # the name that the seam has for it
        """See `Rule`: that of its first rule."""
        return self.parts[0].rule.Config

    @property
    def gates(self) -> tuple[RuleGate, ...]:
        """The gates of its rules."""
        return tuple(gate for part in self.parts for gate in gates_of(part.rule))

    @property
    def peek_s(self) -> float:
        """See `Rule`: the shortest of its rules."""
        return min(peek_of(part.rule) for part in self.parts)

    @property
    def watches_camera(self) -> bool:
        """See `Rule`: so do all of its rules."""
        return all(watches_camera(part.rule) for part in self.parts)

    @property
    def holding(self) -> bool:
        """See `Rule`: a rule waits, or the incident does."""
        return bool(self._open) or any(part.rule.holding for part in self.parts)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        over = self._close(frame, exceeded)  # frames may be far apart: what is over ends before anything new begins
        said = [(part.label, event) for part in self.parts for event in part.rule.update(tracks, frame)]
        here = objects_on(tracks) if said and self._open else {}
        told = [one for label, event in said if (one := self._take(label, event, here)) is not None]
        return [*over, *told, *self._close(frame, reached)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`: whatever is open ends here."""
        for part in self.parts:
            for event in part.rule.finish(frame):
                self._take(part.label, event, {})
        ended = [joint.end(frame, None) for joint in self._open]
        self._open = []
        return ended

    def _take(self, label: AlarmLabel, event: Event, here: Mapping[int, EventObject]) -> Event | None:
        if event.phase in (Phase.START, Phase.INSTANT):
            return self._begin(label, event, here)
        joint = next((one for one in self._open if one.holds(event.incident_id)), None)
        return None if joint is None else joint.go_on(event, here)

    def _begin(self, label: AlarmLabel, event: Event, here: Mapping[int, EventObject]) -> Event | None:
        joint = next((one for one in self._open if self._merge_s > 0 or one.is_about(event)), None)
        if joint is not None:
            return joint.join(label, event, here)
        joint = Joint(event.incident_id, self._merge_s)
        if event.phase is Phase.START or self._merge_s > 0:
            self._open.append(joint)
        return joint.begin(label, event)

    def _close(self, frame: Frame, is_time: Callable[[float, float], bool]) -> list[Event]:
        over = [one for one in self._open if not one.ongoing and is_time(frame.pts_s - one.last_s, self._merge_s)]
        self._open = [one for one in self._open if one not in over]
        return [joint.end(frame, frame.pts_s - joint.last_s) for joint in over]


def objects_on(tracks: Tracks) -> dict[int, EventObject]:
    """Return the objects of a frame as events show them, by track."""
    rows = zip(tracks.track_id.tolist(), tracks.confidence.tolist(), tracks.xyxy.tolist(), strict=True)
    read = tracks.attributes or ((),) * len(tracks)
    return {
        track_id: EventObject(track_id, tracks.name_of(row), confidence, (*box,), read[row])
        for row, (track_id, confidence, box) in enumerate(rows)
    }


def gates_of(rule: Rule) -> tuple[RuleGate, ...]:
    """Return the gates by which a rule, or all rules of an alarm, are armed; none if it has no gate."""
    if isinstance(rule, AlarmRule):
        return rule.gates
    gate = getattr(rule, "gate", None)
    return (gate,) if isinstance(gate, RuleGate) else ()
