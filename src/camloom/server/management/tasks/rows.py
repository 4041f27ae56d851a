"""Tasks in the database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from camloom.exchange import TaskStatus
from camloom.server.database import new_id
from camloom.server.database.tables import camera, host, task
from camloom.server.management.hosts.reported import reported_of
from camloom.server.management.tasks.documents import TaskIn, TaskOut
from camloom.server.web import RefusedError
from camloom.server.week import in_week, site_zone, week_of

_MOST_OF_CAMERA = 32


def add_task(connection: Connection, body: TaskIn, now: datetime) -> str:
    """Add a task and return its id. RefusedError (409): the camera has too many."""
    mine = select(func.count()).select_from(task).where(task.c.camera_id == body.camera_id)
    if (connection.scalar(mine) or 0) >= _MOST_OF_CAMERA:
        raise RefusedError(
            409, "too-many", f"a camera has {_MOST_OF_CAMERA} tasks at most", "Put the alarms into fewer"
        )
    task_id = new_id()
    fixed = {"id": task_id, "camera_id": body.camera_id, "revision": 1, "created_at": now, "updated_at": now}
    connection.execute(insert(task).values(**fixed, **_columns(body)))
    return task_id


def change_task(
    connection: Connection, task_id: str, body: TaskIn, now: datetime, *, revision: int | None = None
) -> None:
    """Change a task; its revision rises.

    Raises:
        RefusedError: 409: it is no longer of the revision that the edit began with.
    """
    columns = {**_columns(body), "camera_id": body.camera_id, "updated_at": now, "revision": task.c.revision + 1}
    wanted = update(task).where(task.c.id == task_id)
    if revision is not None:
        wanted = wanted.where(task.c.revision == revision)
    if not connection.execute(wanted.values(**columns)).rowcount:
        hint = "Load it again, and save what is to stay of your edit"
        raise RefusedError(409, "task-changed", "somebody else has changed this task meanwhile", hint)


def shown(connection: Connection, rows: Iterable[RowMapping], now: datetime) -> list[TaskOut]:
    """Return tasks as they are shown.

    Args:
        rows: with the `host_id` of their cameras.
    """
    statuses, zone = statuses_of(connection), site_zone(connection)
    on = set(connection.scalars(select(camera.c.id).where(camera.c.enabled)))
    return [
        TaskOut(
            **{key: row[key] for key in TaskOut.model_fields.keys() & row.keys()}
            | {"schedule": week, "document": row["document"] if isinstance(row["document"], dict) else {}},
            runs_now=row["enabled"] and row["camera_id"] in on and in_week(week, now, zone),
            status=statuses.get(row["id"], TaskStatus(id=row["id"])),
        )
        for row in rows
        for week in [week_of(row["schedule"])]
    ]


def statuses_of(connection: Connection) -> dict[str, TaskStatus]:
    """Return how tasks are, as their hosts said last; the places of their sockets are nobody's business."""
    found: dict[str, TaskStatus] = {}
    for document in connection.scalars(select(host.c.reported)):
        reported = reported_of(document)
        told = reported.tasks if reported else ()
        found |= {status.id: status.model_copy(update={"live": ""}) for status in told}
    return found


def check_room(connection: Connection, host_id: str, task_id: str, *, force: bool) -> str:
    """Return a warning if a host cannot carry one more task; empty: it can, as far as is known.

    Raises:
        RefusedError: 409: it cannot, and the caller does not insist.
    """
    reported = reported_of(connection.scalar(select(host.c.reported).where(host.c.id == host_id)))
    if reported is None or reported.streams_fit is None:
        return ""
    others = select(func.count()).select_from(task.join(camera, camera.c.id == task.c.camera_id))
    others = others.where(camera.c.host_id == host_id, camera.c.enabled, task.c.enabled, task.c.id != task_id)
    running = connection.scalar(others) or 0
    if running + 1 <= reported.streams_fit:
        return ""
    carried = f"the host carries {running} of about {reported.streams_fit:.0f} streams that it can"
    if not force:
        hint = "Stop another, or lower the analysis fps; with force=true it starts all the same, and frames are skipped"
        raise RefusedError(409, "host-full", carried, hint)
    return f"{carried}: frames will be skipped"


def _columns(body: TaskIn) -> Mapping[str, Any]:
    week = [span.model_dump(mode="json") for span in body.schedule]
    return {"name": body.name, "document": body.document, "schedule": week, "enabled": body.enabled}
