"""The reading end of a live view: what comes is handed on as it comes, and no more is taken than is handed on."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from camloom.exchange.live import DATA, END, HEAD, MAX_PIECE_BYTES, Channel, Ending
from camloom.server.live.places import no_pictures

_CONNECT_WITHIN_S = 2.0
_READ_BYTES = MAX_PIECE_BYTES + HEAD.size


class LivePipe:
    """One connection to a live view: `async with LivePipe(...) as pipe: async for data in pipe.data(): ...`.

    Args:
        place: of the socket.
        channel: what is wanted.

    Attributes:
        ending: why nothing more came.
    """

    def __init__(self, place: Path, channel: Channel) -> None:
        self.ending = Ending.OVER
        self._place, self._channel = place, channel
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        """Connect. RefusedError (503): there is nobody."""
        try:
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                self._reader, self._writer = await _connect(self._place)
                self._writer.write(self._channel.encode() + b"\n")
        except (OSError, TimeoutError) as error:
            raise no_pictures() from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Let go."""
        if self._writer is not None:
            self._writer.close()

    async def data(self) -> AsyncIterator[bytes]:
        """Yield what comes, as much at once as is there; of boxes whole lines."""
        assert self._reader is not None, "enter first"
        held = bytearray()
        with suppress(ConnectionError):
            while data := await self._reader.read(_READ_BYTES):
                held += data
                if payload := self._taken_from(held):
                    yield payload
                if held[:1] == bytes([END]):
                    return

    def _taken_from(self, held: bytearray) -> bytes:
        """Remove all complete pieces from what is held, up to the last one; return what was in them."""
        at, parts = 0, []
        while at + HEAD.size <= len(held):
            kind, length = HEAD.unpack_from(held, at)
            if kind not in (DATA, END) or length > MAX_PIECE_BYTES:
                raise ConnectionAbortedError("no live view speaks like this")
            if at + HEAD.size + length > len(held):
                break
            payload = held[at + HEAD.size : at + HEAD.size + length]
            if kind == END:
                self.ending = _ending(payload)
                break
            parts.append(payload)
            at += HEAD.size + length
        del held[:at]
        return b"".join(parts)


def _ending(payload: bytearray) -> Ending:
    try:
        return Ending(payload.decode("ascii", "replace"))
    except ValueError:
        return Ending.OVER


async def _connect(place: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to a socket of this user, and to nothing else."""
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        about = os.stat(place.name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISSOCK(about.st_mode) or about.st_uid != os.geteuid():
            raise PermissionError(f"{place.name} is not a socket of ours")
        # By way of the descriptor: the address of a socket has room for 107 bytes only.
        return await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/{place.name}", limit=_READ_BYTES)
    finally:
        os.close(folder)
