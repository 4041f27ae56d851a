"""Where the live view of a camera is to be had."""

import logging
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, select

from camloom.exchange import Reported, TaskStatus
from camloom.exchange.live import SOCKET
from camloom.server.database.tables import camera, host, task
from camloom.server.web import RefusedError, not_there

_log = logging.getLogger(__name__)
_SHOWN = ("online", "degraded")


def live_socket(connection: Connection, camera_id: str, scope: ColumnElement[bool]) -> Path:
    """Return the socket of a running task of a camera.

    Args:
        camera_id: as the caller wrote it.
        scope: which cameras the caller may know of.

    Raises:
        RefusedError: 404 there is no such camera for the caller, 503 nothing of it can be seen at the moment.
    """
    found = connection.execute(
        select(camera.c.host_id, host.c.reported)
        .join(host, host.c.id == camera.c.host_id)
        .where(camera.c.id == camera_id, scope)
    ).one_or_none()
    if found is None:
        raise not_there("camera")
    tasks = frozenset(connection.scalars(select(task.c.id).where(task.c.camera_id == camera_id)))
    offered = [status for status in _statuses(found.reported) if status.id in tasks and status.live]
    # Those that are connected first; one that is not may be at any moment.
    for status in sorted(offered, key=lambda one: one.condition not in _SHOWN):
        # What a host says is not simply believed: no other socket of this machine is ever opened.
        if (place := Path(status.live)).is_absolute() and place.name == SOCKET:
            return place
    raise no_pictures()


def no_pictures() -> RefusedError:
    """Return the refusal for a camera of which nothing can be seen at the moment."""
    return RefusedError(503, "no-pictures", "the camera is not running", "Start one of its tasks, or wait.")


def _statuses(reported: object) -> tuple[TaskStatus, ...]:
    if reported is None:
        return ()
    try:
        return Reported.model_validate(reported).tasks
    except ValidationError:
        _log.warning("what a host reported cannot be understood")
        return ()
