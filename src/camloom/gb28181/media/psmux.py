"""Writes program streams over RTP as GB/T 28181 wants them: for the live channels of a cascade, and for tests."""

from camloom.gb28181.media.nal import Codec

G711A = 0x90
_STREAM_TYPES: dict[Codec, int] = {"h264": 0x1B, "hevc": 0x24}
_VIDEO_ID, _AUDIO_ID = 0xE0, 0xC0
_MAX_PES_BYTES = 65_000
_PTS_MASK = (1 << 33) - 1
_CRC_POLYNOMIAL = 0x04C11DB7
_RTP_PAYLOAD_BYTES = 1400


class PsMuxer:
    """Writes one program stream.

    Args:
        codec: of the video.
        audio_type: stream type of the sound; None: there is none.
    """

    def __init__(self, codec: Codec, audio_type: int | None = None) -> None:
        self._codec = codec
        self._streams = [(_STREAM_TYPES[codec], _VIDEO_ID)]
        if audio_type is not None:
            self._streams.append((audio_type, _AUDIO_ID))

    def video(self, data: bytes, pts_ticks: int, dts_ticks: int | None = None, *, is_keyframe: bool) -> bytes:
        """Return a pack with one picture (Annex B); before a keyframe the system header and the map."""
        dts_ticks = pts_ticks if dts_ticks is None else dts_ticks
        parts = [pack_header(dts_ticks)]
        if is_keyframe:
            parts += [system_header([stream for _, stream in self._streams]), stream_map(self._streams)]
        for at in range(0, len(data), _MAX_PES_BYTES):
            times = (pts_ticks, dts_ticks) if at == 0 else None
            parts.append(pes(_VIDEO_ID, data[at : at + _MAX_PES_BYTES], times))
        return b"".join(parts)

    def audio(self, data: bytes, pts_ticks: int) -> bytes:
        """Return a pack with some sound."""
        return pack_header(pts_ticks) + pes(_AUDIO_ID, data, (pts_ticks, pts_ticks))


class RtpPacketiser:
    """Puts packs into RTP packets.

    Args:
        ssrc: of the session, as its SDP says (`y=`).
        sequence: number of the first packet.
    """

    def __init__(self, ssrc: int, payload_type: int = 96, sequence: int = 0) -> None:
        self._ssrc = ssrc.to_bytes(4, "big")
        self._payload_type = payload_type
        self._sequence = sequence

    def packets(self, data: bytes, ticks: int) -> list[bytes]:
        """Return the packets of one picture; the last has the marker."""
        made = []
        for at in range(0, len(data), _RTP_PAYLOAD_BYTES):
            marker = at + _RTP_PAYLOAD_BYTES >= len(data)
            made.append(self.packet(data[at : at + _RTP_PAYLOAD_BYTES], ticks, marker=marker))
        return made

    def packet(self, payload: bytes, ticks: int, *, marker: bool) -> bytes:
        """Return one packet."""
        head = bytes([0x80, marker << 7 | self._payload_type])
        number = self._sequence.to_bytes(2, "big")
        self._sequence = (self._sequence + 1) & 0xFFFF
        return head + number + (ticks & 0xFFFFFFFF).to_bytes(4, "big") + self._ssrc + payload


def frame_tcp(packet: bytes) -> bytes:
    """Return a packet behind its length, as it goes over TCP (RFC 4571)."""
    return len(packet).to_bytes(2, "big") + packet


def pack_header(ticks: int) -> bytes:
    """Return the header of a pack with its clock, in 1/90000 s."""
    clock = ticks & _PTS_MASK
    bits = 0b01 << 46 | (clock >> 30) << 43 | 1 << 42 | (clock >> 15 & 0x7FFF) << 27 | 1 << 26
    bits |= (clock & 0x7FFF) << 11 | 1 << 10 | 1
    rate = 0x61A8 << 2 | 0b11  # 10 Mbit/s in units of 50 bytes/s
    return b"\0\0\1\xba" + bits.to_bytes(6, "big") + rate.to_bytes(3, "big") + b"\xf8"


def system_header(stream_ids: list[int]) -> bytes:
    """Return the system header: which streams there are, and how large their buffers must be."""
    body = b"\x80\xc3\x51\x04\xe1\x7f"
    for stream_id in stream_ids:
        size = 0xE000 | 400 if stream_id == _VIDEO_ID else 0xC000 | 32
        body += bytes([stream_id]) + size.to_bytes(2, "big")
    return b"\0\0\1\xbb" + len(body).to_bytes(2, "big") + body


def stream_map(streams: list[tuple[int, int]]) -> bytes:
    """Return the map that says the type of each stream: (stream type, stream id)."""
    entries = b"".join(bytes([kind, stream_id, 0, 0]) for kind, stream_id in streams)
    body = b"\xe0\xff\0\0" + len(entries).to_bytes(2, "big") + entries
    packet = b"\0\0\1\xbc" + (len(body) + 4).to_bytes(2, "big") + body
    return packet + crc32_mpeg(packet).to_bytes(4, "big")


def pes(stream_id: int, payload: bytes, times: tuple[int, int] | None) -> bytes:
    """Return a PES packet; the times (pts, dts) stand only in the first one of a picture."""
    head = b""
    flags = 0
    if times is not None:
        pts, dts = times
        flags = 0x80 if pts == dts else 0xC0
        head = _time(flags >> 6, pts) + (_time(1, dts) if pts != dts else b"")
    size = 3 + len(head) + len(payload)
    return b"\0\0\1" + bytes([stream_id]) + size.to_bytes(2, "big") + bytes([0x80, flags, len(head)]) + head + payload


def crc32_mpeg(data: bytes) -> int:
    """Return the checksum of MPEG's tables."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ _CRC_POLYNOMIAL if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def _time(prefix: int, ticks: int) -> bytes:
    value = ticks & _PTS_MASK
    first = prefix << 4 | (value >> 30) << 1 | 1
    return (
        bytes([first])
        + ((value >> 15 & 0x7FFF) << 1 | 1).to_bytes(2, "big")
        + ((value & 0x7FFF) << 1 | 1).to_bytes(2, "big")
    )
