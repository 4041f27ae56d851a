"""The live view, for browsers by WebSocket, for players by plain HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, timedelta
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, WebSocket
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from camloom.exchange.live import Channel
from camloom.server.access import Viewer
from camloom.server.access.guards import now, require_session
from camloom.server.access.principal import Principal
from camloom.server.live.entry import Watcher, check_again, place_for
from camloom.server.live.links import Link, write_link
from camloom.server.live.pipe import LivePipe
from camloom.server.live.relay import checked, to_socket
from camloom.server.web import Answer, Asked, RefusedError
from camloom.server.web.files import file_answered
from camloom.server.web.seats import Seats

router = APIRouter(prefix="/live", tags=["live"])
players = APIRouter(tags=["live"])
_FLV = "video/x-flv"
Again = Annotated[
    Literal["h264"] | None, Query(description="encoded again, small, for who cannot play what the camera sends")
]
CameraId = Annotated[str, Path(min_length=1, max_length=64)]


class LinkWish(Asked):
    """How long a link is to hold."""

    seconds: int = Field(default=600, ge=10, le=3600)


class LinkAnswer(Answer):
    """An address for a player.

    Attributes:
        url: relative to the address of this server, unless that is set (CAMLOOM_PUBLIC_URL).
    """

    url: str
    expires_at: AwareDatetime


def seat_viewers(state: State) -> None:
    """Give a server its seats."""
    state.seats = Seats()


@router.websocket("/{camera_id}/flv")
async def live_pictures(socket: WebSocket, camera_id: CameraId, principal: Viewer, codec: Again = None) -> None:
    """Send the pictures of a camera as FLV. Closes with 4509 when the browser is to ask again."""
    await _show(socket, camera_id, principal, _pictures_as(codec))


@router.websocket("/{camera_id}/boxes")
async def live_boxes(socket: WebSocket, camera_id: CameraId, principal: Viewer) -> None:
    """Send what was found on each analysed frame, as lines of JSON."""
    await _show(socket, camera_id, principal, Channel.BOXES)


def _pictures_as(codec: str | None) -> Channel:
    return Channel.FLV if codec is None else Channel.H264


async def _show(socket: WebSocket, camera_id: str, principal: Principal, channel: Channel) -> None:
    place = await run_in_threadpool(place_for, socket, principal, camera_id)
    seats: Seats = socket.app.state.seats
    with seats.seat(principal.account_id):
        async with LivePipe(place, channel) as pipe:
            await socket.accept()
            await to_socket(socket, pipe, partial(check_again, socket, camera_id), text=channel is Channel.BOXES)


@router.post("/{camera_id}/link", operation_id="make_live_link")
def make_live_link(request: Request, camera_id: CameraId, wish: LinkWish, principal: Viewer) -> LinkAnswer:
    """Make an address with which a player can watch a camera for a while, without a session."""
    require_session(principal)
    place_for(request, principal, camera_id)
    until = now(request) + timedelta(seconds=wish.seconds)
    link = Link(camera_id, principal.account_id, until.astimezone(UTC).isoformat())
    query = urlencode({"app": "live", "stream": camera_id, "token": write_link(link, request.app.state.sealer)})
    return LinkAnswer(url=f"{request.app.state.settings.public_url.rstrip('/')}/flv?{query}", expires_at=until)


@players.get(
    "/flv",
    operation_id="live_flv",
    response_class=StreamingResponse,
    responses=file_answered(_FLV),
)
async def live_flv(
    request: Request,
    principal: Watcher,
    app: Annotated[Literal["live"], Query()],
    stream: Annotated[str, Query(min_length=1, max_length=64, description="id of a camera")],
    token: Annotated[str | None, Query(max_length=1024, description="of a link")] = None,
    codec: Again = None,
) -> StreamingResponse:
    """Send the pictures of a camera as FLV, for players that know no WebSocket."""
    del app, token
    place = await run_in_threadpool(place_for, request, principal, stream)
    async with AsyncExitStack() as stack:
        stack.enter_context(request.app.state.seats.seat(principal.account_id))
        pipe = await stack.enter_async_context(LivePipe(place, _pictures_as(codec)))
        body = _until_refused(checked(pipe, partial(check_again, request, stream)))
        return _Held(stack.pop_all(), body)


class _Held(StreamingResponse):
    """An answer that goes on, and what it holds until then."""

    media_type = _FLV

    def __init__(self, held: AsyncExitStack, body: AsyncIterator[bytes]) -> None:
        super().__init__(body, headers={"Cache-Control": "no-store"})
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; see `Response`."""
        async with self._held:
            await super().__call__(scope, receive, send)


async def _until_refused(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """End where the viewer may not watch any more: it has been told 200 already."""
    with suppress(RefusedError):
        async for data in body:
            yield data
