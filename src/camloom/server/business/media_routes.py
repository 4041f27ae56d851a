"""Pictures and clips over HTTP: by the id of a row, never by a path; whole or a part of them."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import bindparam, select

from camloom.errors import ServerError
from camloom.server.access.guards import Viewer
from camloom.server.business.media_place import CONTENT_TYPES, MediaPlace
from camloom.server.database import Database
from camloom.server.database.tables import alarm, media
from camloom.server.web import RefusedError, not_there
from camloom.server.web.files import file_answered

router = APIRouter(prefix="/media", tags=["media"])
_FIND = (
    select(media, alarm.c.camera_group_id)
    .join_from(media, alarm)
    .where(media.c.id == bindparam("of"), media.c.state == "there")
)
# Plain ASCII figures: `\d` and int() would take others.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@router.get("/{media_id}", response_class=Response, responses=file_answered(*CONTENT_TYPES.values(), parts=True))
def get_media(request: Request, principal: Viewer, media_id: str) -> Response:
    """Return a picture or clip, or the part of it that `Range` asks for."""
    database: Database = request.app.state.database
    with database.read() as connection:
        found = connection.execute(_FIND, {"of": media_id}).mappings().first()
    if found is None or not principal.sees(found["camera_group_id"]):
        raise not_there("picture or clip")
    headers = _headers(found["event_id"], found["kind"], found["key"], found["sha256"])
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return _answer(request.app.state.media, found["key"], found["size_bytes"], request.headers.get("range"), headers)


def part_of(asked: str | None, size: int) -> tuple[int, int] | None:
    """Return which bytes a `Range` asks for, from and up to; None: all, also where it asks for several parts.

    Raises:
        RefusedError: there are no such bytes.
    """
    match = _RANGE.fullmatch(asked or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if begin >= size or (not first and int(last) == 0):
        raise RefusedError(
            416, "no-such-range", "the file has no such part", headers={"Content-Range": f"bytes */{size}"}
        )
    return begin, end


def _answer(place: MediaPlace, key: str, size: int, asked: str | None, headers: dict[str, str]) -> Response:
    part = part_of(asked, size) if size else None
    begin, end = part or (0, size)
    pieces = place.read(key, begin, end) if size else iter(())
    try:
        first = next(pieces, b"")  # whether it is there must be known before the answer begins
    except ServerError as error:
        raise not_there("picture or clip") from error
    headers["Content-Length"] = str(end - begin)
    if part is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    if len(first) == end - begin:
        return Response(first, 206 if part else 200, headers)
    return StreamingResponse(_all(first, pieces), 206 if part else 200, headers)


def _all(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _headers(event_id: str, kind: str, key: str, sha256: str) -> dict[str, Any]:
    ending = key.rpartition(".")[2]
    return {
        "Content-Type": CONTENT_TYPES.get(ending, "application/octet-stream"),
        "Content-Disposition": f'inline; filename="{event_id}-{kind}.{ending}"',
        "Accept-Ranges": "bytes",
        # Kept, but asked for again each time: whoever may not see it any more does not.
        "Cache-Control": "private, no-cache",
        "ETag": f'"{sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
