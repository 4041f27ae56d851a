"""The service's end of the control socket."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from camloom.config import first_problem
from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.gb28181.control.protocol import MAX_QUESTION_BYTES, ProtocolError, decode, encode
from camloom.redaction import log_unexpected

_log = logging.getLogger(__name__)
_MAX_CONNECTIONS = 512
_MAX_AT_ONCE = 32
_MAX_UNSENT_BYTES = 16 << 20


class ControlSession:
    """One process that asks."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._endings: list[Callable[[], Awaitable[None]]] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def push(self, event: str, **what: Any) -> None:
        """Tell something that was not asked just now; one that does not read is cut off."""
        self.send({"event": event, **what})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        if self._writer.is_closing():
            return
        self._writer.write(encode(message))
        if self._writer.transport.get_write_buffer_size() > _MAX_UNSENT_BYTES:
            self._writer.transport.abort()

    def at_end(self, ending: Callable[[], Awaitable[None]]) -> None:
        """Do this when the process is gone."""
        self._endings.append(ending)

    async def end(self) -> None:
        """Undo what was done for it."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for ending in self._endings:
            with contextlib.suppress(Exception):
                await ending()
        self._writer.transport.abort()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        given: what came `with` it; nothing of it was checked.
        session: who asks.
    """

    given: dict[str, Any]
    session: ControlSession


Operation = Callable[[Question], Awaitable[Any]]
"""Answers one question with what JSON can hold; CamloomError for a no, ValidationError for what cannot be meant."""


class ControlServer:
    """Listens on a Unix socket that only this user may open.

    Args:
        path: of the socket.
        operations: by name.
    """

    def __init__(self, path: Path, operations: Mapping[str, Operation]) -> None:
        self._path = path
        self._operations = dict(operations)
        self._sessions: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            ConfigError: another service is there, or the path cannot be had.
        """
        listener = _listen(self._path)
        self._server = await asyncio.start_unix_server(self._accepted, sock=listener, limit=MAX_QUESTION_BYTES)

    async def close(self) -> None:
        """End all sessions and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        for task in self._sessions:
            task.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._sessions) >= _MAX_CONNECTIONS:
            writer.transport.abort()
            return
        self._sessions.add(task)
        session = ControlSession(writer)
        try:
            await self._serve(reader, session)
        except (OSError, ValueError, asyncio.CancelledError):
            pass  # gone, or no line at all
        finally:
            await session.end()
            self._sessions.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, session: ControlSession) -> None:
        while line := await reader.readline():
            if len(session.tasks) >= _MAX_AT_ONCE:
                session.send({"id": None, "error": _error("busy", "too many questions at once")})
                continue
            task = asyncio.create_task(self._answer(line, session))
            session.tasks.add(task)
            task.add_done_callback(session.tasks.discard)

    async def _answer(self, line: bytes, session: ControlSession) -> None:
        number = None
        try:
            asked = decode(line)
            number = asked.get("id")
            given = asked.get("with")
            question = Question(given if isinstance(given, dict) else {}, session)
            session.send({"id": number, "result": await self._operation(asked)(question)})
        except Exception as error:  # noqa: BLE001  # whatever one question does, the others are answered
            session.send({"id": number, "error": _explain(error)})

    def _operation(self, asked: dict[str, Any]) -> Operation:
        operation = self._operations.get(str(asked.get("op")))
        if operation is None:
            raise ProtocolError(f"no operation is called {str(asked.get('op'))[:40]!r}")
        return operation


def _explain(error: Exception) -> dict[str, str]:
    if isinstance(error, CamloomError):
        reason = error.reason if isinstance(error, SourceError) else "refused"
        return _error(reason, error.message, error.hint)
    if isinstance(error, ValidationError):
        return _error("usage", first_problem(error))
    if isinstance(error, ProtocolError):
        return _error("usage", str(error))
    log_unexpected(_log, "a question of another process could not be answered", error)
    return _error("fault", "the service failed at that", "Its log says more")


def _error(reason: str, message: str, hint: str = "") -> dict[str, str]:
    return {"reason": reason, "message": message, "hint": hint}


def _listen(path: Path) -> socket.socket:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(128)
    except OSError as error:
        what = "the path is too long" if "too long" in str(error) else error.strerror
        raise ConfigError(f"cannot listen on {path}: {what}", "Set `control` to another path") from None
    return listener


def _make_room(path: Path) -> None:
    """Remove a socket that a service left behind when it was killed."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise ConfigError(f"a service listens on {path} already", "Stop it first, or set `control` to another path")
