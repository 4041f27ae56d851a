"""Hosts as they are shown."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection, RowMapping, func, insert, select

from camloom.exchange import HostLoad, Reported, TaskStatus
from camloom.server.access import Principal
from camloom.server.database.tables import camera, host, host_minute, task
from camloom.server.management.hosts.notes import HealthNote, clock_offset_s, notes_of
from camloom.server.management.hosts.reported import LATE, reported_of
from camloom.server.management.scope import tasks_in_sight
from camloom.server.web import Answer

HostState = Literal["online", "away", "never-seen"]


class HostOut(Answer):
    """A host.

    Attributes:
        seen_at: when it was last heard, by the server's clock.
        clock_offset_s: by how much its own clock is ahead; 0: as far as can be told it is right.
        applied: whether it has carried out the newest orders.
        streams: tasks that are on; streams_fit: how many it could carry, if that is known.
    """

    id: str
    name: str
    state: HostState
    seen_at: datetime | None
    clock_offset_s: float
    load: HostLoad | None
    streams: int
    streams_fit: float | None
    bottleneck: str
    applied: bool
    notes: list[HealthNote]


class TaskOnHost(TaskStatus):
    """A task as its host says it is."""

    name: str
    camera_id: str
    camera_name: str


class HostDetail(HostOut):
    """A host with all that it says of itself."""

    created_at: datetime
    hardware: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    models: list[str] = Field(default_factory=list)
    tasks: list[TaskOnHost] = Field(default_factory=list)


class LoadPoint(Answer):
    """Means over a span of time; None: nothing is known of it."""

    at: datetime
    cpu: float | None = None
    memory: float | None = None
    disk: float | None = None
    network_in_bps: float | None = None
    network_out_bps: float | None = None
    temperature_c: float | None = None
    accelerator: float | None = None
    accelerator_memory: float | None = None


def make_host(connection: Connection, host_id: str, name: str, now: datetime) -> None:
    """Make the row of a host if it has none."""
    if connection.execute(select(host.c.id).where(host.c.id == host_id)).first() is None:
        values = {"id": host_id, "name": name[:128], "created_at": now, "revision": 0, "ordered": ""}
        connection.execute(insert(host).values(**values, seen_at=None, reported=None))


def hosts_of(connection: Connection, now: datetime) -> list[HostOut]:
    """Return all hosts."""
    on = dict(connection.execute(_streams()).all())
    rows = connection.execute(select(host).order_by(host.c.id)).mappings()
    return [HostOut(**_shown(row, on.get(row["id"], 0), now)) for row in rows]


def detail_of(connection: Connection, principal: Principal, row: RowMapping, now: datetime) -> HostDetail:
    """Return a host with all that it says of itself, and those of its tasks that the caller may know of."""
    on = connection.execute(_streams().where(host.c.id == row["id"])).first()
    reported = reported_of(row["reported"])
    told = {} if reported is None else reported.model_dump(include={"hardware", "versions", "models"})
    tasks = _tasks(connection, principal, row["id"], reported)
    return HostDetail(**_shown(row, on[1] if on else 0, now), created_at=row["created_at"], **told, tasks=tasks)


def load_of(connection: Connection, host_id: str, hours: int, now: datetime) -> list[LoadPoint]:
    """Return the load of the last hours, at most some 360 points: each the mean of as many minutes as that takes."""
    since = now - timedelta(hours=hours)
    wanted = select(host_minute.c.at, host_minute.c.load).where(
        host_minute.c.host_id == host_id, host_minute.c.at >= since
    )
    step_s = max(60, hours * 10)
    spans: dict[int, list[dict[str, Any]]] = {}
    for at, load in connection.execute(wanted.order_by(host_minute.c.at)):
        spans.setdefault(int(at.timestamp()) // step_s, []).append(load)
    return [_mean(datetime.fromtimestamp(number * step_s, now.tzinfo), loads) for number, loads in spans.items()]


def _streams() -> Any:
    joined = host.join(camera, camera.c.host_id == host.c.id).join(task, task.c.camera_id == camera.c.id)
    counted = select(host.c.id, func.count()).select_from(joined).where(task.c.enabled, camera.c.enabled)
    return counted.group_by(host.c.id)


def _shown(row: RowMapping, streams: int, now: datetime) -> dict[str, Any]:
    reported, seen_at = reported_of(row["reported"]), row["seen_at"]
    return {
        "id": row["id"],
        "name": row["name"],
        "state": _state(seen_at, now),
        "seen_at": seen_at,
        "clock_offset_s": clock_offset_s(reported, seen_at) if reported and seen_at else 0.0,
        "load": reported.load if reported else None,
        "streams": streams,
        "streams_fit": reported.streams_fit if reported else None,
        "bottleneck": reported.bottleneck if reported else "",
        "applied": bool(reported and reported.revision == row["revision"]),
        "notes": notes_of(reported, seen_at, now),
    }


def _state(seen_at: datetime | None, now: datetime) -> HostState:
    if seen_at is None:
        return "never-seen"
    return "away" if now - seen_at > LATE else "online"


def _tasks(connection: Connection, principal: Principal, host_id: str, reported: Reported | None) -> list[TaskOnHost]:
    told = {status.id: status for status in (reported.tasks if reported else ())}
    wanted = tasks_in_sight(principal, camera.c.name.label("camera_name")).where(camera.c.host_id == host_id)
    rows = connection.execute(wanted.order_by(task.c.id)).mappings()
    return [_task(row, told.get(row["id"], TaskStatus(id=row["id"]))) for row in rows]


def _task(row: RowMapping, status: TaskStatus) -> TaskOnHost:
    named = {key: row[key] for key in ("name", "camera_id", "camera_name")}
    return TaskOnHost(**status.model_dump(exclude={"live"}), **named)


def _mean(at: datetime, loads: list[dict[str, Any]]) -> LoadPoint:
    values: dict[str, float | None] = {}
    for key in LoadPoint.model_fields.keys() - {"at"}:
        known = [load[key] for load in loads if load.get(key) is not None]
        values[key] = sum(known) / len(known) if known else None
    return LoadPoint(at=at, **values)
