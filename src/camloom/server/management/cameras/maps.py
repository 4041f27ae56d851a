"""Site maps: pictures on which cameras have their places."""

import io
import os
import warnings
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status
from PIL import Image
from sqlalchemy import delete, func, insert, select

from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.database import new_id
from camloom.server.database.tables import camera, site_map
from camloom.server.management.bodies import read_body
from camloom.server.management.desk import TheDesk
from camloom.server.management.scope import row_of
from camloom.server.web import Answer, Page, PlainName, RefusedError, not_there
from camloom.server.web.files import file_answered, file_asked

router = APIRouter(prefix="/site-maps", tags=["cameras"])
_MOST_BYTES = 16_000_000
_MOST_PX = 24_000_000
_LONGEST_PX = 12_000
_MOST_MAPS = 200
_KINDS = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg")}
_MEDIA_TYPES = dict(_KINDS.values())
_TheBody = Annotated[bytes, Depends(read_body(_MOST_BYTES))]


class SiteMapOut(Answer):
    """A site map; its picture is at `/site-maps/ID/picture`."""

    id: str
    name: str
    width: int
    height: int


@router.get("")
def list_site_maps(viewer: Viewer, desk: TheDesk) -> Page[SiteMapOut]:
    """List the maps: all, or those on which the caller sees a camera."""
    wanted = select(site_map).order_by(site_map.c.name, site_map.c.id)
    if viewer.groups is not None:
        on_it = select(camera.c.site_map_id).where(viewer.scope(camera.c.camera_group_id))
        wanted = wanted.where(site_map.c.id.in_(on_it))
    with desk.database.read() as connection:
        return Page(items=[SiteMapOut(**row) for row in _plain(connection, wanted)], next=None)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=file_asked("image/png", "image/jpeg"),
    max_body_size=2 * _MOST_BYTES,  # what is a little too long is told why
)
def create_site_map(
    administrator: Administrator, desk: TheDesk, body: _TheBody, name: Annotated[PlainName, Query()]
) -> SiteMapOut:
    """Add a map; the body is a PNG or JPEG of 24 million pixels at most. It is drawn anew: nothing else in it stays."""
    drawn, suffix, (width, height) = drawn_anew(body)
    map_id = new_id()
    row: dict[str, Any] = {"id": map_id, "name": name, "width": width, "height": height}
    key = f"{map_id}.{suffix}"
    with desk.database.write() as connection:
        if (connection.scalar(select(func.count()).select_from(site_map)) or 0) >= _MOST_MAPS:
            raise RefusedError(409, "too-many", f"there are {_MOST_MAPS} maps already", "Remove some first")
        _write(desk.maps, key, drawn)
        connection.execute(insert(site_map).values(**row, media_key=key))
        record(connection, administrator, "create", "site_map", map_id, {"name": name}, at=desk.clock())
    return SiteMapOut(**row)


@router.get("/{map_id}/picture", response_class=Response, responses=file_answered(*_MEDIA_TYPES.values()))
def get_site_map_picture(map_id: str, viewer: Viewer, desk: TheDesk) -> Response:
    """Return the picture of a map."""
    with desk.database.read() as connection:
        row = row_of(connection, site_map, map_id, "site map")
        on_it = select(camera.c.id).where(camera.c.site_map_id == map_id, viewer.scope(camera.c.camera_group_id))
        if viewer.groups is not None and connection.execute(on_it.limit(1)).first() is None:
            raise not_there("site map")
    try:
        picture = (desk.maps / row["media_key"]).read_bytes()
    except OSError:
        raise not_there("site map") from None
    kept = {"Cache-Control": "private, no-cache"}
    return Response(picture, media_type=_MEDIA_TYPES[row["media_key"].rpartition(".")[2]], headers=kept)


@router.delete("/{map_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_site_map(map_id: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a map; cameras lose their places on it."""
    with desk.database.write() as connection:
        key = row_of(connection, site_map, map_id, "site map")["media_key"]
        nowhere = {"site_map_id": None, "map_x": None, "map_y": None}
        connection.execute(camera.update().where(camera.c.site_map_id == map_id).values(**nowhere))
        connection.execute(delete(site_map).where(site_map.c.id == map_id))
        record(connection, administrator, "delete", "site_map", map_id, {}, at=desk.clock())
    (desk.maps / key).unlink(missing_ok=True)


def drawn_anew(body: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """Return a picture written anew, what its file is called behind the dot, and its size.

    Raises:
        RefusedError: 422: it is no PNG or JPEG, is damaged, or is larger than it may be.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(body), formats=list(_KINDS)) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            kind = str(picture.format)
            # Known from its first bytes, before anything is unpacked.
            if picture.width * picture.height > _MOST_PX or max(picture.size) > _LONGEST_PX:
                raise RefusedError(
                    422, "picture-too-large", "the picture is larger than 24 million pixels", "Make it smaller"
                )
            plain = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError, MemoryError):
        raise RefusedError(422, "not-a-picture", "this is no PNG or JPEG that can be read", "Save it anew") from None
    written = io.BytesIO()
    plain.save(written, kind, **({"quality": 90} if kind == "JPEG" else {"compress_level": 3}))
    return written.getvalue(), _KINDS[kind][0], plain.size


def _write(folder: Path, key: str, content: bytes) -> None:
    draft = folder / f"{key}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("xb") as opened:
            opened.write(content)
            os.fsync(opened.fileno())
        draft.rename(folder / key)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RefusedError(
            507, "no-room", "the map cannot be written", "Make room on the disk of the server"
        ) from error


def _plain(connection: Any, wanted: Any) -> list[dict[str, Any]]:
    rows = connection.execute(wanted).mappings()
    return [{key: row[key] for key in SiteMapOut.model_fields} for row in rows]
