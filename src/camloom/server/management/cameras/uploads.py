"""Recordings that people upload: each becomes a source that plays on and on, as a live camera."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, status
from sqlalchemy import delete, func, insert, select
from starlette.concurrency import run_in_threadpool

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator
from camloom.server.database import new_id
from camloom.server.database.tables import camera, upload
from camloom.server.management.bodies import kept_body
from camloom.server.management.cameras.recordings import kind_of
from camloom.server.management.desk import Desk, TheDesk
from camloom.server.management.scope import row_of
from camloom.server.web import Answer, Page, PlainName, RefusedError
from camloom.server.web.files import file_asked

router = APIRouter(prefix="/uploads", tags=["cameras"])
MOST_BYTES = 2_000_000_000
_ALL_BYTES = 20_000_000_000
_LONGEST_S = 1800.0
_HEAD_BYTES = 1 << 16
_LEFT_FREE_BYTES = 1_000_000_000
_HINT = "Upload an MP4, MKV, AVI, FLV, MPEG-TS or MPEG-PS file"


class UploadOut(Answer):
    """A recording.

    Attributes:
        url: what stands in the `url` of a camera.
        kind: mp4, mkv, avi, ts, ps, flv.
    """

    id: str
    name: str
    kind: str
    size_bytes: int
    created_at: datetime
    url: str


@router.get("")
def list_uploads(administrator: Administrator, desk: TheDesk) -> Page[UploadOut]:
    """List the recordings."""
    del administrator
    with desk.database.read() as connection:
        rows = connection.execute(select(upload).order_by(upload.c.id)).mappings()
        return Page(items=[UploadOut(**row, url=f"upload:{row['id']}") for row in rows], next=None)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=file_asked("application/octet-stream"),
    max_body_size=2 * MOST_BYTES,  # what is a little too long is told why
)
async def upload_recording(
    administrator: Administrator, desk: TheDesk, request: Request, name: Annotated[PlainName, Query()]
) -> UploadOut:
    """Take in a recording; the body is the file itself. Its name is shown and means nothing else."""
    upload_id = new_id()
    most_bytes = await run_in_threadpool(_room, desk)
    draft = desk.uploads / f"{upload_id}.part"
    async with kept_body(request, draft, most_bytes, _LONGEST_S) as size_bytes:
        return await run_in_threadpool(_keep, desk, administrator, draft, name, size_bytes)


@router.delete("/{upload_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_upload(upload_id: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a recording that no camera plays."""
    with desk.database.write() as connection:
        row_of(connection, upload, upload_id, "upload")
        playing = select(camera.c.name).where(camera.c.source["url"].as_string() == f"upload:{upload_id}")
        if (name := connection.scalars(playing.limit(1)).first()) is not None:
            raise RefusedError(409, "in-use", f"camera '{name}' plays this recording", "Remove the camera first")
        connection.execute(delete(upload).where(upload.c.id == upload_id))
        record(connection, administrator, "delete", "upload", upload_id, {}, at=desk.clock())
    (desk.uploads / upload_id).unlink(missing_ok=True)


def sweep_uploads(folder: Path, kept_ids: set[str], now: datetime) -> None:
    """Remove files that no row names any more, and drafts of a server that died. Called at the start and daily."""
    for file in folder.glob("*"):
        if file.name not in kept_ids and now.timestamp() - file.stat().st_mtime > 2 * _LONGEST_S:
            file.unlink(missing_ok=True)


def _room(desk: Desk) -> int:
    """Return how many bytes may come; RefusedError (507): none."""
    desk.uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    with desk.database.read() as connection:
        used = connection.scalar(select(func.coalesce(func.sum(upload.c.size_bytes), 0))) or 0
    free = shutil.disk_usage(desk.uploads).free - _LEFT_FREE_BYTES
    most_bytes = min(MOST_BYTES, _ALL_BYTES - int(used), free)
    if most_bytes <= 0:
        raise RefusedError(507, "no-room", "there is no room for more recordings", "Remove some")
    return most_bytes


def _keep(desk: Desk, principal: Principal, draft: Path, name: str, size_bytes: int) -> UploadOut:
    with draft.open("r+b") as opened:
        kind = kind_of(opened.read(_HEAD_BYTES))
        os.fsync(opened.fileno())
    if kind is None:
        raise RefusedError(422, "not-a-recording", "this is no video", _HINT)
    upload_id, now = draft.stem, desk.clock()
    draft.rename(draft.with_suffix(""))
    row: dict[str, Any] = {"id": upload_id, "name": name, "kind": kind, "size_bytes": size_bytes, "created_at": now}
    with desk.database.write() as connection:
        connection.execute(insert(upload).values(**row))
        record(connection, principal, "create", "upload", upload_id, {"name": name, "bytes": size_bytes}, at=now)
    return UploadOut(**row, url=f"upload:{upload_id}")
