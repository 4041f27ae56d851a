"""Tasks over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, status
from sqlalchemy import Connection, delete, update

from camloom.exchange import CommandKind
from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator, Viewer
from camloom.server.database.tables import task
from camloom.server.management.cameras.secrets import kept_url
from camloom.server.management.desk import TheDesk
from camloom.server.management.scope import camera_of, task_of, tasks_in_sight
from camloom.server.management.tasks.checking import check_document, known_model, problems_of
from camloom.server.management.tasks.completed import completed
from camloom.server.management.tasks.copying import copy_task
from camloom.server.management.tasks.documents import (
    CheckAnswer,
    CopyAnswer,
    TaskCheck,
    TaskCopy,
    TaskIn,
    TaskOut,
    WhatIf,
)
from camloom.server.management.tasks.rows import add_task, change_task, check_room, shown
from camloom.server.management.tasks.tried import WhatIfAnswer, tried
from camloom.server.web import Page, Paging, RefusedError, cursor_of, cursor_values
from camloom.server.week import site_zone

router = APIRouter(prefix="/tasks", tags=["tasks"])
Force = Annotated[bool, Query(description="start it although its host has no room for it")]
Since = Annotated[
    int | None, Query(ge=1, description="revision that the edit began with: of another one it is refused (409)")
]
_WHAT_IF_S = 120.0
_ENABLE_S = 10.0


@router.get("")
def list_tasks(
    viewer: Viewer,
    desk: TheDesk,
    paging: Paging,
    camera: Annotated[str | None, Query(max_length=26, description="id of a camera")] = None,
) -> Page[TaskOut]:
    """List the tasks that the caller sees, oldest first."""
    wanted = tasks_in_sight(viewer).order_by(task.c.id)
    if camera is not None:
        wanted = wanted.where(task.c.camera_id == camera)
    if paging.after is not None:
        wanted = wanted.where(task.c.id > cursor_values(paging.after, str)[0])
    with desk.database.read() as connection:
        rows = connection.execute(wanted.limit(paging.limit + 1)).mappings().all()
        items = shown(connection, rows[: paging.limit], desk.clock())
    return Page(items=items, next=cursor_of(items[-1].id) if len(rows) > paging.limit else None)


@router.post("", status_code=status.HTTP_201_CREATED)
def create_task(body: TaskIn, administrator: Administrator, desk: TheDesk, force: Force = False) -> TaskOut:
    """Add a task. Everything that is wrong with its document is told with its place."""
    _check(desk, administrator, body.camera_id, body.document)
    with desk.database.write() as connection:
        host_id = camera_of(connection, administrator, body.camera_id)["host_id"]
        warning = check_room(connection, host_id, "", force=force) if body.enabled else ""
        task_id = add_task(connection, body, desk.clock())
        record(connection, administrator, "create", "task", task_id, _told(body), at=desk.clock())
        added = _one(connection, administrator, desk, task_id, warning)
    desk.orders.publish(host_id)
    return added


@router.post("/check")
def check_task(body: TaskCheck, viewer: Viewer, desk: TheDesk) -> CheckAnswer:
    """Say everything that is wrong with a document, and keep nothing."""
    with desk.database.read() as connection:
        row = camera_of(connection, viewer, body.camera_id)
    problems = problems_of(body.document, kept_url(row["source"]))
    try:
        names = {model.name for model in desk.models.of(row["host_id"])}
    except RefusedError:
        return CheckAnswer(problems=problems)  # its host is away: which models it has is checked when it is back
    return CheckAnswer(problems=[*problems, *known_model(body.document, names)])


@router.get("/{task_id}")
def get_task(task_id: str, viewer: Viewer, desk: TheDesk) -> TaskOut:
    """Show a task."""
    with desk.database.read() as connection:
        return _one(connection, viewer, desk, task_id)


@router.put("/{task_id}", operation_id="change_task")
def change_one_task(
    task_id: str,
    body: TaskIn,
    administrator: Administrator,
    desk: TheDesk,
    force: Force = False,
    revision: Since = None,
) -> TaskOut:
    """Change a task while it runs; where only its rules change, its stream goes on."""
    _check(desk, administrator, body.camera_id, body.document)
    with desk.database.write() as connection:
        before = task_of(connection, administrator, task_id)
        host_id = camera_of(connection, administrator, body.camera_id)["host_id"]
        is_new_there = body.enabled and not (before["enabled"] and before["host_id"] == host_id)
        warning = check_room(connection, host_id, task_id, force=force) if is_new_there else ""
        change_task(connection, task_id, body, desk.clock(), revision=revision)
        record(connection, administrator, "change", "task", task_id, _told(body), at=desk.clock())
        changed = _one(connection, administrator, desk, task_id, warning)
    for one in {host_id, before["host_id"]}:
        desk.orders.publish(one)
    return changed


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_task(task_id: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a task; its alarms stay."""
    with desk.database.write() as connection:
        row = task_of(connection, administrator, task_id)
        connection.execute(delete(task).where(task.c.id == task_id))
        record(connection, administrator, "delete", "task", task_id, {"name": row["name"]}, at=desk.clock())
    desk.orders.publish(row["host_id"])


