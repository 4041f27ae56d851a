"""RTP over TCP: packets behind their length (RFC 4571), found again when the order is lost."""

_SSRC_AT = 8
_MIN_RTP_BYTES = 12
_PREAMBLE = b"\x01\x00"
_PREAMBLE_BYTES = 256  # some Hikvision devices say something of their own first
_INTERLEAVED = 0x24  # `$`, a channel, and the length: what RTSP does


class TcpFramer:
    """Cuts a byte stream into RTP packets. Memory is bounded by one packet.

    Args:
        ssrc: of the stream, if it is known; else the first packet's counts.

    Attributes:
        resyncs: how often the order was lost.
    """

    def __init__(self, ssrc: int | None = None) -> None:
        self.resyncs = 0
        self._ssrc = None if ssrc is None else ssrc.to_bytes(4, "big")
        self._buffer = bytearray()
        self._at_begin = True
        self._searching = False

    def push(self, data: bytes | memoryview) -> list[bytes]:
        """Take the next bytes and return the RTP packets (or RTCP) that are complete with them."""
        self._buffer += data
        packets: list[bytes] = []
        while self._skip_preamble() and (self._find() if self._searching else self._take(packets)):
            pass
        return packets

    def _skip_preamble(self) -> bool:
        """Wait for what tells whether there is a preamble; False: more bytes are needed."""
        if not self._at_begin:
            return True
        while self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
        if len(self._buffer) < 4:
            return False
        if self._buffer.startswith(_PREAMBLE) and self._buffer[2] >> 6 != 2:
            if len(self._buffer) < _PREAMBLE_BYTES:
                return False
            del self._buffer[:_PREAMBLE_BYTES]
        self._at_begin = False
        return True

    def _take(self, packets: list[bytes]) -> bool:
        if self._buffer.startswith(b"\r\n") and not self._fits(0):  # a keep-alive
            if len(self._buffer) < 2 + _MIN_RTP_BYTES:
                return False
            del self._buffer[:2]
        if len(self._buffer) < 4 + _MIN_RTP_BYTES:
            return False
        skip = 2 if self._buffer[0] == _INTERLEAVED and self._fits(2) else 0
        if not skip and not self._fits(0):
            self.resyncs += 1
            self._searching = True
            return True
        size = int.from_bytes(self._buffer[skip : skip + 2], "big")
        if len(self._buffer) < skip + 2 + size:
            return False
        packet = bytes(self._buffer[skip + 2 : skip + 2 + size])
        del self._buffer[: skip + 2 + size]
        self._learn(packet)
        packets.append(packet)
        return True

    def _learn(self, packet: bytes) -> None:
        if self._ssrc is None and not 200 <= packet[1] <= 207:
            self._ssrc = packet[_SSRC_AT : _SSRC_AT + 4]

    def _fits(self, at: int) -> bool:
        """Return whether the bytes from `at` on look like a length and an RTP packet."""
        head = self._buffer[at : at + 2 + _MIN_RTP_BYTES]
        if len(head) < 2 + _MIN_RTP_BYTES or int.from_bytes(head[:2], "big") < _MIN_RTP_BYTES or head[2] >> 6 != 2:
            return False
        is_rtcp = 200 <= head[3] <= 207
        return is_rtcp or self._ssrc is None or head[2 + _SSRC_AT : 6 + _SSRC_AT] == self._ssrc

    def _find(self) -> bool:
        """Look for the SSRC, or for any head that fits while there is none."""
        last = len(self._buffer) - 2 - _MIN_RTP_BYTES
        at = 1
        while at <= last:
            if self._ssrc is not None:
                found = self._buffer.find(self._ssrc, at + 2 + _SSRC_AT)
                if found < 0:
                    break
                at = found - 2 - _SSRC_AT
            if self._is_rtp(at):
                del self._buffer[:at]
                self._searching = False
                return True
            at += 1
        del self._buffer[: max(0, last)]
        return False

    def _is_rtp(self, at: int) -> bool:
        return self._fits(at) and not 200 <= self._buffer[at + 3] <= 207
