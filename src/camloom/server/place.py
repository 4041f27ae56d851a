"""Where a server is: its folder and its address. Little is loaded for it, so that a start can be refused at once."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from camloom.errors import ServerError
from camloom.server.settings import ServerSettings


def make_private(settings: ServerSettings) -> None:
    """Make the folder of everything kept; it is nobody else's business on this machine. ServerError: it cannot be."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.data.chmod(0o700)
    except OSError as error:
        raise ServerError(f"cannot use {settings.data}: {error.strerror}", "CAMLOOM_DATA names another.") from error


@contextmanager
def listening(settings: ServerSettings) -> Iterator[socket.socket]:
    """Yield a socket at the address of the server. ServerError: it is taken, or none of this machine."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        raise ServerError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}",
            "CAMLOOM_HOST and CAMLOOM_PORT name another place.",
        ) from error
    with listener:
        # asyncio sets it only for sockets that were made with the number of TCP. Without it the body of an answer may
        # wait until its head is confirmed, which takes 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener
