"""What the kinds that speak to brokers share: where a broker is, and a connection of FastStream in its own thread."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar

from pydantic import Field, SecretStr

from camloom.errors import CamloomError
from camloom.server.pushes.seam import Around, LaterPushError, PushConfig

_CONNECT_S, _SEND_S, _CLOSE_S, _GRACE_S = 10.0, 15.0, 5.0, 2.0


class Broker(Protocol):
    """What is used of a broker of FastStream."""

    async def connect(self) -> Any:
        """Connect."""

    async def stop(self) -> None:
        """End."""


Some = TypeVar("Some", bound=Broker)


class TlsConfig(PushConfig):
    """Whether a connection is encrypted."""

    tls: bool = Field(default=False, description="encrypt the connection")
    ca: str = Field(
        default="", max_length=20_000, description="certificate of the authority, in PEM; empty: those of the system"
    )

    def context(self) -> ssl.SSLContext | None:
        """Return how to encrypt. LaterPushError: the certificate of the authority is none."""
        if not self.tls:
            return None
        try:
            return ssl.create_default_context(cadata=self.ca or None)
        except ssl.SSLError:
            raise LaterPushError("the certificate of the authority is not one in PEM") from None


class HostConfig(TlsConfig):
    """Where a broker is and how it knows us."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[^\s/@\\]+$", description="name or address")
    username: str = Field(default="", max_length=200)
    password: SecretStr = Field(default=SecretStr(""), max_length=500)

    def where(self, around: Around, port: int) -> str:
        """Return what to connect to: the address that was checked, or with TLS the name that the certificate bears.

        LaterPushError: there is no such host, or it may not be called.
        """
        address = around.address(self.host, port)
        return self.host if self.tls else address


class Session(Generic[Some]):
    """A connection that is made when it is needed and thrown away when anything fails.

    Args:
        where: as people call it.
        make: makes the broker; it may raise LaterPushError.
        greet: what to do first on each connection.
    """

    def __init__(
        self, where: str, make: Callable[[], Some], greet: Callable[[Some], Awaitable[Any]] | None = None
    ) -> None:
        self._where, self._make, self._greet = where, make, greet
        self._open: tuple[_Thread, Some] | None = None

    def run(self, send: Callable[[Some], Awaitable[Any]]) -> None:
        """Connect if need be, and send.

        Raises:
            LaterPushError: it was not confirmed.
        """
        try:
            thread, broker = self._connected()
            thread.call(_SEND_S, lambda: send(broker))
        except CamloomError:
            self.close()
            raise
        except Exception as error:  # noqa: BLE001  # each client has errors of its own
            self.close()
            raise LaterPushError(f"{self._where} does not confirm ({_name(error)})") from None

    def close(self) -> None:
        """End the connection and its thread."""
        if self._open is None:
            return
        (thread, broker), self._open = self._open, None
        with suppress(Exception):  # it is given up in any case
            thread.call(_CLOSE_S, broker.stop)
        thread.end()

    def _connected(self) -> "tuple[_Thread, Some]":
        if self._open is None:
            broker = self._make()
            self._open = opened = _Thread(), broker
            opened[0].call(_CONNECT_S, broker.connect)
            if self._greet is not None:
                greet = self._greet
                opened[0].call(_SEND_S, lambda: greet(broker))
            return opened
        return self._open


class _Thread:
    """An event loop in a thread of its own. Whatever a client does in it, nobody waits longer than he said."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # What counts is whether a message was confirmed; what a client then fails to clean up would fill the log.
        self._loop.set_exception_handler(lambda *_: None)
        self._thread = threading.Thread(target=self._run, name="push-client", daemon=True)
        self._thread.start()

    def call(self, seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
        """Let it do something. TimeoutError: it has not done it in time."""
        future = asyncio.run_coroutine_threadsafe(_within(seconds, work), self._loop)
        try:
            future.result(seconds + _GRACE_S)
        except TimeoutError:
            future.cancel()
            raise

    def end(self) -> None:
        """End it; what does not let itself be ended is left behind."""
        self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(_GRACE_S)

    def _cancel(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        done = asyncio.gather(*tasks, return_exceptions=True) if tasks else None
        if done is None:
            self._loop.stop()
            return
        done.add_done_callback(lambda _: self._loop.stop())
        self._loop.call_later(_GRACE_S / 2, self._loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


async def _within(seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(seconds):
        await work()


def _name(error: BaseException) -> str:
    inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
    return type(inner).__name__
