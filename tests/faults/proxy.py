"""Bad weather between a camera and its viewer: a proxy for RTSP over TCP and UDP, seeded, without a kernel's help.

It listens on a port of its own and passes on what goes to and fro. For UDP it rewrites the ports that SETUP agrees
on, so that the pictures go through it too. What `weather` says holds for each packet from the moment it is set.
"""

import asyncio
import random
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

_CLOCK_HZ = 90_000
_REORDER_S = 0.03
_CLIENT_PORTS = re.compile(rb"client_port=(\d+)-(\d+)")
_SERVER_PORTS = re.compile(rb"server_port=(\d+)-(\d+)")
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")

Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Weather:
    """What happens to the packets of a camera.

    Attributes:
        loss, duplicates, reorder: shares of the packets, 0..1.
        delay_s, jitter_s: each packet comes so much later, and up to so much more (over UDP they overtake).
        stalled: nothing goes to the viewer any more; the connections stay.
        speed: of the RTP clock; 1.02: 2 % fast.
        jump_s: added to the RTP clock.
        wrap_in_s: the RTP clock passes 2**32 after so many seconds of it.
    """

    loss: float = 0.0
    duplicates: float = 0.0
    reorder: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    stalled: bool = False
    speed: float = 1.0
    jump_s: float = 0.0
    wrap_in_s: float | None = None

    @property
    def rewrites(self) -> bool:
        """Whether the RTP clock is changed."""
        return self.speed != 1.0 or self.jump_s != 0.0 or self.wrap_in_s is not None


@dataclass(slots=True)
class Tally:
    """What the proxy did to RTP packets."""

    passed: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0


class Clock:
    """Rewrites RTP times; one for each viewer, since each begins anew."""

    def __init__(self) -> None:
        self._weather = Weather()
        self._from_ticks = 0
        self._to_ticks = 0
        self._last = 0

    def rewrite(self, packet: bytes, weather: Weather) -> bytes:
        """Return the packet with the time that the weather wants."""
        (ticks,) = struct.unpack_from(">I", packet, 4)
        if weather != self._weather:
            self._change(ticks, weather)
        passed = ticks - self._from_ticks
        self._last = (self._to_ticks + round(passed * weather.speed)) % (1 << 32)
        return packet[:4] + struct.pack(">I", self._last) + packet[8:]

    def _change(self, ticks: int, weather: Weather) -> None:
        """Go on from here by another rule."""
        began = self._weather.rewrites
        here = (self._to_ticks + round((ticks - self._from_ticks) * self._weather.speed)) if began else ticks
        jump = round((weather.jump_s - self._weather.jump_s) * _CLOCK_HZ)
        if weather.wrap_in_s is not None and weather.wrap_in_s != self._weather.wrap_in_s:
            here = (1 << 32) - round(weather.wrap_in_s * _CLOCK_HZ)
        self._from_ticks, self._to_ticks, self._weather = ticks, here + jump, weather


