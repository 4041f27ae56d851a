"""What happens to the packets of a camera on their way."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_CLOCK_HZ = 90_000

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


class Sky(Protocol):
    """Where there is weather."""

    weather: Weather

    def forward(self, packet: bytes, clock: Clock, send: Send) -> None:
        """Let the weather have its way with one RTP packet."""
