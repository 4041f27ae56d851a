"""Cameras over HTTP."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, status
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, Select, select, update

from camloom.server.access import Principal
from camloom.server.access.accounts import groups_below
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator, Viewer
from camloom.server.database.tables import camera
from camloom.server.management.bodies import read_body
from camloom.server.management.cameras.copying import copy_camera
from camloom.server.management.cameras.documents import CameraCopy, CameraHistory, CameraIn, CameraOut, CameraSwitch
from camloom.server.management.cameras.groups import groups_by_path
from camloom.server.management.cameras.history import history_of
from camloom.server.management.cameras.importing import CameraImport, ImportAnswer
from camloom.server.management.cameras.rows import add_camera, camera_columns, change_camera, remove_camera, shown
from camloom.server.management.cameras.table import read_cameras, text_of, written
from camloom.server.management.desk import TheDesk
from camloom.server.management.scope import camera_of
from camloom.server.web import Page, Paging, cursor_of, cursor_values
from camloom.server.web.files import file_answered, file_asked

router = APIRouter(prefix="/cameras", tags=["cameras"])
_TABLE_BYTES = 4_000_000
_Table = Annotated[bytes, Depends(read_body(_TABLE_BYTES))]
_Word = Annotated[str | None, Query(max_length=128)]


@router.get("")
def list_cameras(
    viewer: Viewer,
    desk: TheDesk,
    paging: Paging,
    group: Annotated[str | None, Query(max_length=128, description="and all groups below")] = None,
    condition: _Word = None,
    text: Annotated[str | None, Query(max_length=128, description="part of the name or the place")] = None,
) -> Page[CameraOut]:
    """List the cameras that the caller sees, oldest first."""
    wanted = _in_sight(viewer)
    if condition is not None:
        wanted = wanted.where(camera.c.condition == condition)
    if text:
        wanted = wanted.where(
            camera.c.name.icontains(text, autoescape=True) | camera.c.place.icontains(text, autoescape=True)
        )
    if paging.after is not None:
        wanted = wanted.where(camera.c.id > cursor_values(paging.after, str)[0])
    with desk.database.read() as connection:
        if group is not None:
            wanted = wanted.where(camera.c.camera_group_id.in_(sorted(groups_below(connection, [group]))))
        rows = connection.execute(wanted.limit(paging.limit + 1)).mappings().all()
        items = shown(connection, rows[: paging.limit])
    return Page(items=items, next=cursor_of(items[-1].id) if len(rows) > paging.limit else None)


@router.post("", status_code=status.HTTP_201_CREATED)
def create_camera(body: CameraIn, administrator: Administrator, desk: TheDesk) -> CameraOut:
    """Add a camera."""
    columns = camera_columns(body, None, desk.seals)
    with desk.database.write() as connection:
        camera_id = add_camera(connection, columns, body.host_id, desk.clock())
        detail = {"name": body.name, "url": columns["source"]["url"]}
        record(connection, administrator, "create", "camera", camera_id, detail, at=desk.clock())
        return _one(connection, administrator, camera_id)


@router.get("/export.csv", response_class=StreamingResponse, responses=file_answered("text/csv"))
def export_cameras(administrator: Administrator, desk: TheDesk) -> StreamingResponse:
    """Return the cameras as a table; passwords are not in it."""
    with desk.database.read() as connection:
        cameras = shown(connection, connection.execute(_in_sight(administrator)).mappings().all())
        paths = {group_id: "/".join(path) for path, group_id in groups_by_path(connection, administrator).items()}
    lines: Iterator[str] = written(cameras, paths)
    name = {"Content-Disposition": 'attachment; filename="cameras.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=name)


@router.post("/import", openapi_extra=file_asked("text/csv"), max_body_size=2 * _TABLE_BYTES)
def import_cameras(
    administrator: Administrator,
    desk: TheDesk,
    body: _Table,
    dry_run: Annotated[bool, Query(description="only say what is wrong")] = True,
    host_id: _Word = None,
) -> ImportAnswer:
    """Add the cameras of a table (CSV in UTF-8 or GBK): all of them, or none where anything is wrong."""
    lines, problems = read_cameras(text_of(body))
    work = CameraImport(desk.seals, administrator, problems=problems)
    with desk.database.read() as connection:
        missing = work.check(lines, connection)
    keeps = not dry_run and not problems and bool(work.ready)
    if keeps:
        with desk.database.write() as connection:
            work.keep(connection, host_id, desk.clock())
    return ImportAnswer(
        cameras=len(work.ready),
        imported=len(work.ready) if keeps else 0,
        groups=["/".join(path) for path in missing],
        problems=sorted(problems, key=lambda one: one.line),
    )


@router.get("/{camera_id}")
def get_camera(camera_id: str, viewer: Viewer, desk: TheDesk) -> CameraOut:
    """Show a camera."""
    with desk.database.read() as connection:
        return _one(connection, viewer, camera_id)


@router.put("/{camera_id}", operation_id="change_camera")
def change_one_camera(camera_id: str, body: CameraIn, administrator: Administrator, desk: TheDesk) -> CameraOut:
    """Change a camera. `***` in the place of a password: it stays, if the address does."""
    with desk.database.read() as connection:
        kept = camera_of(connection, administrator, camera_id)
    columns = camera_columns(body, kept, desk.seals)
    with desk.database.write() as connection:
        change_camera(connection, administrator, kept, columns, body.host_id)
        detail = {"name": body.name, "url": columns["source"]["url"], "enabled": body.enabled}
        record(connection, administrator, "change", "camera", camera_id, detail, at=desk.clock())
        changed = _one(connection, administrator, camera_id)
    for host_id in {kept["host_id"], changed.host_id}:
        desk.orders.publish(host_id)
    return changed


@router.delete("/{camera_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_camera(camera_id: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a camera with its tasks; its alarms stay."""
    with desk.database.write() as connection:
        row = camera_of(connection, administrator, camera_id)
        remove_camera(connection, camera_id)
        record(connection, administrator, "delete", "camera", camera_id, {"name": row["name"]}, at=desk.clock())
    desk.orders.publish(row["host_id"])