class Proxy:
    """Stands between an RTSP server on the loopback and its viewers. A context manager.

    Args:
        target_port: of the server.
        seed: the same seed, the same fate for the n-th packet.

    Attributes:
        weather: set it at any time, from any thread.
        tally: what was done.
    """

    def __init__(self, target_port: int, *, seed: int = 1, weather: Weather | None = None) -> None:
        self.weather = weather or Weather()
        self.tally = Tally()
        self.port = 0
        self._target_port = target_port
        self._random = random.Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event

    @property
    def url(self) -> str:
        """Where viewers go."""
        return f"rtsp://127.0.0.1:{self.port}/stream"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def reset(self) -> None:
        """Break every connection with a TCP RST."""
        done = threading.Event()

        def break_all() -> None:
            for writer in list(self._writers):
                raw = writer.get_extra_info("socket")
                if raw is not None:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            done.set()

        self._loop.call_soon_threadsafe(break_all)
        assert done.wait(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _meet(self, viewer: asyncio.StreamReader, to_viewer: asyncio.StreamWriter) -> None:
        try:
            camera, to_camera = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            to_viewer.transport.abort()
            return
        link = Link(self, to_viewer, to_camera)
        self._writers |= {to_viewer, to_camera}
        ways = [asyncio.ensure_future(link.upward(viewer)), asyncio.ensure_future(link.downward(camera))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._writers -= {to_viewer, to_camera}
            link.close()

    def forward(self, packet: bytes, clock: Clock, send: Send) -> None:
        """Let the weather have its way with one RTP packet."""
        weather, chance = self.weather, self._random
        fate = [chance.random() for _ in range(4)]  # always as many, so that a seed says the same for each packet
        if weather.stalled or fate[0] < weather.loss:
            self.tally.lost += 1
            return
        if weather.rewrites:
            packet = clock.rewrite(packet, weather)
        late = fate[1] < weather.reorder
        delay_s = weather.delay_s + fate[2] * weather.jitter_s + late * _REORDER_S
        copies = 1 + (fate[3] < weather.duplicates)
        self.tally.passed += 1
        self.tally.doubled += copies - 1
        self.tally.reordered += late
        for _ in range(copies):
            if delay_s:
                self._loop.call_later(delay_s, send, packet)
            else:
                send(packet)


class Link:
    """One viewer's connection."""

    def __init__(self, proxy: Proxy, to_viewer: asyncio.StreamWriter, to_camera: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._to_viewer = to_viewer
        self._to_camera = to_camera
        self._clock = Clock()
        self._pairs: list[UdpPair] = []

    async def upward(self, viewer: asyncio.StreamReader) -> None:
        """Pass on what the viewer says."""
        while message := await _read_message(viewer):
            ports = None if message[:1] == b"$" else _CLIENT_PORTS.search(message)
            if ports:
                pair = await UdpPair.open(self._proxy, self._clock, int(ports[1]), int(ports[2]))
                self._pairs.append(pair)
                message = _CLIENT_PORTS.sub(b"client_port=%d-%d" % pair.toward_camera, message)
            self._to_camera.write(message)

    async def downward(self, camera: asyncio.StreamReader) -> None:
        """Pass on what the camera says and, over TCP, its pictures."""
        while message := await _read_message(camera):
            if message[:1] == b"$":
                self._interleaved(message)
                continue
            if (ports := _SERVER_PORTS.search(message)) and self._pairs:
                pair = self._pairs[-1]
                pair.meet(int(ports[1]), int(ports[2]))
                message = _SERVER_PORTS.sub(b"server_port=%d-%d" % pair.toward_viewer, message)
            if not self._proxy.weather.stalled:
                self._to_viewer.write(message)

    def close(self) -> None:
        """Free everything."""
        for pair in self._pairs:
            pair.close()
        self._to_viewer.close()
        self._to_camera.close()

    def _interleaved(self, message: bytes) -> None:
        channel, packet = message[1], message[4:]
        if channel % 2:  # RTCP: its own idea of the RTP clock would contradict ours
            if not (self._proxy.weather.rewrites or self._proxy.weather.stalled):
                self._to_viewer.write(message)
            return
        self._proxy.forward(packet, self._clock, lambda data: self._send(channel, data))

    def _send(self, channel: int, data: bytes) -> None:
        if not self._to_viewer.is_closing():
            self._to_viewer.write(b"$" + struct.pack(">BH", channel, len(data)) + data)


class UdpPair:
    """The four sockets between a camera and a viewer of one stream over UDP: RTP and RTCP on each side."""

    def __init__(self, viewer_ports: tuple[int, int]) -> None:
        self._viewer_ports = viewer_ports
        self._camera_ports = (0, 0)
        self._camera_side: list[asyncio.DatagramTransport] = []
        self._viewer_side: list[asyncio.DatagramTransport] = []

    @classmethod
    async def open(cls, proxy: Proxy, clock: Clock, *viewer_ports: int) -> Self:
        """Open the sockets for a viewer that listens on these ports."""
        pair = cls((viewer_ports[0], viewer_ports[1]))
        loop = asyncio.get_running_loop()

        def down(index: int) -> Send:
            def take(data: bytes) -> None:
                if index == 0:
                    proxy.forward(data, clock, lambda changed: pair.to_viewer(0, changed))
                elif not (proxy.weather.rewrites or proxy.weather.stalled):
                    pair.to_viewer(1, data)

            return take

        def up(index: int) -> Send:
            return lambda data: pair.to_camera(index, data)

        for side, taker in ((pair._camera_side, down), (pair._viewer_side, up)):
            for index, raw in enumerate(_two_ports()):
                transport, _ = await loop.create_datagram_endpoint(lambda i=index, t=taker: _Taker(t(i)), sock=raw)  # type: ignore[misc]
                side.append(transport)
        return pair

    @property
    def toward_camera(self) -> tuple[int, int]:
        """The ports that the camera shall send to."""
        return _ports(self._camera_side)

    @property
    def toward_viewer(self) -> tuple[int, int]:
        """The ports that the viewer shall take for the camera's."""
        return _ports(self._viewer_side)

    def meet(self, *camera_ports: int) -> None:
        """Learn the ports of the camera."""
        self._camera_ports = (camera_ports[0], camera_ports[1])

    def to_viewer(self, index: int, data: bytes) -> None:
        """Send as if the camera had."""
        if not self._viewer_side[index].is_closing():
            self._viewer_side[index].sendto(data, ("127.0.0.1", self._viewer_ports[index]))

    def to_camera(self, index: int, data: bytes) -> None:
        """Send as if the viewer had."""
        if self._camera_ports[index]:
            self._camera_side[index].sendto(data, ("127.0.0.1", self._camera_ports[index]))

    def close(self) -> None:
        """Close all four."""
        for transport in (*self._camera_side, *self._viewer_side):
            transport.close()


class _Taker(asyncio.DatagramProtocol):
    def __init__(self, take: Send) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._take(data)

    def error_received(self, exc: Exception) -> None:
        """A port that nobody listens on any more is the weather too."""


def _ports(side: list[asyncio.DatagramTransport]) -> tuple[int, int]:
    first, second = (transport.get_extra_info("sockname")[1] for transport in side)
    return first, second


def _two_ports() -> tuple[socket.socket, socket.socket]:
    """Return sockets on two neighbouring ports, the first even, as RTP wants it."""
    for _ in range(200):
        first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            if port % 2 == 0:
                second.bind(("127.0.0.1", port + 1))
                return first, second
        except OSError:
            pass
        first.close()
        second.close()
    raise OSError("no two neighbouring ports are free")


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    """Read one RTSP message or one interleaved packet; empty at the end."""
    try:
        first = await reader.readexactly(1)
        if first == b"$":
            head = await reader.readexactly(3)
            return first + head + await reader.readexactly(int.from_bytes(head[1:], "big"))
        head = first + await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return head + (await reader.readexactly(int(length[1])) if length else b"")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return b""
