"""How cameras are and were, and which of these times belong together as one outage."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_

from camloom.server.business.event_document import CAMERA, EventDocument
from camloom.server.business.ledger import Ledger, Row
from camloom.server.database.tables import alarm, camera_state
from camloom.server.database.upsert import insert_new

_BAD = ("offline", "degraded", "disabled")
_OUTAGE = "source:"


class CameraStates:
    """Keeps what streams said of their cameras inside one transaction. Who overtook whom does not matter.

    How a camera is now is not written here: that is what its host reports (`management/hosts/reported`), the only
    writer of it, for a camera is as well as the best of its streams, and messages may be hours old.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def take(self, event: EventDocument, camera_id: str, where: Row) -> str | None:
        """Take a state of a camera and return the outage that it belongs to; None: to none, or it was known.

        Args:
            where: host and task that told of it.
        """
        told = {"condition": event.condition, "reason": event.reason, "detail": event.detail}
        values = {"id": event.id, "camera_id": camera_id, "task_id": where["task_id"], "at": event.occurred_at, **told}
        if not insert_new(self._ledger.connection, camera_state, values):
            return None
        if event.condition in _BAD:
            return self._outage(event, camera_id, where) or f"{_OUTAGE}{event.id}"
        if event.condition == "online" and not self._bad_after(event, where["task_id"]):
            return self._outage(event, camera_id, where)
        return None

    def over(self, event: EventDocument, where: Row) -> Row:
        """Return the end of an outage whose end came before its beginning; nothing if it lasts."""
        ended_at = self._online(event, where["task_id"], after=True)
        return {"ended_at": ended_at}

    def _outage(self, event: EventDocument, camera_id: str, where: Row) -> str | None:
        """Return the outage between the two times online around an event."""
        since = self._online(event, where["task_id"], after=False)
        until = self._online(event, where["task_id"], after=True)
        wanted = [alarm.c[name] == value for name, value in where.items()]
        wanted += [alarm.c.camera_id == camera_id, alarm.c.template == CAMERA, alarm.c.incident_id.startswith(_OUTAGE)]
        wanted.append(or_(literal(since is None), alarm.c.began_at >= (since or event.occurred_at)))
        wanted.append(or_(literal(until is None), alarm.c.began_at <= (until or event.occurred_at)))
        if event.condition == "online":
            wanted.append(alarm.c.ended_at.is_(None))
        found = select(alarm.c.incident_id).where(*wanted).order_by(alarm.c.began_at.desc()).limit(1)
        return self._ledger.connection.execute(found).scalar()

    def _online(self, event: EventDocument, task_id: str, *, after: bool) -> datetime | None:
        """Return when the source of a task was online next, or last before."""
        best = func.min(camera_state.c.at) if after else func.max(camera_state.c.at)
        side = _later(event) if after else ~_later(event)
        wanted = select(best).where(
            camera_state.c.camera_id == _camera_of(event),
            camera_state.c.task_id == task_id,
            camera_state.c.condition == "online",
            camera_state.c.id != event.id,
            side,
        )
        return self._ledger.connection.execute(wanted).scalar()

    def _bad_after(self, event: EventDocument, task_id: str) -> bool:
        """Tell whether something bad is known of later: then this one came too late to end anything."""
        wanted = select(camera_state.c.id).where(
            camera_state.c.camera_id == _camera_of(event),
            camera_state.c.task_id == task_id,
            camera_state.c.condition.in_(_BAD),
            _later(event),
        )
        return self._ledger.connection.execute(wanted.limit(1)).first() is not None


def _camera_of(event: EventDocument) -> ColumnElement[str]:
    """Return the camera of a state that was just written."""
    own = camera_state.alias()
    return select(own.c.camera_id).where(own.c.id == event.id).scalar_subquery()


def _later(event: EventDocument) -> ColumnElement[bool]:
    return tuple_(camera_state.c.at, camera_state.c.id) > (event.occurred_at, event.id)
