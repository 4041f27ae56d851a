"""How RTP packets come in: UDP, or TCP in either direction. No threads: who wants packets waits for them."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from camloom.errors import SourceError
from camloom.gb28181.media.framing import TcpFramer
from camloom.gb28181.media.ports import same_host

_DATAGRAM_BYTES = 1 << 16
_MAX_BURST = 64
_SILENT_S = 2.0


@dataclass(frozen=True, slots=True)
class Datagram:
    """Bytes that came.

    Attributes:
        control: they came to the port of RTCP.
    """

    data: bytes
    host: str
    port: int
    arrived_s: float
    control: bool = False


@dataclass(slots=True)
class MediaCounts:
    """What came in so far.

    Attributes:
        foreign: packets and connections from another address.
        odd: packets that are no RTP, or of another SSRC or payload type.
        resyncs: how often the order of a TCP stream was lost.
        connections: TCP connections taken.
    """

    packets: int = 0
    foreign: int = 0
    odd: int = 0
    resyncs: int = 0
    connections: int = 0


class Transport(Protocol):
    """Where packets come from."""

    @property
    def sockets(self) -> list[socket.socket]:
        """What to wait for now."""

    def receive(self, ready: socket.socket) -> Iterator[Datagram]:
        """Yield what has come to one of the sockets; never waits. SourceError when it ended for good."""

    def send_report(self, data: bytes, to: tuple[str, int]) -> None:
        """Send RTCP to the device whose media comes from this address."""

    def close(self) -> None:
        """Free the ports; may be called twice."""


class UdpTransport:
    """RTP at one port, RTCP at the one behind it."""

    def __init__(self, media: socket.socket, control: socket.socket | None) -> None:
        self._media = media
        self._control = control
        self.sockets = [media] if control is None else [media, control]
        for one in self.sockets:
            one.setblocking(False)

    def receive(self, ready: socket.socket) -> Iterator[Datagram]:
        """Yield what has come."""
        control = ready is self._control
        for _ in range(_MAX_BURST):
            try:
                data, address = ready.recvfrom(_DATAGRAM_BYTES)
            except (BlockingIOError, ConnectionError):  # nothing more; or a report that nobody took
                return
            yield Datagram(data, address[0], address[1], time.monotonic(), control)

    def send_report(self, data: bytes, to: tuple[str, int]) -> None:
        """Send it to the port behind that of the media, from where reports of the device come too."""
        with suppress(OSError, OverflowError):
            (self._control or self._media).sendto(data, (to[0], to[1] + 1))

    def close(self) -> None:
        """Free the ports."""
        for one in self.sockets:
            one.close()


class TcpTransport:
    """RTP behind lengths on a connection; in passive mode a device that lost it may connect again.

    Args:
        listener: where the device connects to; None where we connected.
        connection: where we connected to the device.
        expected_host: connections from elsewhere are closed at once.
    """

    def __init__(
        self,
        counts: MediaCounts,
        *,
        listener: socket.socket | None = None,
        connection: socket.socket | None = None,
        expected_host: str | None = None,
        ssrc: int | None = None,
    ) -> None:
        self._counts = counts
        self._listener = listener
        self._connection: socket.socket | None = None
        self._expected_host = expected_host
        self._ssrc = ssrc
        self._framer = TcpFramer(ssrc)
        self._next: tuple[socket.socket, tuple[str, int]] | None = None
        self._peer = ("", 0)
        self._heard_s = 0.0
        if listener is not None:
            listener.setblocking(False)
            listener.listen(2)
        if connection is not None:
            self._take(connection, connection.getpeername())

    @property
    def sockets(self) -> list[socket.socket]:
        """What to wait for now."""
        return [one for one in (self._connection, self._listener) if one is not None]

    def receive(self, ready: socket.socket) -> Iterator[Datagram]:
        """Yield the packets that have come."""
        if ready is self._listener:
            self._accept()
            return
        assert self._connection is not None
        try:
            data = self._connection.recv(_DATAGRAM_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        self._heard_s = now_s = time.monotonic()
        before = self._framer.resyncs
        packets = self._framer.push(data)
        self._counts.resyncs += self._framer.resyncs - before
        for packet in packets:
            yield Datagram(packet, *self._peer, now_s)

    def send_report(self, data: bytes, to: tuple[str, int]) -> None:
        """Nothing: TCP itself tells the device that its packets come."""

    def close(self) -> None:
        """Free the ports."""
        for one in self.sockets:
            one.close()
        self._connection = self._listener = None
        self._forget_next()

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            connection, address = self._listener.accept()
        except OSError:
            return
        silent = time.monotonic() - self._heard_s > _SILENT_S
        if not self._is_expected(address[0]) or (self._next is not None and not silent):
            self._counts.foreign += 1
            connection.close()
        elif self._connection is None or silent:
            self._take(connection, address)
        else:
            self._next = (connection, address)  # the end of the one before may not have been read yet

    def _is_expected(self, host: str) -> bool:
        expected = self._peer[0] if self._connection is not None else self._expected_host
        return expected is None or same_host(host, expected)

    def _take(self, connection: socket.socket, address: tuple[str, int]) -> None:
        if self._connection is not None:
            self._connection.close()
        self._forget_next()  # it came before this one
        connection.setblocking(False)
        self._connection, self._peer = connection, (address[0], address[1])
        self._heard_s = time.monotonic()
        self._framer = TcpFramer(self._ssrc)
        self._counts.connections += 1

    def _forget_next(self) -> None:
        if self._next is not None:
            self._next[0].close()
            self._next = None

    def _end(self) -> None:
        assert self._connection is not None
        self._connection.close()
        self._connection = None
        if self._next is not None:
            following, self._next = self._next, None
            self._take(*following)
        elif self._listener is None:
            raise SourceError("the device closed the media connection", reason="closed")


class Waiter:
    """Waits for sockets, and can be woken from another thread."""

    def __init__(self) -> None:
        self._wake, self._waker = socket.socketpair()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether somebody said stop."""
        return self._stopped

    def stop(self) -> None:
        """End the waiting now and for good; from any thread."""
        self._stopped = True
        with suppress(OSError):
            self._waker.send(b"x")

    def wait(self, sockets: list[socket.socket], timeout_s: float) -> list[socket.socket]:
        """Return the sockets where something has come; none after `timeout_s` or `stop`."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        by_number = {one.fileno(): one for one in sockets}
        for number in by_number:
            poll.register(number, select.POLLIN)
        found = poll.poll(max(0, round(timeout_s * 1000)))
        return [] if self._stopped else [by_number[number] for number, _ in found if number in by_number]

    def close(self) -> None:
        """Free the sockets."""
        self._stopped = True
        self._wake.close()
        self._waker.close()
