"""Another camera like one that there is."""

from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.database import Database, new_id
from camloom.server.database.tables import task
from camloom.server.management.cameras.documents import CameraCopy, CameraIn
from camloom.server.management.cameras.rows import add_camera, camera_columns
from camloom.server.management.cameras.secrets import Seals, kept_options, kept_url, require_url

_TAKEN_OVER = ("place", "site_map_id", "map_x", "map_y", "host_id")


def copy_camera(
    database: Database, principal: Principal, kept: RowMapping, wanted: CameraCopy, seals: Seals, now: datetime
) -> str:
    """Add a camera like another; its tasks come along and are off. Return its id.

    Raises:
        RefusedError: the address may not be, or the mask of a password does not fit it.
    """
    main_url = (kept_url(kept["main_source"]) if wanted.url is None else "") or None
    body = CameraIn(
        name=wanted.name,
        url=wanted.url or require_url(kept["source"]),
        options=kept_options(kept["source"]),
        main_url=main_url,
        main_options=kept_options(kept["main_source"] if main_url else None),
        group_id=kept["camera_group_id"],
        **{key: kept[key] for key in _TAKEN_OVER},
    )
    columns = camera_columns(body, kept, seals)
    with database.write() as connection:
        camera_id = add_camera(connection, columns, body.host_id, now)
        for row in connection.execute(select(task).where(task.c.camera_id == kept["id"])).mappings().all():
            anew = {"id": new_id(), "camera_id": camera_id, "enabled": False, "revision": 1}
            connection.execute(insert(task).values({**row, **anew, "created_at": now, "updated_at": now}))
        detail = {"name": wanted.name, "copy_of": kept["id"], "url": columns["source"]["url"]}
        record(connection, principal, "create", "camera", camera_id, detail, at=now)
    return camera_id
