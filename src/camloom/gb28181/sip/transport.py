"""UDP and TCP under SIP: one port for both, and connections that are called by us."""

import asyncio
import contextlib
import itertools
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from camloom.gb28181.sip.framing import FramingError, StreamFramer
from camloom.gb28181.sip.message import SipMessage, SipSyntaxError, parse_message

Protocol = Literal["udp", "tcp"]
MAX_UNSENT_BYTES = 256 << 10
MAX_PENDING_BYTES = 64 << 20
UDP_BUFFER_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a message comes from or goes to.

    Attributes:
        link: number of the TCP connection, never used again; 0 for UDP.
    """

    protocol: Protocol
    host: str
    port: int
    link: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.protocol}:{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """What connections may cost.

    Attributes:
        greeting_s: so long a connection may be open before its first message.
        idle_s: longest silence after that.
        admits: tells whether an address may connect at all; None: all may.
    """

    connections: int = 2048
    connections_per_host: int = 64
    greeting_s: float = 10.0
    idle_s: float = 600.0
    admits: Callable[[str], bool] | None = None


@dataclass(slots=True)
class _Connection:
    peer: Peer
    writer: asyncio.StreamWriter
    task: "asyncio.Task[None] | None" = None


class SipTransport:
    """Sends and receives messages.

    Args:
        received: called with every message and who sent it.
        lost: called when a TCP connection is gone.

    Attributes:
        counters: what was dropped, by reason.
        port: of both protocols, once started.
    """

    def __init__(
        self,
        received: Callable[[SipMessage, Peer], None],
        lost: Callable[[Peer], None],
        limits: TransportLimits | None = None,
    ) -> None:
        self._received = received
        self._lost = lost
        self._limits = limits or TransportLimits()
        self._links = itertools.count(1)
        self._connections: dict[int, _Connection] = {}
        self._per_host: Counter[str] = Counter()
        self._udp: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._pending_bytes = 0
        self.counters: Counter[str] = Counter()
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen on both protocols.

        Raises:
            OSError: the port is taken, or the address is not of this machine.
        """
        loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._accepted, host, port, limit=1 << 16)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            self._udp, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._datagram), local_addr=(host, self.port)
            )
        except OSError:
            self._server.close()
            raise
        # When the power comes back, hundreds of devices register in the same second.
        self._udp.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UDP_BUFFER_BYTES)

    async def connect(self, host: str, port: int, timeout_s: float = 5.0) -> Peer:
        """Open a TCP connection.

        Raises:
            OSError: nobody answers there (TimeoutError is one).
        """
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
        return self._adopt(reader, writer, greeted=True).peer

    def send(self, data: bytes, peer: Peer) -> bool:
        """Send one message; False if its connection is gone or takes nothing any more."""
        if peer.protocol == "udp":
            if self._udp is None or self._udp.is_closing():
                return False
            self._udp.sendto(data, (peer.host, peer.port))
            return True
        connection = self._connections.get(peer.link)
        if connection is None or connection.writer.is_closing():
            return False
        connection.writer.write(data)
        if connection.writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.counters["unsent"] += 1
            connection.writer.transport.abort()
            return False
        return True

    async def close(self) -> None:
        """Close all."""
        if self._udp is not None:
            self._udp.close()
        if self._server is not None:
            self._server.close()
        tasks = [one.task for one in self._connections.values() if one.task is not None]
        for connection in list(self._connections.values()):
            connection.writer.transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _datagram(self, data: bytes, address: tuple[Any, ...]) -> None:
        if not data.strip(b"\r\n\0 "):
            return  # a keepalive of the network
        try:
            message = parse_message(data)
        except SipSyntaxError:
            self.counters["malformed"] += 1
            return
        self._received(message, Peer("udp", address[0], address[1]))

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("peername")[0]
        limits = self._limits
        if limits.admits is not None and not limits.admits(host):
            writer.transport.abort()
            return
        if len(self._connections) >= limits.connections or self._per_host[host] >= limits.connections_per_host:
            self.counters["connections"] += 1
            writer.transport.abort()
            return
        self._adopt(reader, writer, greeted=False)

    def _adopt(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, greeted: bool) -> _Connection:
        host, port = writer.get_extra_info("peername")[:2]
        connection = _Connection(Peer("tcp", host, port, next(self._links)), writer)
        self._connections[connection.peer.link] = connection
        self._per_host[host] += 1
        connection.task = asyncio.create_task(self._serve(reader, connection, greeted=greeted))
        return connection

    async def _serve(self, reader: asyncio.StreamReader, connection: _Connection, *, greeted: bool) -> None:
        framer = StreamFramer()
        try:
            await self._read(reader, framer, connection, greeted=greeted)
        except (FramingError, TimeoutError) as error:
            self.counters["framing" if isinstance(error, FramingError) else "idle"] += 1
        except OSError:
            pass
        finally:
            self._pending_bytes -= framer.pending_bytes
            self._forget(connection)

    async def _read(
        self, reader: asyncio.StreamReader, framer: StreamFramer, connection: _Connection, *, greeted: bool
    ) -> None:
        now_s = asyncio.get_running_loop().time
        deadline_s = now_s() + (self._limits.idle_s if greeted else self._limits.greeting_s)
        while data := await self._some(reader, deadline_s):
            if data == b"\r\n\r\n":
                connection.writer.write(b"\r\n")  # RFC 5626: whoever pings waits for this
            messages = self._framed(framer, data)
            if messages or (greeted and not framer.pending_bytes):
                greeted = True
                deadline_s = now_s() + self._limits.idle_s
            for message in messages:
                self._received(message, connection.peer)

    def _framed(self, framer: StreamFramer, data: bytes) -> list[SipMessage]:
        """Return the messages that are complete now; what waits on all connections together is bounded."""
        before, malformed = framer.pending_bytes, framer.malformed
        try:
            messages = framer.feed(data)
        finally:
            self._pending_bytes += framer.pending_bytes - before
        if framer.malformed > malformed:
            self.counters["malformed"] += framer.malformed - malformed
        if self._pending_bytes > MAX_PENDING_BYTES:
            raise FramingError("too much waits for its rest")
        return messages

    @staticmethod
    async def _some(reader: asyncio.StreamReader, deadline_s: float) -> bytes:
        async with asyncio.timeout_at(deadline_s):
            return await reader.read(1 << 16)

    def _forget(self, connection: _Connection) -> None:
        if self._connections.pop(connection.peer.link, None) is None:
            return
        host = connection.peer.host
        self._per_host[host] -= 1
        if self._per_host[host] <= 0:
            del self._per_host[host]
        connection.writer.transport.abort()
        self._lost(connection.peer)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, tuple[Any, ...]], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """ICMP says that a device is gone; its requests time out by themselves."""


def local_host_towards(host: str, port: int) -> str:
    """Return the address of this machine that packets to a host leave from; empty if there is no way to it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((host, port or 5060))
        return str(probe.getsockname()[0])
    return ""
