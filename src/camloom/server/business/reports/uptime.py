"""How cameras were, from the history of their states."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Subquery,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

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
    states = _states(subject, since, until)
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


def _states(subject: Subject, since: datetime, until: datetime) -> Subquery:
    """Return all states of a span, and those that held at its beginning, each with the one before and the next."""
    names = ("id", "camera_id", "condition", "at")
    mine, held = subject.cameras().subquery(), camera_state.alias()
    # Those with a task are what each single stream said; the others are of the camera.
    last = select(held.c.id).where(held.c.camera_id == mine.c.id, held.c.task_id.is_(None), held.c.at <= since)
    last_id = last.order_by(held.c.at.desc(), held.c.id.desc()).limit(1).scalar_subquery()
    columns = [camera_state.c[name] for name in names]
    before = select(*columns).where(camera_state.c.id.in_(select(last_id).select_from(mine)))
    later = select(*columns).where(
        camera_state.c.camera_id.in_(select(subject.cameras().subquery().c.id)),
        camera_state.c.task_id.is_(None),
        camera_state.c.at > since,
        camera_state.c.at < until,
    )
    found = union_all(before, later).subquery()
    each, order = found.c.camera_id, (found.c.at, found.c.id)
    next_at = func.lead(found.c.at).over(partition_by=each, order_by=order).label("next_at")
    previous = func.lag(found.c.condition).over(partition_by=each, order_by=order).label("previous")
    return select(each, found.c.condition, found.c.at, next_at, previous).subquery()


def _clipped(states: Subquery, since: datetime, until: datetime) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return when a state began and ended inside the period, in microseconds as they are kept."""
    at, next_at = (type_coerce(column, BigInteger) for column in (states.c.at, states.c.next_at))
    low, high = (literal((moment - _EPOCH) // timedelta(microseconds=1), BigInteger) for moment in (since, until))
    return case((at < low, low), else_=at), case((states.c.next_at.is_(None), high), else_=next_at)
