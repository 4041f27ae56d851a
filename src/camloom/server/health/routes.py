"""Probes without a session, which say nothing but yes or no; figures and the description of the API with one."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from camloom.server.access.guards import Operator, Viewer
from camloom.server.business.ingest import EVENTS
from camloom.server.database.migrate import is_current
from camloom.server.health.room import folders_of, short_of_room
from camloom.server.web import Answer, Page, RefusedError
from camloom.server.web.files import file_answered
from camloom.server.web.metrics import Metrics

_GRAVE = {EVENTS, "disk"}
probes = APIRouter(tags=["health"])
router = APIRouter(tags=["health"])


class ProbeAnswer(BaseModel):
    """The answer of a probe."""

    ok: bool


class TroubleOut(Answer):
    """One thing that is wrong.

    Attributes:
        work: that cannot go on, for programs.
        why: in words.
    """

    work: str
    why: str


@probes.get("/healthz", operation_id="healthz")
async def healthz() -> ProbeAnswer:
    """Tell that the server is alive; it asks nobody, so that only a server that hangs says no."""
    return ProbeAnswer(ok=True)


@probes.get("/readyz", operation_id="readyz", responses={200: {"model": ProbeAnswer}, 503: {"model": ProbeAnswer}})
def readyz(request: Request) -> JSONResponse:
    """Tell whether the server can work: its database answers and has the right shape, its disks have room.

    It is also not ready while events have to wait at their hosts. What is wrong says `GET /api/v1/troubles`.
    """
    state = request.app.state
    try:
        well = is_current(state.database)
    except SQLAlchemyError:
        well = False
    ready = well and not short_of_room(folders_of(state)) and not state.troubles.lines.keys() & _GRAVE
    return JSONResponse({"ok": ready}, 200 if ready else 503)


@router.get("/troubles")
def list_troubles(request: Request, principal: Operator) -> Page[TroubleOut]:
    """Return what keeps the server from its work at the moment; empty: nothing."""
    del principal
    state = request.app.state
    found = dict(state.troubles.lines)
    if (line := short_of_room(folders_of(state))) is not None:
        found["disk"] = line
    return Page(items=[TroubleOut(work=work, why=why) for work, why in sorted(found.items())], next=None)


@probes.get("/metrics", operation_id="metrics", response_class=Response, responses=file_answered("text/plain"))
def metrics(request: Request, principal: Viewer) -> Response:
    """Return figures for Prometheus; whoever asks must see all cameras."""
    if principal.groups is not None:
        raise RefusedError(403, "forbidden", "this needs an account that sees all cameras")
    figures: Metrics = request.app.state.metrics
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, principal: Viewer) -> dict[str, Any]:
    """Return the description of this API."""
    del principal
    document: dict[str, Any] = request.app.openapi()
    return document
