"""MPEG-PS as cameras write it: pack, system header, map and PES; a generator for tests, not a product."""

from collections.abc import Collection

STREAM_TYPES = {"h264": 0x1B, "hevc": 0x24}
_VIDEO = 0xE0
_PES_PAYLOAD = 65000
_PRIVATE = b"\x00\x00\x01\xbd" + (64).to_bytes(2, "big") + b"\x8c\x00\x00" + b"\x00\x00\x00\x01\x65" * 12 + b"\xff"


def pack_header(scr: int) -> bytes:
    """14 bytes with the system clock in units of 1/90000 s."""
    scr %= 1 << 33
    clock = (0b01 << 3) | (scr >> 30)
    for part in ((scr >> 15) & 0x7FFF, scr & 0x7FFF):
        clock = (((clock << 1) | 1) << 15) | part
    clock = (((clock << 1) | 1) << 10) | 1  # extension 0, marker
    return b"\x00\x00\x01\xba" + clock.to_bytes(6, "big") + ((6000 << 2) | 3).to_bytes(3, "big") + b"\xf8"


def system_header() -> bytes:
    rate_bound = ((1 << 23) | (6000 << 1) | 1).to_bytes(3, "big")
    body = rate_bound + b"\x04\xe1\x7f" + bytes([_VIDEO, 0xE0, 0x80, 0xC0, 0xC0, 0x08])
    return b"\x00\x00\x01\xbb" + len(body).to_bytes(2, "big") + body


def crc32(data: bytes) -> int:
    """MPEG-2's: not reflected, no final inversion."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def stream_map(codec: str, *, good_crc: bool = True) -> bytes:
    streams = bytes([STREAM_TYPES[codec], _VIDEO, 0, 0])
    body = b"\xe1\xff\x00\x00" + len(streams).to_bytes(2, "big") + streams
    whole = b"\x00\x00\x01\xbc" + (len(body) + 4).to_bytes(2, "big") + body
    return whole + (crc32(whole) if good_crc else 0xDEADBEEF).to_bytes(4, "big")


def stamp(pts: int) -> bytes:
    """5 bytes of PTS."""
    pts %= 1 << 33
    high, middle, low = pts >> 30, (pts >> 15) & 0x7FFF, pts & 0x7FFF
    return bytes([0x21 | (high << 1)]) + ((middle << 1) | 1).to_bytes(2, "big") + ((low << 1) | 1).to_bytes(2, "big")


def pes(payload: bytes, pts: int | None, *, length_0: bool = False) -> bytes:
    head = b"\x8c\x80\x05" + stamp(pts) if pts is not None else b"\x8c\x00\x00"
    length = 0 if length_0 else len(head) + len(payload)
    return b"\x00\x00\x01" + bytes([_VIDEO]) + length.to_bytes(2, "big") + head + payload


def picture(data: bytes, pts: int, *, codec: str, keyframe: bool, habits: Collection[str] = ()) -> bytes:
    """One picture (Annex B) as program stream; `pts` in 1/90000 s."""
    out = (b"\x00\x00\x00\x01" if "zeros-before-pack" in habits else b"") + pack_header(pts)
    if keyframe:
        out += system_header()
        if "no-psm" not in habits:
            out += stream_map(codec, good_crc="bad-psm-crc" not in habits)
    if "private-pes" in habits:
        out += _PRIVATE
    if "pes-length-0" in habits:
        return out + pes(data, pts, length_0=True)
    for at in range(0, len(data), _PES_PAYLOAD):
        out += pes(data[at : at + _PES_PAYLOAD], None if at else pts)
    return out
