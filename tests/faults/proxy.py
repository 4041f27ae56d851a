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
from typing import Self

from tests.faults.udp_pair import UdpPair
from tests.faults.weather import Clock, Send, Tally, Weather

_REORDER_S = 0.03
_CLIENT_PORTS = re.compile(rb"client_port=(\d+)-(\d+)")
_SERVER_PORTS = re.compile(rb"server_port=(\d+)-(\d+)")
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


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
