"""What hosts say becomes alarms, states of cameras and counts: one message at a time, each event once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from camloom.errors import ServerError
from camloom.exchange import Delivery, EventMessage, MediaMessage, Message, MotionMessage
from camloom.server.business.camera_states import CameraStates
from camloom.server.business.event_document import EventDocument, clean_text, read_event
from camloom.server.business.flow_days import FlowDays, add_crossing, flow_days
from camloom.server.business.hooks import AlarmChange
from camloom.server.business.incidents import best_of, folded, opened, rises
from camloom.server.business.judging import Judge
from camloom.server.business.ledger import Ledger, Row, hour_of
from camloom.server.business.media_rows import expect_media, media_kind, note_media
from camloom.server.business.motion import keep_motion
from camloom.server.business.policies import Quiet
from camloom.server.database.tables import alarm, alarm_event, camera, media, task
from camloom.server.database.upsert import insert_new

_ID_CHARS = 26
_MAX_MEDIA = 20
_KNOWN = select(alarm_event.c.id).where(alarm_event.c.id == bindparam("of"))
_INCIDENT = select(alarm).where(
    alarm.c.host_id == bindparam("host_id"),
    alarm.c.task_id == bindparam("task_id"),
    alarm.c.incident_id == bindparam("incident"),
)
_ADOPT = update(media).where(media.c.event_id == bindparam("of"), media.c.alarm_id.is_(None))
_CROSSINGS = ("line.crossed", "tripwire.crossed", "occupancy.changed")


@dataclass(frozen=True, slots=True)
class Place:
    """The camera of a task, as alarms keep it."""

    camera_id: str
    name: str
    group_id: str | None


class Intake:
    """Takes the messages of one batch inside one transaction.

    Args:
        ledger: by which alarms are written.
        deliveries: all that will be taken.
    """

    def __init__(self, ledger: Ledger, deliveries: Iterable[Delivery]) -> None:
        self._ledger = ledger
        self._judge = Judge(ledger)
        self._states = CameraStates(ledger)
        self._flow_days: FlowDays | None = None
        self._places = self._find_places({task_id for one in deliveries for task_id in _tasks_of(one.message)})

    def take(self, delivery: Delivery) -> None:
        """Take a message; one that was taken before changes nothing.

        Raises:
            ServerError: it cannot be understood; nothing of it was written.
        """
        message = delivery.message
        if isinstance(message, MediaMessage):
            note_media(self._ledger, message)
            return
        if isinstance(message, MotionMessage):
            keep_motion(self._ledger, message, {name: place.camera_id for name, place in self._places.items()})
            return
        self._check(delivery.host_id, message)
        event = read_event({**message.event, "id": message.id})
        where = {"host_id": clean_text(delivery.host_id), "task_id": clean_text(message.task_id)}
        if not self._known(event.id):
            self._take_event(event, where)
        expect_media(self._ledger, event.id, message.media)

    def _take_event(self, event: EventDocument, where: Row) -> None:
        place = self._places.get(where["task_id"])
        if not event.condition:
            self._belongs(event, where, place, event.incident)
            self._count(event, place)
        elif place is None:
            self._belongs(event, where, None, "source")
        elif (incident := self._states.take(event, place.camera_id, where)) is not None:
            self._belongs(event, where, place, incident)

    def _belongs(self, event: EventDocument, where: Row, place: Place | None, incident: str) -> None:
        """Put an event to its alarm; its first event makes the alarm."""
        row = self._ledger.connection.execute(_INCIDENT, {**where, "incident": incident}).mappings().first()
        alarm_id = self._open(event, where, place, incident) if row is None else row["id"]
        values = {"id": event.id, "alarm_id": alarm_id, "at": event.occurred_at, "phase": event.phase}
        insert_new(self._ledger.connection, alarm_event, {**values, "document": event.raw})
        if row is not None:
            self._go_on(dict(row), event)
        self._adopt_media(event.id, alarm_id)

    def _open(self, event: EventDocument, where: Row, place: Place | None, incident: str) -> str:
        values = {**opened(event), **where, "incident_id": incident, **_copied(place, event)}
        values["count"] = values["happened"]
        if place is None and event.condition:
            row = self._judge.keep_quiet(values, Quiet.UNKNOWN, event.weight)
        else:
            values |= self._states.over(event, where) if event.condition else {}
            row = self._judge.open(values)
        return str(row["id"])

    def _go_on(self, row: Row, event: EventDocument) -> None:
        """Take in one more event of an alarm, and whatever that means for how it is shown."""
        best = best_of(row)
        added = folded(row, best, event)
        joined = added.get("happened", row["happened"]) - row["happened"]
        after = self._ledger.change(row, added)
        if joined:
            after = self._judge.more(after, joined)
        if rises(best.weight, event.weight):
            after = self._judge.worsen(after)
        elif after["quiet_reason"] == Quiet.SHORT and "ended_at" in added:
            after = self._judge.reconsider(after)
        elif after["ended_at"] is not None and row["ended_at"] is None:
            self._ledger.tell(after, AlarmChange.ENDED)
        else:
            self._ledger.tell(after, AlarmChange.UPDATED)

    def _count(self, event: EventDocument, place: Place | None) -> None:
        """Count who crossed a line; rules tell of each crossing, only the end of an alarm repeats the last."""
        if place is None or not event.direction or event.type not in _CROSSINGS or event.phase == "end":
            return
        values = {
            "at": hour_of(event.occurred_at),
            "camera_id": place.camera_id,
            "rule_id": event.rule_id,
            "direction": event.direction,
            "passed": 1,
        }
        if self._flow_days is None:
            self._flow_days = flow_days(self._ledger.connection)
        add_crossing(self._ledger.connection, self._flow_days, values)

    def _known(self, event_id: str) -> bool:
        return self._ledger.connection.execute(_KNOWN, {"of": event_id}).first() is not None

    def _adopt_media(self, event_id: str, alarm_id: str) -> None:
        self._ledger.connection.execute(_ADOPT, {"of": event_id, "alarm_id": alarm_id})

    def _find_places(self, task_ids: set[str]) -> dict[str, Place]:
        columns = (task.c.id, camera.c.id.label("camera_id"), camera.c.name, camera.c.camera_group_id)
        wanted = select(*columns).join_from(task, camera).where(task.c.id.in_(task_ids))
        return {
            row.id: Place(row.camera_id, row.name, row.camera_group_id)
            for row in self._ledger.connection.execute(wanted)
        }

    @staticmethod
    def _check(host_id: str, message: EventMessage) -> None:
        if not 0 < len(host_id) <= _ID_CHARS or not 0 < len(message.task_id) <= _ID_CHARS:
            raise ServerError("an event names a host or task that cannot be")
        if len(message.media) > _MAX_MEDIA:
            raise ServerError(f"an event has more than {_MAX_MEDIA} pictures and clips")
        for kind in message.media:
            media_kind(kind)


def _tasks_of(message: Message) -> Iterable[str]:
    if isinstance(message, EventMessage):
        return (message.task_id,)
    return message.tasks if isinstance(message, MotionMessage) else ()


def _copied(place: Place | None, event: EventDocument) -> dict[str, Any]:
    if place is None:
        return {"camera_id": "", "camera_name": event.source_id, "camera_group_id": None}
    return {"camera_id": place.camera_id, "camera_name": place.name, "camera_group_id": place.group_id}
