"""Finding what a caller may know of; what it may not is not there."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, select

from camloom.server.access import Principal
from camloom.server.database.tables import camera, task
from camloom.server.web import not_there

_ID = re.compile(r"[0-9A-Za-z_.-]{1,64}")


def row_of(connection: Connection, table: Table, object_id: str, what: str) -> RowMapping:
    """Return a row that is nobody's in particular; RefusedError (404): there is none."""
    return _found(connection, select(table).where(table.c.id == object_id), object_id, what)


def camera_of(connection: Connection, principal: Principal, camera_id: str) -> RowMapping:
    """Return a camera; RefusedError (404): it is not there for this caller."""
    wanted = select(camera).where(camera.c.id == camera_id, principal.scope(camera.c.camera_group_id))
    return _found(connection, wanted, camera_id, "camera")


def task_of(connection: Connection, principal: Principal, task_id: str) -> RowMapping:
    """Return a task with the `host_id` of its camera; RefusedError (404): it is not there for this caller."""
    wanted = tasks_in_sight(principal).where(task.c.id == task_id)
    return _found(connection, wanted, task_id, "task")


def tasks_in_sight(principal: Principal, *more: ColumnElement[Any]) -> Select[Any]:
    """Return the query of all tasks that a caller may know of."""
    columns = select(task, camera.c.host_id, *more).join(camera, camera.c.id == task.c.camera_id)
    return columns.where(principal.scope(camera.c.camera_group_id))


def _found(connection: Connection, wanted: Select[Any], object_id: str, what: str) -> RowMapping:
    # What is no id is asked of no database: PostgreSQL refuses some texts.
    row = connection.execute(wanted).mappings().first() if _ID.fullmatch(object_id) else None
    if row is None:
        raise not_there(what)
    return row
