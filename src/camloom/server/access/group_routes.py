"""Camera groups: a tree. Whoever sees a group sees those below it."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer, now
from camloom.server.database import Database, new_id
from camloom.server.database.tables import camera, camera_group
from camloom.server.web import Answer, Asked, Page, Paging, PlainName, RefusedError, not_there, page_of

router = APIRouter(tags=["access"])
GROUPS_DEEPEST = 16
"""So many groups lie in each other at most."""


class NewGroup(Asked):
    """A group of cameras; without a parent it is at the top."""

    name: PlainName
    parent_id: str | None = Field(default=None, max_length=26)


class GroupChange(Asked):
    """What is to change; what is not given stays. `parent_id: null` moves a group to the top."""

    name: PlainName | None = None
    parent_id: str | None = Field(default=None, max_length=26)


class Group(Answer):
    """A group of cameras.

    Attributes:
        parent_id: None: at the top, or in a group that the caller does not see.
    """

    id: str
    name: str
    parent_id: str | None


@router.get("/groups")
def list_groups(request: Request, principal: Viewer, paging: Paging) -> Page[Group]:
    """List the groups that the caller sees."""
    query = select(camera_group).where(principal.scope(camera_group.c.id)).order_by(camera_group.c.id)
    if paging.after is not None:
        query = query.where(camera_group.c.id > paging.after)
    with _database(request).read() as connection:
        rows = connection.execute(query.limit(paging.limit + 1)).all()

    def shown(row: Row[Any]) -> Group:
        parent = row.parent_id if principal.sees(row.parent_id) else None
        return Group(id=row.id, name=row.name, parent_id=parent)

    return page_of(rows, paging.limit, shown, lambda row: str(row.id))


@router.post("/groups", status_code=201)
def create_group(request: Request, principal: Administrator, asked: NewGroup) -> Group:
    """Make a group."""
    group_id = new_id()
    with _database(request).write() as connection:
        if asked.parent_id is not None:
            _require_place(connection, group_id, asked.parent_id)
        values = {"id": group_id, "name": asked.name, "parent_id": asked.parent_id}
        connection.execute(insert(camera_group).values(**values))
        record(connection, principal, "create", "group", group_id, values, at=now(request))
    return Group(**values)  # type: ignore[arg-type]  # None is the parent only


@router.patch("/groups/{group_id}")
def change_group(request: Request, principal: Administrator, group_id: str, asked: GroupChange) -> Group:
    """Rename or move a group."""
    values = {key: getattr(asked, key) for key in asked.model_fields_set}
    if "name" in values and values["name"] is None:
        del values["name"]
    with _database(request).write() as connection:
        _group(connection, group_id)
        if values.get("parent_id") is not None:
            _require_place(connection, group_id, values["parent_id"])
        if values:
            connection.execute(update(camera_group).where(camera_group.c.id == group_id).values(**values))
            record(connection, principal, "change", "group", group_id, values, at=now(request))
        return _group(connection, group_id)


@router.delete("/groups/{group_id}", status_code=204)
def delete_group(request: Request, principal: Administrator, group_id: str) -> None:
    """Remove a group that is empty."""
    with _database(request).write() as connection:
        group = _group(connection, group_id)
        inside = (select(func.count()).select_from(table).where(column == group_id) for table, column in _INSIDE)
        if any(connection.scalar(count) for count in inside):
            raise RefusedError(409, "not-empty", "there are cameras or groups in this group", "Move them first.")
        connection.execute(delete(camera_group).where(camera_group.c.id == group_id))
        record(connection, principal, "delete", "group", group_id, {"name": group.name}, at=now(request))


_INSIDE = ((camera_group, camera_group.c.parent_id), (camera, camera.c.camera_group_id))


def _group(connection: Connection, group_id: str) -> Group:
    row = connection.execute(select(camera_group).where(camera_group.c.id == group_id)).one_or_none()
    if row is None:
        raise not_there("group")
    return Group.model_validate(row)


def _require_place(connection: Connection, group_id: str, parent_id: str) -> None:
    """Raise RefusedError (422) for a parent that is not there, lies below the group itself, or too deep."""
    # Two who put each other's group below their own would both see no ring.
    connection.execute(select(camera_group.c.id).order_by(camera_group.c.id).with_for_update()).all()
    above: str | None = parent_id
    for _ in range(GROUPS_DEEPEST):
        if above is None:
            return
        if above == group_id:
            raise RefusedError(422, "group-in-itself", "a group cannot lie in itself")
        row = connection.execute(select(camera_group.c.parent_id).where(camera_group.c.id == above)).one_or_none()
        if row is None:
            raise RefusedError(422, "no-such-parent", "there is no such parent group")
        above = row.parent_id
    raise RefusedError(422, "groups-too-deep", f"groups lie at most {GROUPS_DEEPEST} deep")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
