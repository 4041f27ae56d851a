"""Sockets for media: one port a session, out of a range that a firewall lets through."""

import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress

from camloom.errors import SourceError

_RECEIVE_BUFFER_BYTES = 4 << 20  # a keyframe comes in one burst


def bind_udp(host: str, ports: Sequence[int]) -> tuple[socket.socket, socket.socket | None]:
    """Return a socket for RTP at an even port, and one for RTCP at the port behind it (None: that one is taken).

    Raises:
        SourceError: no port is free, or the address is not one of this machine.
    """
    media = _bind(host, [port for port in ports if port % 2 == 0] or ports, socket.SOCK_DGRAM)
    _widen(media)
    control = None
    with suppress(OSError, OverflowError):
        port = media.getsockname()[1] + 1
        control = _bound(host, port, socket.SOCK_DGRAM)
    return media, control


def bind_tcp(host: str, ports: Sequence[int]) -> socket.socket:
    """Return a TCP socket at a port, to listen or to connect from.

    Raises:
        SourceError: no port is free, or the address is not one of this machine.
    """
    return _bind(host, ports, socket.SOCK_STREAM)


def same_host(one: str, other: str) -> bool:
    """Return whether two addresses are the same, IPv4 in IPv6 or not."""
    return one.removeprefix("::ffff:") == other.removeprefix("::ffff:")


def _bind(host: str, ports: Sequence[int], kind: socket.SocketKind) -> socket.socket:
    problem = ""
    for port in _in_turn(ports):
        try:
            return _bound(host, port, kind)
        except (OSError, OverflowError) as error:
            problem = getattr(error, "strerror", None) or str(error)
    hint = "Close other sessions or widen the range of media ports"
    raise SourceError(f"no free media port at '{host}': {problem or 'the range is empty'}", hint, reason="busy")


def _in_turn(ports: Sequence[int]) -> Iterator[int]:
    """Begin anywhere, so that a late packet of a session before seldom meets the next one."""
    begin = random.randrange(len(ports)) if ports else 0  # noqa: S311  # spreads, hides nothing
    yield from ports[begin:]
    yield from ports[:begin]


def _bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except (OSError, OverflowError):
        made.close()
        raise
    return made


def _widen(made: socket.socket) -> None:
    """Ask for a large buffer; beyond the system's limit only root gets it."""
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
    force = getattr(socket, "SO_RCVBUFFORCE", 33)
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, force, _RECEIVE_BUFFER_BYTES)
