"""What devices send that do not keep to the program stream: raw H.264 and H.265, and transport streams."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
from tests.gb28181.media.clips import SSRC, Coded

from camloom.gb28181.media.psmux import RtpPacketiser

_MAX_BYTES = 1200


def units_of(data: bytes) -> list[bytes]:
    """Return the NAL units of a picture, without their start codes."""
    return [part.rstrip(b"\0") for part in data.split(b"\0\0\1") if part.strip(b"\0")]


def raw_rtp(
    pictures: Sequence[Coded], payload_type: int, *, aggregate: bool = True, sequence: int = 0, marks: bool = True
) -> list[bytes]:
    """Return the pictures as RTP packets (RFC 6184, RFC 7798); parameter sets in one aggregate."""
    packetiser = RtpPacketiser(SSRC, payload_type, sequence)
    made = []
    for one in pictures:
        payloads = _payloads(one, aggregate)
        for index, payload in enumerate(payloads):
            marker = marks and index == len(payloads) - 1
            made.append(packetiser.packet(payload, one.pts_ticks, marker=marker))
    return made


def _payloads(one: Coded, aggregate: bool) -> list[bytes]:
    units = units_of(one.data)
    small = [unit for unit in units if len(unit) < 100]
    payloads = []
    if aggregate and len(small) > 1 and units[: len(small)] == small:
        head = b"\x78" if one.codec == "h264" else b"\x60\x01"
        payloads.append(head + b"".join(len(unit).to_bytes(2, "big") + unit for unit in small))
        units = units[len(small) :]
    for unit in units:
        payloads += [unit] if len(unit) <= _MAX_BYTES else _fragments(one.codec, unit)
    return payloads


def _fragments(codec: str, unit: bytes) -> list[bytes]:
    head_bytes = 1 if codec == "h264" else 2
    kind = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
    head = bytes([unit[0] & 0xE0 | 28]) if codec == "h264" else bytes([unit[0] & 0x81 | 49 << 1, unit[1]])
    body = unit[head_bytes:]
    parts = [body[at : at + _MAX_BYTES] for at in range(0, len(body), _MAX_BYTES)]
    return [
        head + bytes([(index == 0) << 7 | (index == len(parts) - 1) << 6 | kind]) + part
        for index, part in enumerate(parts)
    ]


def transport_stream(pictures: Sequence[Coded]) -> bytes:
    """Return the pictures as FFmpeg writes a transport stream."""
    out = io.BytesIO()
    with av.open(out, "w", format="mpegts") as container:
        stream = container.add_stream("libx264" if pictures[0].codec == "h264" else "libx265", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for one in pictures:
            raw = av.Packet(one.data)
            raw.pts, raw.dts, raw.time_base = one.pts_ticks, one.dts_ticks, Fraction(1, 90_000)
            raw.stream, raw.is_keyframe = stream, one.is_keyframe
            container.mux(raw)
    return out.getvalue()


def ts_rtp(pictures: Sequence[Coded], payload_type: int = 33) -> list[bytes]:
    """Return the pictures as a transport stream in RTP packets, seven packets of it in each."""
    packetiser = RtpPacketiser(SSRC, payload_type)
    data = transport_stream(pictures)
    return [packetiser.packet(data[at : at + 1316], at, marker=False) for at in range(0, len(data), 1316)]
