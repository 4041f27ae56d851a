"""RTCP: the receiver reports that some devices want to see, or they stop sending."""

from camloom.gb28181.media.rtp import ReorderBuffer, RtpPacket

REPORT_EVERY_S = 5.0
_SENDER_REPORT, _RECEIVER_REPORT, _DESCRIPTION = 200, 201, 202
_CLOCK_HZ = 90_000
_NAME = b"camloom"


class ReceptionReport:
    """What is told to a device about its packets (RFC 3550, 6.4.2).

    Args:
        own_ssrc: of the receiver.
    """

    def __init__(self, own_ssrc: int) -> None:
        self._own_ssrc = own_ssrc
        self._jitter_ticks = 0.0
        self._transit_ticks: float | None = None
        self._before = (0, 0)
        self._sender_time = b"\0" * 4
        self._sender_arrived_s: float | None = None

    def add(self, packet: RtpPacket) -> None:
        """Take the arrival of a packet, for the jitter."""
        transit = packet.arrived_s * _CLOCK_HZ - packet.timestamp
        if self._transit_ticks is not None:
            step = (transit - self._transit_ticks + (1 << 31)) % (1 << 32) - (1 << 31)
            self._jitter_ticks += (abs(step) - self._jitter_ticks) / 16
        self._transit_ticks = transit

    def take(self, data: bytes, arrived_s: float) -> None:
        """Take what came to the port of RTCP; a sender report is answered with its time."""
        if len(data) >= 28 and data[0] >> 6 == 2 and data[1] == _SENDER_REPORT:
            self._sender_time = data[10:14]
            self._sender_arrived_s = arrived_s

    def write(self, ssrc: int, order: ReorderBuffer, now_s: float) -> bytes:
        """Return a receiver report about `ssrc`, with a source description behind it."""
        waited_s = 0.0 if self._sender_arrived_s is None else now_s - self._sender_arrived_s
        body = (
            self._own_ssrc.to_bytes(4, "big")
            + ssrc.to_bytes(4, "big")
            + bytes([self._lost_share(order)])
            + min(order.lost, 0x7FFFFF).to_bytes(3, "big")
            + (order.highest & 0xFFFFFFFF).to_bytes(4, "big")
            + min(round(self._jitter_ticks), 0xFFFFFFFF).to_bytes(4, "big")
            + self._sender_time
            + (round(waited_s * 65536) & 0xFFFFFFFF).to_bytes(4, "big")
        )
        return _packet(1, _RECEIVER_REPORT, body) + self._description()

    def _lost_share(self, order: ReorderBuffer) -> int:
        """Return the share of lost packets since the report before, in 1/256."""
        lost, received = order.lost - self._before[0], order.received - self._before[1]
        self._before = (order.lost, order.received)
        return min(255, lost * 256 // max(1, lost + received))

    def _description(self) -> bytes:
        item = self._own_ssrc.to_bytes(4, "big") + bytes([1, len(_NAME)]) + _NAME + b"\0"
        return _packet(1, _DESCRIPTION, item + b"\0" * (-len(item) % 4))


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return bytes([0x80 | count, kind]) + (len(body) // 4).to_bytes(2, "big") + body
