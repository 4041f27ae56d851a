"""How the pictures of one call travel: UDP, or TCP called by either side (RFC 4571)."""

import socket
import threading
import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Protocol

from camloom.gb28181.media.ports import bind_tcp, bind_udp
from camloom.gb28181.media.psmux import frame_tcp

_WAIT_S = 10.0
_SEND_S = 5.0
_TRIES, _BETWEEN_S = 3, 1.0
_MAX_STRANGERS = 16
_BURST_PACKETS, _BREATH_S = 32, 0.001


class MediaPath(Protocol):
    """Takes RTP packets to the other side. All may raise OSError; to make one SourceError, if no port is free."""

    port: int
    """Of this side, for its session description."""

    def open(self) -> None:
        """Connect, where there is something to connect. May wait ten seconds."""

    def send(self, packet: bytes) -> None:
        """Send one RTP packet."""

    def close(self) -> None:
        """Free the sockets; ends an `open` or a `send` that waits; may be called twice."""


class UdpPath:
    """Datagrams from a port of our own."""

    def __init__(self, host: str, port: int, ports: Sequence[int]) -> None:
        self._socket, control = bind_udp("::" if ":" in host else "", ports)
        if control is not None:
            control.close()
        self._to = (host, port)
        self._sent = 0
        self.port = int(self._socket.getsockname()[1])

    def open(self) -> None:
        """Nothing to connect."""

    def send(self, packet: bytes) -> None:
        """Send one packet; one that finds nobody is lost, as on any network."""
        self._sent += 1
        if not self._sent % _BURST_PACKETS:
            time.sleep(_BREATH_S)  # a keyframe in one burst is more than the buffers of many receivers hold
        try:
            self._socket.sendto(packet, self._to)
        except (ConnectionError, BlockingIOError):
            return

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class CallingPath:
    """TCP where the platform listens: three tries, a second apart."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self.port = 9  # RFC 4145: whoever calls has no port of its own

    def open(self) -> None:
        """Connect."""
        for left in reversed(range(_TRIES)):
            try:
                self._socket = socket.create_connection(self._to, timeout=_SEND_S)
                break
            except OSError:
                if not left or self._closed.wait(_BETWEEN_S):
                    raise
        if self._closed.is_set() and self._socket is not None:
            self._socket.close()

    def send(self, packet: bytes) -> None:
        """Send one packet behind its length."""
        if self._socket is not None:
            self._socket.sendall(frame_tcp(packet))

    def close(self) -> None:
        """Hang up."""
        self._closed.set()
        _shut(self._socket)


class ListeningPath:
    """TCP where the platform calls: one connection, and only from where it may come."""

    def __init__(self, allowed: str, local: str, ports: Sequence[int]) -> None:
        self._listener = bind_tcp(local, ports)
        self._listener.listen(1)
        self._listener.settimeout(_WAIT_S)
        self._allowed = ip_address(allowed)
        self._socket: socket.socket | None = None
        self.port = int(self._listener.getsockname()[1])

    def open(self) -> None:
        """Wait for the call; others are sent away."""
        for _ in range(_MAX_STRANGERS):
            connection, address = self._listener.accept()
            if ip_address(address[0]) == self._allowed:
                connection.settimeout(_SEND_S)
                self._socket = connection
                self._listener.close()
                return
            connection.close()
        raise ConnectionRefusedError("too many strangers called")

    def send(self, packet: bytes) -> None:
        """Send one packet behind its length."""
        if self._socket is not None:
            self._socket.sendall(frame_tcp(packet))

    def close(self) -> None:
        """Hang up."""
        _shut(self._listener)
        _shut(self._socket)


def _shut(one: socket.socket | None) -> None:
    """Close a socket on which another thread may wait."""
    if one is None:
        return
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was not connected
    finally:
        one.close()
