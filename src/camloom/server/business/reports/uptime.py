"""How cameras were, from the history of their states."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Subquery, case, func, literal, select, type_coerce

from camloom.server.business.reports.models import Uptime
from camloom.server.business.reports.subject import Subject
from camloom.server.database.tables import camera_state

_MAX_CAMERAS = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Nobody wants these to run; all others that are not `online` are time lost.
_IDLE = ("stopped", "unknown", "")


def uptimes_of(connection: Connection, subject: Subject, now: datetime) -> list[Uptime]:
    """Return how the cameras were in a period, the worst first."""
    since = subject.period.since(subject.zone)
    until = min(subject.period.until(subject.zone), now)
    cameras = connection.execute(subject.cameras().order_by("name", "id").limit(_MAX_CAMERAS)).all()
    found: dict[str, dict[str, tuple[int, int]]] = {}
    if until > since:
        for row in connection.execute(_lasted(subject, since, until)):
            found.setdefault(row.camera_id, {})[row.condition] = (int(row.lasted_us), row.times)
    told = [_uptime(one.id, one.name, found.get(one.id, {})) for one in cameras]
    return sorted(told, key=lambda one: 2.0 if one.online_share is None else one.online_share)


def _uptime(camera_id: str, name: str, conditions: dict[str, tuple[int, int]]) -> Uptime:
    known_s = sum(us for us, _ in conditions.values()) / 1e6
    meant_s = sum(us for condition, (us, _) in conditions.items() if condition not in _IDLE) / 1e6
    online_s = conditions.get("online", (0, 0))[0] / 1e6
    return Uptime(
        camera_id=camera_id,
        camera=name,
        online_share=online_s / meant_s if meant_s else None,
        known_s=known_s,
        meant_s=meant_s,
        offline_s=meant_s - online_s,
        outages=conditions.get("offline", (0, 0))[1],
    )


def _lasted(subject: Subject, since: datetime, until: datetime) -> Any:
    """Return the statement that says how long each camera was in each condition, and how often that began."""
    states = _states(subject, until)
    begin_us, end_us = _clipped(states, since, until)
    began = (states.c.at >= since) & (func.coalesce(states.c.previous, "") != states.c.condition)
    return (
        select(
            states.c.camera_id,
            states.c.condition,
            func.sum(end_us - begin_us).label("lasted_us"),
            func.sum(case((began, 1), else_=0)).label("times"),
        )
        .where(end_us > begin_us)
        .group_by(states.c.camera_id, states.c.condition)
    )


def _states(subject: Subject, until: datetime) -> Subquery:
    """Return all states until a moment, each with the one before and the time of the next."""
    each, order = camera_state.c.camera_id, (camera_state.c.at, camera_state.c.id)
    columns = camera_state.c.camera_id, camera_state.c.condition, camera_state.c.at
    next_at = func.lead(camera_state.c.at).over(partition_by=each, order_by=order).label("next_at")
    previous = func.lag(camera_state.c.condition).over(partition_by=each, order_by=order).label("previous")
    mine = camera_state.c.camera_id.in_(select(subject.cameras().subquery().c.id))
    # Those with a task are what each single stream said; the others are of the camera.
    of_camera = camera_state.c.task_id.is_(None)
    return select(*columns, next_at, previous).where(of_camera, camera_state.c.at < until, mine).subquery()


def _clipped(states: Subquery, since: datetime, until: datetime) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return when a state began and ended inside the period, in microseconds as they are kept."""
    at, next_at = (type_coerce(column, BigInteger) for column in (states.c.at, states.c.next_at))
    low, high = (literal((moment - _EPOCH) // timedelta(microseconds=1), BigInteger) for moment in (since, until))
    return case((at < low, low), else_=at), case((states.c.next_at.is_(None), high), else_=next_at)
