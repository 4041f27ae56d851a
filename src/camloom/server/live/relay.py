"""From the pipe to the viewer: as fast as the viewer takes it, until either is gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from camloom.exchange.live import Ending
from camloom.server.live.pipe import LivePipe
from camloom.server.web import RefusedError

CHECK_EVERY_S = 30.0
CLOSE_CODES = {Ending.ANEW: 4509, Ending.OVER: 4503, Ending.UNSUPPORTED: 4415, Ending.FULL: 4429}
"""Why a socket is closed: 4509: ask again at once."""
_TALKS = 1008


async def checked(pipe: LivePipe, check: Callable[[], None]) -> AsyncIterator[bytes]:
    """Yield what comes, as long as whoever watches may: that is asked anew every half minute.

    Args:
        check: raises RefusedError when the viewer may not watch any more; it waits for the database.
    """
    since_s = time.monotonic()
    async for data in pipe.data():
        if time.monotonic() - since_s >= CHECK_EVERY_S:
            await run_in_threadpool(check)
            since_s = time.monotonic()
        yield data


async def to_socket(socket: WebSocket, pipe: LivePipe, check: Callable[[], None], *, text: bool) -> None:
    """Send everything to a browser, then close; a browser that says anything is shown out.

    Args:
        text: send lines of text instead of bytes.
    """
    sending = asyncio.ensure_future(_send(socket, pipe, check, text=text))
    listening = asyncio.ensure_future(socket.receive())
    try:
        await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
        code = sending.result() if sending.done() else _TALKS
    finally:
        for task in (sending, listening):
            task.cancel()
        await asyncio.gather(sending, listening, return_exceptions=True)
    with suppress(WebSocketDisconnect, RuntimeError, OSError):  # it has gone by itself
        await socket.close(code)


async def _send(socket: WebSocket, pipe: LivePipe, check: Callable[[], None], *, text: bool) -> int:
    """Send until the end; return the code to close with."""
    try:
        async for data in checked(pipe, check):
            if text:
                await socket.send_text(data.decode("utf-8", "replace"))
            else:
                await socket.send_bytes(data)
    except RefusedError as error:
        return 4000 + error.status
    except (WebSocketDisconnect, OSError):
        return _TALKS
    return CLOSE_CODES[pipe.ending]
