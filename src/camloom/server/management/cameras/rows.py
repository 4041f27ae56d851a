"""Cameras in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from camloom.config.addresses import scheme_of
from camloom.config.source_url import CAMERA_SCHEMES
from camloom.server.access import Principal
from camloom.server.database import new_id
from camloom.server.database.tables import camera, camera_group, host, site_map, task, upload
from camloom.server.management.cameras.documents import CameraIn, CameraOut, SeenStream
from camloom.server.management.cameras.secrets import Seals, columns_of, kept_options, kept_url, known_urls
from camloom.server.management.cameras.sources import check_source, unmasked, upload_of
from camloom.server.management.scope import camera_of, row_of
from camloom.server.web import RefusedError
from camloom.server.web.bodies import those_that_fit

_MOST = 10_000
_WITHOUT_SOURCE = {"condition": "failed", "reason": "no-source", "detail": "its address is lost: enter it again"}


def camera_columns(body: CameraIn, kept: RowMapping | None, seals: Seals) -> dict[str, Any]:
    """Return the columns of a camera as it is wished for, its addresses checked. Nothing is asked of the database.

    Args:
        kept: the row that it replaces.

    Raises:
        RefusedError: 422: its source may not be, or the mask of a password does not fit.
    """
    known = known_urls(kept, seals) if kept else {}
    url = unmasked(body.url, known.get("source"))
    check_source(url, body.options)
    main = None
    if body.main_url is not None:
        main_url = unmasked(body.main_url, known.get("main_source", url))
        check_main(main_url)
        check_source(main_url, body.main_options, "main_url")
        main = main_url, body.main_options.given()
    plain = body.model_dump(include={"name", "place", "map_x", "map_y", "enabled", "site_map_id"})
    facts = {"stream": body.stream.model_dump()} if body.stream else {}
    return {**plain, **facts, "camera_group_id": body.group_id, **columns_of(url, body.options.given(), main, seals)}


def check_main(url: str) -> None:
    """Refuse (422) a large stream that does not come from a camera on the network."""
    if scheme_of(url) not in CAMERA_SCHEMES:
        known = ", ".join(CAMERA_SCHEMES)
        raise RefusedError(422, "source-scheme", "the main stream must be a camera's on the network", f"Known: {known}")


def check_places(connection: Connection, columns: Mapping[str, Any]) -> None:
    """Refuse (404) what is not there: a group, a map, an upload."""
    if columns["camera_group_id"] is not None:
        row_of(connection, camera_group, columns["camera_group_id"], "group")
    if columns["site_map_id"] is not None:
        row_of(connection, site_map, columns["site_map_id"], "site map")
    if (upload_id := upload_of(columns["source"]["url"])) is not None:
        row_of(connection, upload, upload_id, "upload")


def add_camera(connection: Connection, columns: Mapping[str, Any], host_id: str | None, now: datetime) -> str:
    """Add a camera and return its id.

    Raises:
        RefusedError: 404: no such host, group, map or upload; 409: there are too many.
    """
    check_places(connection, columns)
    if host_id is None:
        host_id = connection.scalars(select(host.c.id).order_by(host.c.id).limit(1)).first() or ""
    row_of(connection, host, host_id, "host")
    if len(connection.scalars(select(camera.c.id).limit(_MOST)).all()) >= _MOST:
        raise RefusedError(409, "too-many", f"there are {_MOST} cameras already", "Remove some first")
    new: dict[str, Any] = {"id": new_id(), "host_id": host_id, "created_at": now, "stream": {}, "since": now}
    state = {"condition": "stopped", "reason": "", "detail": ""}
    connection.execute(insert(camera).values(**new | state | dict(columns)))
    return str(new["id"])


def change_camera(
    connection: Connection, principal: Principal, kept: RowMapping, columns: Mapping[str, Any], host_id: str | None
) -> None:
    """Change a camera; where its source is another one, its tasks are as good as edited.

    Raises:
        RefusedError: 404: no such host, group, map or upload; 409: somebody else has changed its source meanwhile.
    """
    check_places(connection, columns)
    row_of(connection, host, host_id or kept["host_id"], "host")
    # The mask was resolved against the row that was read before: that must be the one that is replaced.
    now = camera_of(connection, principal, kept["id"])
    if now["secret"] != kept["secret"] or now["source"] != kept["source"]:
        raise RefusedError(409, "changed-meanwhile", "somebody else has changed this camera", "Load it again")
    values = {**columns, "host_id": host_id or kept["host_id"]}
    connection.execute(update(camera).where(camera.c.id == kept["id"]).values(**values))
    touched = [key for key in ("source", "main_source", "secret") if values[key] != kept[key]]
    if touched:
        edited = update(task).where(task.c.camera_id == kept["id"]).values(revision=task.c.revision + 1)
        connection.execute(edited)


def remove_camera(connection: Connection, camera_id: str) -> None:
    """Remove a camera with its tasks and history; alarms stay."""
    connection.execute(delete(camera).where(camera.c.id == camera_id))


def shown(connection: Connection, rows: Sequence[RowMapping]) -> list[CameraOut]:
    """Return cameras as they are shown."""
    watched = _watched(connection, [row["id"] for row in rows])
    return [_out(row, watched.get(row["id"], [])) for row in rows]


def _watched(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the templates of the alarms of cameras, by camera."""
    found: dict[str, list[str]] = {}
    for camera_id, document in connection.execute(
        select(task.c.camera_id, task.c.document).where(task.c.camera_id.in_(list(ids))).order_by(task.c.id)
    ):
        names = found.setdefault(camera_id, [])
        names += [name for name in _templates(document) if name not in names]
    return found


def _templates(document: Any) -> list[str]:
    alarms = (document.get("alarms") if isinstance(document, dict) else None) or ()
    return [str(one["template"]) if isinstance(one, dict) else str(one) for one in alarms]


def _out(row: RowMapping, watches: list[str]) -> CameraOut:
    told = {key: row[key] for key in set(CameraOut.model_fields) & set(row.keys())}
    if not (url := kept_url(row["source"])):
        told |= _WITHOUT_SOURCE
    return CameraOut(
        **{**told, "stream": next(iter(those_that_fit(SeenStream, [row["stream"]])), SeenStream())},
        group_id=row["camera_group_id"],
        url=url,
        options=kept_options(row["source"]),
        main_url=kept_url(row["main_source"]) or None,
        main_options=kept_options(row["main_source"]),
        watches=watches,
    )
