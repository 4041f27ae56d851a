"""RTP: packets taken apart, brought into order again, and counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_HEADER_BYTES = 12
_VERSION = 2
_HALF = 1 << 15
_MASK = (1 << 16) - 1


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One RTP packet.

    Attributes:
        timestamp: of its picture, 32 bits.
        marker: for most devices the last packet of a picture.
        lost_before: packets are missing between the one before and this.
        arrived_s: `time.monotonic()` of its arrival.
    """

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    marker: bool
    payload: bytes = field(repr=False)
    arrived_s: float = 0.0
    lost_before: bool = False


def parse_rtp(data: bytes | memoryview, arrived_s: float = 0.0) -> RtpPacket | None:
    """Take an RTP packet apart; None: it is none, or RTCP, or damaged."""
    data = bytes(data)
    if len(data) < _HEADER_BYTES or data[0] >> 6 != _VERSION or is_rtcp(data):
        return None
    begin = _payload_at(data)
    end = len(data) - (data[-1] if data[0] & 0x20 else 0)
    if begin is None or end < begin:
        return None
    return RtpPacket(
        payload_type=data[1] & 0x7F,
        sequence=int.from_bytes(data[2:4], "big"),
        timestamp=int.from_bytes(data[4:8], "big"),
        ssrc=int.from_bytes(data[8:12], "big"),
        marker=bool(data[1] & 0x80),
        payload=data[begin:end],
        arrived_s=arrived_s,
    )


def is_rtcp(data: bytes) -> bool:
    """Return whether a packet that came to the port of RTP is one of RTCP."""
    return len(data) >= 8 and 200 <= data[1] <= 207


def _payload_at(data: bytes) -> int | None:
    at = _HEADER_BYTES + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:  # header extension
        if len(data) < at + 4:
            return None
        at += 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big")
    return at if at <= len(data) else None


class ReorderBuffer:
    """Brings packets into the order of their sequence numbers, and says where some are missing.

    A missing packet is given up when `depth` later ones have come, or a later one that came `wait_s` after the first
    of them: what comes decides, so that a stream that stands still is not taken for a loss.

    Attributes:
        received: packets taken, without duplicates and late ones.
        lost: packets that never came, or too late.
        late: packets that came twice, or after they were given up.
        reordered: packets that came after a later one, in time.
        highest: extended sequence number of the newest packet (cycles in the upper bits), for RTCP.
    """

    max_jump = 3000  # packets: further ahead, or this far behind, and the device counts anew
    max_behind = 100

    def __init__(self, depth: int = 32, wait_s: float = 0.1) -> None:
        self.received = self.lost = self.late = self.reordered = 0
        self.highest = 0
        self._depth = depth
        self._wait_s = wait_s
        self._next: int | None = None
        self._held: dict[int, RtpPacket] = {}
        self._odd: RtpPacket | None = None

    def push(self, packet: RtpPacket) -> Iterator[RtpPacket]:
        """Take a packet and yield those that are in order now; exhaust it before the next one."""
        if self._next is None:
            self.highest = self._next = packet.sequence
        number = self._extended(packet.sequence)
        ahead = number - self._next
        if ahead > self.max_jump or ahead < -self.max_behind:
            yield from self._take_odd(packet)
        elif ahead < 0 or number in self._held:
            self.late += 1
        else:
            self._odd = None
            self._hold(number, packet)
            yield from self._ready(packet.arrived_s)

    def _hold(self, number: int, packet: RtpPacket) -> None:
        self.received += 1
        self.reordered += number < self.highest
        self.highest = max(self.highest, number)
        self._held[number] = packet

    def _extended(self, sequence: int) -> int:
        assert self._next is not None
        return self._next + ((sequence - self._next + _HALF) & _MASK) - _HALF

    def _ready(self, now_s: float) -> Iterator[RtpPacket]:
        assert self._next is not None
        while self._held:
            missing = self._next not in self._held
            if missing and not self._gives_up(now_s):
                return
            number = min(self._held) if missing else self._next
            self.lost += number - self._next
            self._next = number + 1
            packet = self._held.pop(number)
            yield replace(packet, lost_before=True) if missing else packet

    def _gives_up(self, now_s: float) -> bool:
        oldest_s = min(packet.arrived_s for packet in self._held.values())
        return len(self._held) >= self._depth or now_s - oldest_s > self._wait_s

    def _take_odd(self, packet: RtpPacket) -> Iterator[RtpPacket]:
        """Two in a row that are far away: the device has begun to count anew; one alone is a stray."""
        before, self._odd = self._odd, packet
        if before is None or (before.sequence + 1) & _MASK != packet.sequence:
            self.late += 1
            return
        held = [self._held[number] for number in sorted(self._held)]
        self._held.clear()
        self._odd = None
        assert self._next is not None
        for index, one in enumerate(held):
            yield replace(one, lost_before=True) if index == 0 else one
        self.received += 1
        self._next = self._extended_forward(packet.sequence) + 1
        self.highest = self._next - 1
        yield replace(packet, lost_before=True)

    def _extended_forward(self, sequence: int) -> int:
        """Return the extended number of a sequence that goes on ahead of all so far, for a count that never falls."""
        return self.highest + ((sequence - self.highest) & _MASK)
