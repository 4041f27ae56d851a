"""H.264 and H.265 straight over RTP (RFC 6184, RFC 7798), as devices send that do not keep to the program stream."""

from collections.abc import Iterator

from camloom.gb28181.media.nal import Codec, nal_kind
from camloom.gb28181.media.rtp import RtpPacket
from camloom.gb28181.media.unit import AccessUnit, UnitAssembler, Unwrapper

_START = b"\0\0\0\1"
_H264_STAP_A, _H264_STAP_B, _H264_FU_A, _H264_FU_B = 24, 25, 28, 29
_HEVC_AP, _HEVC_FU = 48, 49
# Units that stand only at the beginning of a picture: behind a loss nothing of it can be missing.
_FIRST: dict[Codec, tuple[int, ...]] = {"h264": (7, 9), "hevc": (32, 35)}


class NalDepacketiser:
    """Puts pictures together out of RTP packets that are in order."""

    def __init__(self, codec: Codec) -> None:
        self.assembler = UnitAssembler(codec)
        self._codec = codec
        self._clock = Unwrapper(32)
        self._timestamp: int | None = None
        self._in_fragment = False

    def push(self, packet: RtpPacket) -> Iterator[AccessUnit]:
        """Take a packet and yield the pictures that are complete with it, at most two."""
        if packet.lost_before:
            self.assembler.lost()
            self._in_fragment = False
        if packet.timestamp != self._timestamp:
            yield from self._finish(packet.arrived_s)
            if packet.lost_before and not self._is_first(packet.payload):
                self.assembler.lost()
        self._timestamp = packet.timestamp
        if packet.payload:
            self._take(packet.payload, self._clock.read(packet.timestamp))
        if packet.marker:
            yield from self._finish(packet.arrived_s)

    def _finish(self, arrived_s: float) -> Iterator[AccessUnit]:
        unit = self.assembler.finish(arrived_s)
        self._timestamp = None
        if unit is not None:
            yield unit

    def _take(self, payload: bytes, ticks: int) -> None:
        kind = self._kind(payload)
        if kind in ((_H264_FU_A, _H264_FU_B) if self._codec == "h264" else (_HEVC_FU,)):
            self._take_fragment(payload, ticks)
        elif kind in ((_H264_STAP_A, _H264_STAP_B) if self._codec == "h264" else (_HEVC_AP,)):
            for unit in self._aggregated(payload, kind):
                self.assembler.add(_START + unit, (ticks, ticks))
        else:
            self.assembler.add(_START + payload, (ticks, ticks))

    def _aggregated(self, payload: bytes, kind: int) -> Iterator[bytes]:
        at = 2 if kind == _HEVC_AP else 3 if kind == _H264_STAP_B else 1
        while at + 2 < len(payload):
            size = int.from_bytes(payload[at : at + 2], "big")
            if unit := payload[at + 2 : at + 2 + size]:
                yield unit
            at += 2 + size

    def _take_fragment(self, payload: bytes, ticks: int) -> None:
        head_bytes = 1 if self._codec == "h264" else 2
        if len(payload) < head_bytes + 1:
            return
        state = payload[head_bytes]
        is_first, is_last = bool(state & 0x80), bool(state & 0x40)
        body_at = head_bytes + (3 if self._codec == "h264" and payload[0] & 0x1F == _H264_FU_B else 1)
        if is_first:
            self.assembler.add(_START + self._whole_head(payload, state) + payload[body_at:], (ticks, ticks))
        elif self._in_fragment:
            self.assembler.add(payload[body_at:], (ticks, ticks))
        else:
            self.assembler.lost()
        self._in_fragment = not is_last and (is_first or self._in_fragment)

    def _whole_head(self, payload: bytes, state: int) -> bytes:
        if self._codec == "h264":
            return bytes([payload[0] & 0xE0 | state & 0x1F])
        return bytes([payload[0] & 0x81 | (state & 0x3F) << 1, payload[1]])

    def _kind(self, payload: bytes) -> int:
        return nal_kind(self._codec, payload[0])

    def _is_first(self, payload: bytes) -> bool:
        """Return whether a picture begins with these bytes, also inside of an aggregate."""
        if not payload:
            return False
        kind = self._kind(payload)
        if kind in (_H264_STAP_A, _HEVC_AP):
            payload = next(self._aggregated(payload, kind), b"\0")
        return self._kind(payload) in _FIRST[self._codec]