@router.put("/{camera_id}/enabled")
def switch_camera(camera_id: str, body: CameraSwitch, operator: Operator, desk: TheDesk) -> CameraOut:
    """Switch a camera on or off, with all its tasks."""
    with desk.database.write() as connection:
        row = camera_of(connection, operator, camera_id)
        connection.execute(update(camera).where(camera.c.id == camera_id).values(enabled=body.enabled))
        record(connection, operator, "change", "camera", camera_id, body.model_dump(), at=desk.clock())
        changed = _one(connection, operator, camera_id)
    desk.orders.publish(row["host_id"])
    return changed


@router.get("/{camera_id}/history")
def get_camera_history(
    camera_id: str, viewer: Viewer, desk: TheDesk, hours: Annotated[int, Query(ge=1, le=720)] = 24
) -> CameraHistory:
    """Show how a camera was: online, offline and why, in shares of the time."""
    with desk.database.read() as connection:
        camera_of(connection, viewer, camera_id)
        return history_of(connection, camera_id, hours, desk.clock())


@router.post("/{camera_id}/copy", status_code=status.HTTP_201_CREATED, operation_id="copy_camera")
def copy_one_camera(camera_id: str, body: CameraCopy, administrator: Administrator, desk: TheDesk) -> CameraOut:
    """Make another camera like this one; its tasks come along and are off."""
    with desk.database.read() as connection:
        kept = camera_of(connection, administrator, camera_id)
    copy_id = copy_camera(desk.database, administrator, kept, body, desk.seals, desk.clock())
    with desk.database.read() as connection:
        return _one(connection, administrator, copy_id)


def _in_sight(principal: Principal) -> Select[Any]:
    return select(camera).where(principal.scope(camera.c.camera_group_id)).order_by(camera.c.id)


def _one(connection: Connection, principal: Principal, camera_id: str) -> CameraOut:
    return shown(connection, [camera_of(connection, principal, camera_id)])[0]
