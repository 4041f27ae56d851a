"""The way to a server."""

import ssl
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from camloom.client.generated.client import Api
from camloom.client.transport import Transport
from camloom.errors import UsageError


class Camloom(Api):
    """A server; leave it with `with` or `close`. Its methods may be called by several threads."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._transport = transport

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()


def connect(url: str, key: str, *, timeout_s: float = 30.0, verify: bool | ssl.SSLContext = True) -> Camloom:
    """Return a server, as what an API key may do there. Nothing is asked yet.

    Args:
        url: such as https://camloom.example.com, without a path.
        key: made in the console under Settings, or with `access.create_key`; it is shown once.
        timeout_s: how long it may take to connect, and how long the server may say nothing.
        verify: the certificates that are trusted; False: any, so that everybody on the way can read the key.

    Raises:
        UsageError: this is no address or no key.
    """
    _check(url, key)
    http = httpx.Client(
        base_url=url.rstrip("/"),
        headers={"Authorization": f"Bearer {key}", "User-Agent": "camloom-client"},
        timeout=timeout_s,
        verify=verify,
        follow_redirects=False,  # the key would go along
    )
    return Camloom(Transport(http))


def _check(url: str, key: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    if not right or parts.username is not None or parts.query or parts.fragment:
        raise UsageError("the address of a server is such as https://camloom.example.com", "The key is given apart.")
    if not key.isascii() or not key.isprintable() or not key or " " in key:
        raise UsageError("this is no API key", "Make one in the console under Settings; it begins with camloom_.")
