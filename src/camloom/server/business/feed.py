"""Alarms as they come and change, over a socket. A caller that was away says what it has seen and misses nothing."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select

from camloom.server.access import Principal
from camloom.server.access.guards import Viewer, identify
from camloom.server.business.alarm_list import LISTED, shown_media, summary_of
from camloom.server.business.alarm_models import AlarmSummary
from camloom.server.database import Database
from camloom.server.database.tables import alarm, counter
from camloom.server.web import Answer, RefusedError
from camloom.server.web.seats import Seats

router = APIRouter(tags=["alarms"])
_BATCH = 100
_REACH = 10_000
_LOOK_S = 0.4
_SEND_S = 10.0
_PROVE_S = 30.0


class FeedMessage(Answer):
    """What is new.

    Attributes:
        alarms: as they are now; one that changed twice comes once.
        after: to go on from, by whoever comes again.
    """

    alarms: list[AlarmSummary]
    after: int


def read_feed(database: Database, principal: Principal, after: int | None) -> FeedMessage:
    """Return what changed after a change, as far as the caller may know of it.

    Args:
        after: None: nothing of before, only where to go on from.
    """
    with database.read() as connection:
        newest = connection.execute(select(counter.c.value).where(counter.c.name == "alarm")).scalar() or 0
        if after is None or after >= newest:
            return FeedMessage(alarms=[], after=newest)
        # Of very much that has changed some at a time: most of it may be nothing for the caller.
        newest = min(newest, after + _REACH)
        wanted = LISTED.where(
            alarm.c.change > after, alarm.c.change <= newest, ~alarm.c.quiet, alarm.c.merged_into.is_(None)
        ).where(principal.scope(alarm.c.camera_group_id))
        found = connection.execute(wanted.order_by(alarm.c.change).limit(_BATCH)).mappings()
        rows = [dict(row) for row in found]
        files = shown_media(connection, rows)
    reached = rows[-1]["change"] if len(rows) == _BATCH else newest
    return FeedMessage(alarms=[summary_of(row, files) for row in rows], after=reached)


@router.websocket("/feed")
async def alarm_feed(
    websocket: WebSocket, principal: Viewer, after: Annotated[int | None, Query(ge=0, le=2**62)] = None
) -> None:
    """Send new and changed alarms as they come; the first message says where the feed stands."""
    seats: Seats = websocket.app.state.feed_seats
    with seats.seat(principal.account_id):
        await websocket.accept()
        gone = asyncio.create_task(_until_gone(websocket))
        try:
            await _serve(websocket, principal, after, gone)
        except (WebSocketDisconnect, TimeoutError, RuntimeError):
            return  # gone, or too slow to be waited for
        finally:
            gone.cancel()


async def _serve(websocket: WebSocket, principal: Principal, after: int | None, gone: "asyncio.Task[None]") -> None:
    database: Database = websocket.app.state.database
    loop = asyncio.get_running_loop()
    proved_s = loop.time()
    message = await run_in_threadpool(read_feed, database, principal, after)
    await asyncio.wait_for(websocket.send_text(message.model_dump_json()), _SEND_S)
    while not gone.done():
        if loop.time() - proved_s > _PROVE_S:
            try:
                principal = await run_in_threadpool(identify, websocket)
            except RefusedError as refused:
                await websocket.close(4000 + refused.status, refused.message[:120])
                return
            proved_s = loop.time()
        before = message.after
        message = await run_in_threadpool(read_feed, database, principal, before)
        if message.alarms:
            await asyncio.wait_for(websocket.send_text(message.model_dump_json()), _SEND_S)
        elif message.after - before < _REACH:
            await asyncio.wait({gone}, timeout=_LOOK_S)


async def _until_gone(websocket: WebSocket) -> None:
    """Wait for the end; what a caller says is thrown away."""
    try:
        while True:
            await websocket.receive_bytes()
    except (WebSocketDisconnect, KeyError, RuntimeError):
        return
