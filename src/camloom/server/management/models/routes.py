"""Models over HTTP: a file is uploaded, looked at, tried and kept; a model is tried and removed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, status
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from camloom.exchange import CommandKind, ModelImport
from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.database import new_id
from camloom.server.database.tables import camera, host, task
from camloom.server.management.bodies import kept_body
from camloom.server.management.cameras.finding import jpeg_of
from camloom.server.management.desk import Desk, TheDesk
from camloom.server.management.models.answering import picture_to_try, read_answer
from camloom.server.management.models.bodies import ModelDraft, ModelGuess, ModelLook, ModelTrial, TryOn
from camloom.server.management.models.drafts import LONGEST_S, MOST_BYTES, draft_of, drop_draft, keep_draft, room
from camloom.server.management.scope import row_of
from camloom.server.web import PlainName, RefusedError, not_there
from camloom.server.web.files import file_answered, file_asked

router = APIRouter(prefix="/hosts/{host_id}/models", tags=["hosts"])
_LOOK_S = 110.0
_TRY_S = 60.0
_PATIENCE_S = 10.0
_BODY_BYTES = 4 << 20


@router.post(
    "/drafts",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=file_asked("application/octet-stream"),
    max_body_size=2 * MOST_BYTES,  # what is a little too long is told why
)
async def upload_model(
    host_id: str, administrator: Administrator, desk: TheDesk, request: Request, name: Annotated[PlainName, Query()]
) -> ModelDraft:
    """Take in a model file: ONNX, TFLite, or a zip of what consists of several; the body is the file itself."""
    draft_id = new_id()
    most_bytes = await run_in_threadpool(room, desk, host_id)
    file = desk.drafts / f"{draft_id}.part"
    async with kept_body(request, file, most_bytes, LONGEST_S) as size_bytes:
        await run_in_threadpool(keep_draft, desk, administrator, host_id, file, name, size_bytes)
    return ModelDraft(id=draft_id, name=name, size_bytes=size_bytes)


@router.delete("/drafts/{draft_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_model_draft(host_id: str, draft_id: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a model file that is not kept."""
    del administrator
    with desk.database.read() as connection:
        draft_of(connection, host_id, draft_id)
    drop_draft(desk, draft_id)


@router.post("/drafts/{draft_id}/look", max_body_size=_BODY_BYTES)
def look_at_model(
    host_id: str, draft_id: str, body: ModelLook, administrator: Administrator, desk: TheDesk
) -> ModelGuess:
    """Let the host guess the card of a model file, and try it on a picture."""
    found = _looked(desk, administrator, host_id, draft_id, body, keep=False)
    return read_answer(ModelGuess, found)


@router.post("/drafts/{draft_id}/keep", status_code=status.HTTP_201_CREATED, max_body_size=_BODY_BYTES)
def keep_model(host_id: str, draft_id: str, body: ModelLook, administrator: Administrator, desk: TheDesk) -> ModelGuess:
    """Let the host keep a model as the answers say; tasks may name it from now on."""
    found = read_answer(ModelGuess, _looked(desk, administrator, host_id, draft_id, body, keep=True))
    desk.models.forget(host_id)
    with desk.database.write() as connection:
        detail = {"host": host_id, "file": draft_id, "family": found.card.family if found.card else ""}
        record(connection, administrator, "create", "model", found.name, detail, at=desk.clock())
    drop_draft(desk, draft_id)
    return found


@router.post("/{name}/try", max_body_size=_BODY_BYTES)
def try_host_model(host_id: str, name: str, body: TryOn, administrator: Administrator, desk: TheDesk) -> ModelTrial:
    """Run a model of a host on a picture. What it finds on a sample is kept for everybody to see."""
    _require_host(desk, host_id)
    asked = {"name": name, "picture": picture_to_try(desk, administrator, body), "keep": body == TryOn()}
    found = read_answer(ModelTrial, desk.line.ask_for(administrator, host_id, CommandKind.TRY_MODEL, asked, _TRY_S))
    desk.models.forget(host_id)
    return found


@router.get("/{name}/picture", response_class=Response, responses=file_answered("image/jpeg"))
def get_model_picture(host_id: str, name: str, viewer: Viewer, desk: TheDesk) -> Response:
    """Return the picture that a model was tried on, with what it found."""
    _require_host(desk, host_id)
    if not any(one.name == name and one.tried is not None for one in desk.models.of(host_id)):
        raise not_there("picture")
    result = desk.line.ask_for(viewer, host_id, CommandKind.MODEL_PICTURE, {"name": name}, _PATIENCE_S)
    picture = jpeg_of(result.get("jpeg"))
    if picture is None:
        raise not_there("picture")
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
def delete_host_model(host_id: str, name: str, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a model that was imported and that no task names."""
    _require_host(desk, host_id)
    with desk.database.read() as connection:
        on_host = select(task.c.name, task.c.document).join(camera, camera.c.id == task.c.camera_id)
        for row in connection.execute(on_host.where(camera.c.host_id == host_id)):
            if name in _models_of(row.document):
                raise RefusedError(409, "in-use", f"task '{row.name}' uses this model", "Give it another one first")
    desk.line.ask_for(administrator, host_id, CommandKind.REMOVE_MODEL, {"name": name}, _PATIENCE_S)
    desk.models.forget(host_id)
    with desk.database.write() as connection:
        record(connection, administrator, "delete", "model", name, {"host": host_id}, at=desk.clock())


def _looked(
    desk: Desk, principal: Principal, host_id: str, draft_id: str, body: ModelLook, *, keep: bool
) -> dict[str, Any]:
    with desk.database.read() as connection:
        file = draft_of(connection, host_id, draft_id)
    try_on = body.try_on or TryOn()
    wish = ModelImport(
        file=file,
        answers=body.answers,
        picture=picture_to_try(desk, principal, try_on),
        show=not try_on.camera_id,  # a camera's picture is not for everybody who sees models
        run=body.try_on is not None,
        keep=keep,
    )
    asked = wish.model_dump(mode="json")
    return desk.line.ask_for(principal, host_id, CommandKind.IMPORT_MODEL, asked, _LOOK_S)


def _models_of(document: dict[str, Any]) -> set[str]:
    readers = document.get("secondary")
    blocks = [document, *(readers if isinstance(readers, list) else [])]
    return {name for block in blocks if isinstance(block, dict) and isinstance(name := block.get("model"), str)}


def _require_host(desk: Desk, host_id: str) -> None:
    with desk.database.read() as connection:
        row_of(connection, host, host_id, "host")
