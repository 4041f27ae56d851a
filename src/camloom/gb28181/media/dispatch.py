"""What is in the RTP packets? The payload type is a hint; many devices announce one thing and send another."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, Protocol

from camloom.gb28181.media.nal import Codec, codec_of_nal
from camloom.gb28181.media.ps import PsParser
from camloom.gb28181.media.raw_rtp import NalDepacketiser
from camloom.gb28181.media.rtp import RtpPacket
from camloom.gb28181.media.ts import TsReader
from camloom.gb28181.media.unit import AccessUnit, UnitAssembler, Unwrapper

Kind = Literal["ps", "ts", "h264", "hevc"]

TYPES: Mapping[int, Kind] = {33: "ts", 98: "h264", 99: "hevc", 100: "hevc"}
_PACK = b"\0\0\1\xba"
_TS_BYTES = 188
_RAW: dict[Kind, Codec] = {"h264": "h264", "hevc": "hevc"}
_H264_STAP_A, _HEVC_AP = 24, 48 << 1  # first bytes; no NAL unit of the other codec begins so


class Reader(Protocol):
    """Turns packets of one kind into pictures."""

    @property
    def assembler(self) -> UnitAssembler:
        """What was collected and lost."""

    def units(self, packets: Iterator[RtpPacket]) -> Iterator[AccessUnit]:
        """Yield the pictures until the packets end."""


def sniff(packet: RtpPacket, types: Mapping[int, Kind] = TYPES) -> Kind | None:
    """Return what a packet carries, None where it does not tell.

    Args:
        types: what payload types mean where the bytes do not say it, from the SDP or by custom.
    """
    payload = packet.payload
    if payload.startswith(_PACK):
        return "ps"
    declared = types.get(packet.payload_type)
    if declared in _RAW:
        return sniff_nal(payload) or declared
    if _is_ts(payload):
        return "ts"
    if _PACK in payload:
        return "ps"
    return sniff_nal(payload)


def _is_ts(payload: bytes) -> bool:
    return bool(payload) and not len(payload) % _TS_BYTES and set(payload[::_TS_BYTES]) == {0x47}


def sniff_nal(payload: bytes) -> Codec | None:
    """Return the codec of a raw payload if it begins with a parameter set, by itself or in an aggregate."""
    codec = codec_of_nal(payload[:4])
    if codec is None and payload and payload[0] & 0x9F == _H264_STAP_A:
        return "h264" if codec_of_nal(payload[3:7]) == "h264" else None
    if codec is None and payload and payload[0] == _HEVC_AP:
        return "hevc" if codec_of_nal(payload[4:8]) == "hevc" else None
    return codec


class PsReader:
    """Program stream over RTP. Where it holds no times, those of RTP count."""

    def __init__(self) -> None:
        self._parser = PsParser()
        self._clock = Unwrapper(32)

    @property
    def assembler(self) -> UnitAssembler:
        """What was collected and lost."""
        return self._parser.assembler

    def units(self, packets: Iterator[RtpPacket]) -> Iterator[AccessUnit]:
        """Yield the pictures until the packets end."""
        for packet in packets:
            if packet.lost_before:
                self._parser.lost()
            self._parser.assembler.fallback_ticks = self._clock.read(packet.timestamp)
            yield from self._parser.push(packet.payload, packet.arrived_s, mark=packet.marker)
        yield from self._parser.flush()


class RawReader:
    """H.264 or H.265 straight over RTP. Parameter sets overrule what the payload type says."""

    def __init__(self, codec: Codec, types: Mapping[int, Kind]) -> None:
        self._codecs = {number: _RAW[kind] for number, kind in types.items() if kind in _RAW}
        self._codec = codec
        self._depacketiser = NalDepacketiser(codec)

    @property
    def assembler(self) -> UnitAssembler:
        """What was collected and lost."""
        return self._depacketiser.assembler

    def units(self, packets: Iterator[RtpPacket]) -> Iterator[AccessUnit]:
        """Yield the pictures until the packets end."""
        switched = False
        for packet in packets:
            codec = self._codec_of(packet)
            if codec != self._codec:
                self._codec, self._depacketiser, switched = codec, NalDepacketiser(codec), True
            for unit in self._depacketiser.push(packet):
                yield replace(unit, discont=True) if switched else unit
                switched = False

    def _codec_of(self, packet: RtpPacket) -> Codec:
        if shown := sniff_nal(packet.payload):
            self._codecs[packet.payload_type] = shown
        return self._codecs.get(packet.payload_type, self._codec)


def new_reader(kind: Kind, types: Mapping[int, Kind] = TYPES) -> Reader:
    """Return what reads packets of a kind."""
    if kind == "ps":
        return PsReader()
    return TsReader() if kind == "ts" else RawReader(_RAW[kind], types)
