"""Zones, lines and whole tasks, from one camera to others."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.database.tables import task
from camloom.server.management.cameras.secrets import kept_url
from camloom.server.management.scope import camera_of
from camloom.server.management.tasks.checking import check_document
from camloom.server.management.tasks.documents import TaskCopy, TaskIn
from camloom.server.management.tasks.rows import add_task
from camloom.server.week import week_of

_PLACES = ("zones", "lines")


def copy_task(
    connection: Connection, principal: Principal, kept: RowMapping, wanted: TaskCopy, now: datetime
) -> tuple[list[str], set[str]]:
    """Copy a task, or its zones and lines, to other cameras: to all of them or to none.

    Returns:
        The tasks that were changed or made, and the hosts that must know.

    Raises:
        RefusedError: 404 no such camera; 422 with them a task would no longer be one.
    """
    changed: list[str] = []
    hosts: set[str] = set()
    for camera_id in dict.fromkeys(wanted.camera_ids):
        target = camera_of(connection, principal, camera_id)
        hosts.add(target["host_id"])
        tasks = connection.execute(select(task).where(task.c.camera_id == camera_id)).mappings().all()
        others = [row for row in tasks if row["id"] != kept["id"]]
        if wanted.alarms or not tasks:
            changed.append(_add(connection, kept, target, wanted, now))
        else:
            changed += [_put(connection, kept["document"], row, target, now) for row in others]
    for task_id in changed:
        record(connection, principal, "change", "task", task_id, {"copy_of": kept["id"]}, at=now)
    return changed, hosts


def _add(connection: Connection, kept: RowMapping, target: RowMapping, wanted: TaskCopy, now: datetime) -> str:
    whole: dict[str, Any] = kept["document"]
    places = {key: whole[key] for key in ("model", *_PLACES) if key in whole}
    document = {key: value for key, value in whole.items() if key != "camera_alerts"} if wanted.alarms else places
    check_document(document, kept_url(target["source"]))
    week = week_of(kept["schedule"])
    body = TaskIn(name=kept["name"], camera_id=target["id"], document=document, schedule=week, enabled=False)
    return add_task(connection, body, now)


def _put(connection: Connection, given: dict[str, Any], row: RowMapping, target: RowMapping, now: datetime) -> str:
    document = {**row["document"], **{key: _joined(row["document"], given, key) for key in _PLACES if given.get(key)}}
    check_document(document, kept_url(target["source"]))
    columns = {"document": document, "revision": row["revision"] + 1, "updated_at": now}
    connection.execute(update(task).where(task.c.id == row["id"]).values(**columns))
    return str(row["id"])


def _joined(document: dict[str, Any], given: dict[str, Any], key: str) -> list[Any]:
    """Return places with those that are given in the place of those of the same name."""
    names = {place["name"] for place in given[key]}
    return [*(place for place in document.get(key) or () if place["name"] not in names), *given[key]]
