"""Task files of `camloom run` on the platform: each becomes a camera with a task."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, select

from camloom.errors import ServerError
from camloom.server.access.audit import record
from camloom.server.database.tables import camera, task
from camloom.server.management.cameras.documents import CameraIn
from camloom.server.management.cameras.rows import add_camera, camera_columns
from camloom.server.management.cameras.secrets import Seals
from camloom.server.management.cameras.sources import SourceOptions, masked
from camloom.server.management.hosts.rows import make_host
from camloom.server.management.tasks.checking import check_document
from camloom.server.management.tasks.completed import OWN_KEYS
from camloom.server.management.tasks.documents import TaskIn
from camloom.server.management.tasks.rows import add_task, change_task
from camloom.server.week import Week, week_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a task file.

    Attributes:
        outcome: `new`, `changed`, or `same` as was there before.
    """

    task_id: str
    name: str
    outcome: str


def take_task(
    connection: Connection, seals: Seals, name: str, document: dict[str, Any], host: tuple[str, str], now: datetime
) -> Taken:
    """Put a task file into the database. A task of this name on a camera of this address is changed.

    Args:
        seals: for the password of the camera.
        name: of both, where they are new.
        document: of the file.
        host: id and name of the host that is to run it, which is made if it is not there.

    Raises:
        ServerError: its source is no camera for a platform, or it is no task.
    """
    body = _camera(name, document)
    rest = {key: value for key, value in document.items() if key not in OWN_KEYS}
    columns = camera_columns(body, None, seals)
    check_document(rest, columns["source"]["url"])
    make_host(connection, *host, now)
    camera_id = _camera_at(connection, body.url)
    if camera_id is None:
        camera_id = add_camera(connection, columns, host[0], now)
        record(connection, None, "create", "camera", camera_id, {"name": name, "file": True}, at=now)
    return _keep(connection, camera_id, name, rest, now)


def _keep(connection: Connection, camera_id: str, name: str, document: dict[str, Any], now: datetime) -> Taken:
    same_name = select(task).where(task.c.camera_id == camera_id, task.c.name == name)
    kept: RowMapping | None = connection.execute(same_name.limit(1)).mappings().first()
    if kept is not None and kept["document"] == document:
        return Taken(kept["id"], name, "same")
    week: Week = week_of(kept["schedule"]) if kept is not None else ()
    enabled = True if kept is None else kept["enabled"]
    body = TaskIn(name=name, camera_id=camera_id, document=document, schedule=week, enabled=enabled)
    if kept is None:
        taken = Taken(add_task(connection, body, now), name, "new")
    else:
        change_task(connection, kept["id"], body, now)
        taken = Taken(kept["id"], name, "changed")
    record(connection, None, "change" if kept else "create", "task", taken.task_id, {"name": name}, at=now)
    return taken


def _camera(name: str, document: dict[str, Any]) -> CameraIn:
    url, options = _source(document.get("source"))
    main_url, main_options = _source(document["evidence_source"]) if "evidence_source" in document else (None, {})
    try:
        return CameraIn(
            name=name,
            url=url or "",
            options=SourceOptions(**options),
            main_url=main_url,
            main_options=SourceOptions(**main_options),
        )
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise ServerError(f"the source of '{name}' is none that the platform takes: {where}") from None


def _source(block: Any) -> tuple[str | None, dict[str, Any]]:
    """Return the address and the options of a `source:`; how fast a film plays is no option here."""
    if not isinstance(block, dict):
        return (block if isinstance(block, str) else None), {}
    known = {key: block[key] for key in SourceOptions.model_fields if key in block}
    url = block.get("url")
    return (url if isinstance(url, str) else None), known


def _camera_at(connection: Connection, url: str) -> str | None:
    found = select(camera.c.id).where(camera.c.source["url"].as_string() == masked(url)).order_by(camera.c.id)
    return connection.scalars(found.limit(1)).first()
