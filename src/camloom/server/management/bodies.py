"""Bodies that are no JSON: tables, pictures, recordings. Each is read up to what it may be, and no further."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from camloom.server.web import RefusedError

_TOGETHER_BYTES = 1 << 20


def read_body(most_bytes: int) -> Callable[[Request], Awaitable[bytes]]:
    """Return a dependency that gives the body; RefusedError (413): it is longer."""

    async def read(request: Request) -> bytes:
        parts = bytearray()
        async for part in _parts(request, most_bytes):
            parts += part
        return bytes(parts)

    return read


@asynccontextmanager
async def kept_body(request: Request, file: Path, most_bytes: int, seconds: float) -> AsyncIterator[int]:
    """Write the body to a file, which goes away again when an error leaves the block; yields its size.

    Raises:
        RefusedError: 413 it is too long; 408 it took too long; 507 there is no room for it.
    """
    try:
        try:
            async with asyncio.timeout(seconds):
                yield await _write(request, file, most_bytes)
        except TimeoutError:
            raise RefusedError(408, "too-slow", f"the upload took longer than {seconds:.0f} s") from None
    except BaseException:
        file.unlink(missing_ok=True)
        raise


async def _write(request: Request, file: Path, most_bytes: int) -> int:
    size_bytes, waiting = 0, bytearray()
    try:
        with await run_in_threadpool(file.open, "xb") as opened:
            async for part in _parts(request, most_bytes):
                size_bytes += len(part)
                waiting += part
                if len(waiting) >= _TOGETHER_BYTES:
                    await run_in_threadpool(opened.write, bytes(waiting))
                    waiting.clear()
            await run_in_threadpool(opened.write, bytes(waiting))
    except OSError as error:
        raise RefusedError(
            507, "no-room", "the upload cannot be written", "Make room on the disk of the server"
        ) from error
    return size_bytes


async def _parts(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    announced = request.headers.get("content-length", "0")
    size_bytes = int(announced) if announced.isascii() and announced.isdigit() else 0
    if size_bytes > most_bytes:
        raise _too_long(most_bytes)
    size_bytes = 0
    try:
        async for part in request.stream():
            size_bytes += len(part)
            if size_bytes > most_bytes:
                raise _too_long(most_bytes)
            yield part
    except ClientDisconnect:
        raise RefusedError(400, "malformed", "the body ended before its end") from None


def _too_long(most_bytes: int) -> RefusedError:
    return RefusedError(413, "too-large", f"the body is longer than {most_bytes / 1e6:g} MB")
