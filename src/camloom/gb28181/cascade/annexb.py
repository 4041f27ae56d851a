"""Encoded pictures as a byte stream with start codes, as a program stream wants them (Annex B)."""

from camloom.gb28181.media.nal import Codec, read_picture

_START = b"\0\0\0\1"
_MAX_SETS = 64


class AnnexB:
    """Turns the packets of one stream into access units that can be decoded from each keyframe on.

    Files and RTMP put lengths before NAL units and keep the parameter sets apart; RTSP may name them in its session
    description only.

    Args:
        extradata: of the codec: avcC, hvcC, parameter sets with start codes, or nothing.
    """

    def __init__(self, codec: Codec, extradata: bytes) -> None:
        self._codec = codec
        self._length_bytes, self._sets = 0, extradata
        if extradata[:1] == b"\1" and len(extradata) > (22 if codec == "hevc" else 6):
            read = _read_hvcc if codec == "hevc" else _read_avcc
            self._length_bytes, self._sets = read(extradata)

    def convert(self, data: bytes, *, is_keyframe: bool) -> bytes:
        """Return one access unit; before a keyframe the parameter sets, if it does not bring them."""
        if self._length_bytes:
            data = _with_start_codes(data, self._length_bytes)
        if is_keyframe and self._sets and not read_picture(data, self._codec).parameter_sets:
            return self._sets + data
        return data


def _with_start_codes(data: bytes, length_bytes: int) -> bytes:
    """Return NAL units with start codes in the place of lengths; what does not fit is cut off."""
    parts, at = [], 0
    while at + length_bytes < len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        parts.append(_START + data[at : at + size])
        at += size
    return b"".join(parts)


def _read_avcc(extradata: bytes) -> tuple[int, bytes]:
    sets, at = b"", 5
    for mask in (0x1F, 0xFF):  # first the SPS, then the PPS
        count = extradata[at] & mask if at < len(extradata) else 0
        more, at = _sets(extradata, at + 1, count)
        sets += more
    return (extradata[4] & 3) + 1, sets


def _read_hvcc(extradata: bytes) -> tuple[int, bytes]:
    sets, at = b"", 23
    for _ in range(min(extradata[22], _MAX_SETS)):
        count = int.from_bytes(extradata[at + 1 : at + 3], "big")
        more, at = _sets(extradata, at + 3, count)
        sets += more
    return (extradata[21] & 3) + 1, sets


def _sets(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    """Return parameter sets with start codes, and where the next thing stands."""
    found = b""
    for _ in range(min(count, _MAX_SETS)):
        size = int.from_bytes(data[at : at + 2], "big")
        found += _START + data[at + 2 : at + 2 + size]
        at += 2 + size
    return found, at