@router.post("/{task_id}/start")
def start_task(task_id: str, operator: Operator, desk: TheDesk, force: Force = False) -> TaskOut:
    """Switch a task on; a stream that was given up after crashes is tried again."""
    with desk.database.read() as connection:
        row = task_of(connection, operator, task_id)
        given_up = _one(connection, operator, desk, task_id).status.condition == "disabled"
    started = _switch(desk, operator, task_id, on=True, force=force)
    if given_up:
        desk.line.ask_for(operator, row["host_id"], CommandKind.ENABLE, {"task_id": task_id}, _ENABLE_S)
    return started


@router.post("/{task_id}/stop")
def stop_task(task_id: str, operator: Operator, desk: TheDesk) -> TaskOut:
    """Switch a task off."""
    return _switch(desk, operator, task_id, on=False)


@router.post("/{task_id}/what-if")
def try_task(task_id: str, body: WhatIf, operator: Operator, desk: TheDesk) -> WhatIfAnswer:
    """Run an edit over what was seen before: which alarms it would have raised, beside those of the task as it is."""
    with desk.database.read() as connection:
        row = task_of(connection, operator, task_id)
        source = kept_url(camera_of(connection, operator, row["camera_id"])["source"])
        zone = site_zone(connection)
    check_document(body.document, source)
    # The stored tracks are asked, never the camera: its password stays here.
    sources = {"source": {"type": "media", "url": "sample:street"}}
    tasks = {
        "task": completed(task_id, body.document, sources, ""),
        "against": completed(task_id, row["document"], sources, ""),
    }
    for one in tasks.values():
        one.pop("camera_alerts", None)
    span = {"since": body.since.isoformat(), "until": body.until.isoformat(), "timezone": zone.key}
    return tried(desk.line.ask_for(operator, row["host_id"], CommandKind.WHAT_IF, tasks | span, _WHAT_IF_S))


@router.post("/{task_id}/copy", operation_id="copy_task")
def copy_one_task(task_id: str, body: TaskCopy, administrator: Administrator, desk: TheDesk) -> CopyAnswer:
    """Copy the zones and lines of a task, or all of it, to other cameras."""
    with desk.database.write() as connection:
        kept = task_of(connection, administrator, task_id)
        changed, hosts = copy_task(connection, administrator, kept, body, desk.clock())
    for host_id in hosts:
        desk.orders.publish(host_id)
    return CopyAnswer(task_ids=changed)


def _check(desk: TheDesk, principal: Principal, camera_id: str, document: dict[str, Any]) -> None:
    """Refuse a document that is no task of a camera; outside of the transaction, for it takes its time."""
    with desk.database.read() as connection:
        row = camera_of(connection, principal, camera_id)
    check_document(document, kept_url(row["source"]))


def _switch(desk: TheDesk, operator: Principal, task_id: str, *, on: bool, force: bool = False) -> TaskOut:
    with desk.database.write() as connection:
        row = task_of(connection, operator, task_id)
        is_new = on and not row["enabled"]
        warning = check_room(connection, row["host_id"], task_id, force=force) if is_new else ""
        connection.execute(update(task).where(task.c.id == task_id).values(enabled=on))
        record(connection, operator, "start" if on else "stop", "task", task_id, {}, at=desk.clock())
        switched = _one(connection, operator, desk, task_id, warning)
    desk.orders.publish(row["host_id"])
    return switched


def _one(connection: Connection, principal: Principal, desk: TheDesk, task_id: str, warning: str = "") -> TaskOut:
    out = shown(connection, [task_of(connection, principal, task_id)], desk.clock())[0]
    return out.model_copy(update={"warnings": [warning]}) if warning else out


def _told(body: TaskIn) -> dict[str, Any]:
    return {"name": body.name, "camera_id": body.camera_id, "enabled": body.enabled}
