"""What the kinds that speak to brokers share: where a broker is, and a connection of FastStream in its own thread."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from typing import Any, Generic, Protocol, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from pydantic import Field, SecretStr

from camloom.errors import CamloomError
from camloom.server.pushes.seam import Around, LaterPushError, PushConfig

_CONNECT_S, _SEND_S, _CLOSE_S = 10.0, 15.0, 5.0


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
    """

    def __init__(
        self, where: str, make: Callable[[], Some], greet: Callable[[Some], Awaitable[Any]] | None = None
    ) -> None:
        self._where, self._make, self._greet = where, make, greet
        self._broker: Some | None = None
        self._portal: BlockingPortal | None = None
        self._stack = ExitStack()

    def run(self, send: Callable[[Some], Awaitable[Any]]) -> None:
        """Connect if need be, and send.

        Raises:
            LaterPushError: it was not confirmed.
        """
        try:
            portal, broker = self._connected()
            portal.call(_within, _SEND_S, lambda: send(broker))
        except CamloomError:
            self.close()
            raise
        except Exception as error:  # noqa: BLE001  # each client has errors of its own
            self.close()
            raise LaterPushError(f"{self._where} does not confirm ({_names(error)})") from None

    def close(self) -> None:
        """End the connection and its thread."""
        portal, broker, self._portal, self._broker = self._portal, self._broker, None, None
        if portal is not None and broker is not None:
            with suppress(Exception):  # it is given up in any case
                portal.call(_within, _CLOSE_S, broker.stop)
        self._stack.close()

    def _connected(self) -> tuple[BlockingPortal, Some]:
        if self._portal is None or self._broker is None:
            broker = self._make()
            self._portal = self._stack.enter_context(start_blocking_portal())
            self._broker = broker
            self._portal.call(_within, _CONNECT_S, broker.connect)
            if self._greet is not None:
                greet = self._greet
                self._portal.call(_within, _SEND_S, lambda: greet(broker))
        return self._portal, self._broker


async def _within(seconds: float, call: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(seconds):
        await call()


def _names(error: BaseException) -> str:
    inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
    return type(inner).__name__
