"""A stream over UDP, with a proxy in its middle."""

import asyncio
import socket
from typing import Any, Self

from tests.faults.weather import Clock, Send, Sky


class UdpPair:
    """The four sockets between a camera and a viewer of one stream over UDP: RTP and RTCP on each side."""

    def __init__(self, viewer_ports: tuple[int, int]) -> None:
        self._viewer_ports = viewer_ports
        self._camera_ports = (0, 0)
        self._camera_side: list[asyncio.DatagramTransport] = []
        self._viewer_side: list[asyncio.DatagramTransport] = []

    @classmethod
    async def open(cls, sky: Sky, clock: Clock, *viewer_ports: int) -> Self:
        """Open the sockets for a viewer that listens on these ports."""
        pair = cls((viewer_ports[0], viewer_ports[1]))
        loop = asyncio.get_running_loop()

        def down(index: int) -> Send:
            def take(data: bytes) -> None:
                if index == 0:
                    sky.forward(data, clock, lambda changed: pair.to_viewer(0, changed))
                elif not (sky.weather.rewrites or sky.weather.stalled):
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
