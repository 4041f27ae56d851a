"""A camera that goes silent is given up within 10 s, whatever else still comes, with the settings that users have."""

import heapq
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.gb28181.media.clips import SSRC, Coded, rtp

from camloom.errors import SourceError
from camloom.gb28181.media.psmux import G711A, PsMuxer, RtpPacketiser
from camloom.gb28181.media.receiver import MediaReceiver, Mode
from camloom.gb28181.media.transport import Waiter
from camloom.sources.gb28181 import Gb28181Source

BAR_S = 10.0
PORTS = range(31000, 31400)
HERE = "127.0.0.1"
USUAL_S = Gb28181Source.Config(url="gb28181://1/2").timeout_s


class Time(Waiter):
    """Stands for the clock and for waiting: what is to come at a time is sent when that time is reached.

    Attributes:
        now_s: the time; passes only while somebody waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 1000.0
        self._to_come: list[tuple[float, bytes, int]] = []
        self._device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __call__(self) -> float:
        return self.now_s

    def plan(self, in_s: float, data: bytes, port: int) -> None:
        """Send this to a port then."""
        heapq.heappush(self._to_come, (self.now_s + in_s, data, port))

    def wait(self, sockets: list[socket.socket], timeout_s: float) -> list[socket.socket]:
        """Let time pass until something comes, but not more than that."""
        if not self._to_come or self._to_come[0][0] > self.now_s + timeout_s:
            self.now_s += timeout_s
            return []
        at_s, data, port = heapq.heappop(self._to_come)
        self.now_s = max(self.now_s, at_s)
        self._device.sendto(data, (HERE, port))
        return super().wait(sockets, 5.0)

    def close(self) -> None:
        """Free the socket too."""
        super().close()
        self._device.close()


@pytest.fixture
def time() -> Iterator[Time]:
    with closing(Time()) as made:
        yield made


def receiver(time: Time, mode: Mode = "udp", **how: Any) -> closing[MediaReceiver]:
    made = MediaReceiver(mode, HERE, PORTS, timeout_s=USUAL_S, now=time, **how)
    made._waiter.close()
    made._waiter = time
    return closing(made)


def sound(sequence: int) -> bytes:
    pack = PsMuxer("h264", G711A).audio(bytes(160), 0)
    return RtpPacketiser(SSRC, sequence=sequence).packet(pack, sequence, marker=True)


def given_up(one: MediaReceiver) -> tuple[int, str]:
    """How many pictures came, and why no more."""
    units = 0
    try:
        for _ in one.units():
            units += 1
    except SourceError as error:
        return units, error.reason
    raise AssertionError("it waits for ever")


@pytest.mark.parametrize("mode", ["udp", "tcp-passive"])
def test_one_that_never_sends_anything(time: Time, mode: Mode) -> None:
    began_s = time.now_s
    with receiver(time, mode) as one:
        assert given_up(one) == (0, "timeout")
    assert time.now_s - began_s < BAR_S


@pytest.mark.parametrize(
    ("every_s", "what", "reason"),
    [
        (None, "nothing", "timeout"),
        (0.5, "reports", "timeout"),
        (0.5, "strangers", "timeout"),
        (0.02, "sound", "no-video"),
        (3.0, "sound", "no-video"),
        (USUAL_S - 0.1, "sound", "no-video"),
    ],
)
def test_one_that_stops_sending_pictures(
    time: Time, h264: list[Coded], every_s: float | None, what: str, reason: str
) -> None:
    packets = rtp(h264[:3])
    with receiver(time) as one:
        for number, packet in enumerate(packets):
            time.plan(number * 0.01, packet, one.port)
        end_s = time.now_s + len(packets) * 0.01
        for number in range(1, round(30 / every_s) if every_s else 1):
            at_s = len(packets) * 0.01 + number * (every_s or 0)
            if what == "reports":
                time.plan(at_s, b"\x80\xc8\x00\x06" + SSRC.to_bytes(4, "big") + bytes(20), one.port + 1)
            elif what == "strangers":
                time.plan(
                    at_s, RtpPacketiser(SSRC + 1, sequence=number).packet(b"x" * 50, number, marker=True), one.port
                )
            else:
                time.plan(at_s, sound(len(packets) + number), one.port)
        units, why = given_up(one)
        assert units >= 2
    assert why == reason
    assert time.now_s - end_s < BAR_S
