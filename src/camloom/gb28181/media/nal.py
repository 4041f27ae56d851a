"""NAL units in an Annex B byte stream of H.264 or H.265: just enough to find pictures, keyframes and parameter sets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Codec = Literal["h264", "hevc"]

_START = re.compile(rb"\x00\x00\x01")
_LEADING_START = re.compile(rb"\x00{2,8}\x01")
# Whatever stands before the first slice of a picture is short; a hostile one must not cost more than this.
_MAX_UNITS = 64
_H264_PROFILES = frozenset({66, 77, 88, 100, 110, 122, 244})
_H264_SETS, _HEVC_SETS = (7, 8), (32, 33, 34)
# What may stand only before the first slice of a picture.
_H264_HEADS = frozenset({6, 7, 8, 9, *range(14, 19)})
_HEVC_HEADS = frozenset({32, 33, 34, 35, 39, *range(41, 45), *range(48, 56)})


@dataclass(frozen=True, slots=True)
class Nal:
    """One NAL unit: its type, and where it lies without its start code."""

    kind: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What the NAL units of an access unit say.

    Attributes:
        has_slice: there is a part of a picture in it, not only what describes pictures.
        is_keyframe: decoding can begin here: an IDR picture of H.264, an intra random access point of H.265.
        parameter_sets: VPS, SPS, PPS with start codes; empty where it holds none.
    """

    has_slice: bool
    is_keyframe: bool
    parameter_sets: bytes


def nal_kind(codec: Codec, header: int) -> int:
    """Return the type of a NAL unit from the first byte of its header."""
    return header & 0x1F if codec == "h264" else header >> 1 & 0x3F


def nals(data: bytes, codec: Codec, limit: int = _MAX_UNITS) -> Iterator[Nal]:
    """Yield the NAL units of a byte stream up to and including the first slice, at most `limit`."""
    starts = _START.finditer(data)
    current = next(starts, None)
    for _ in range(limit):
        if current is None or current.end() >= len(data):
            return
        kind = nal_kind(codec, data[current.end()])
        if is_slice(codec, kind):
            yield Nal(kind, current.end(), len(data))
            return
        following = next(starts, None)
        end = following.start() if following else len(data)
        yield Nal(kind, current.end(), end)
        current = following


def is_slice(codec: Codec, kind: int) -> bool:
    """Return whether a NAL unit holds a part of a picture."""
    return 1 <= kind <= 5 if codec == "h264" else kind <= 31


def read_picture(data: bytes, codec: Codec) -> Picture:
    """Look at the NAL units of an access unit."""
    sets = bytearray()
    wanted = _H264_SETS if codec == "h264" else _HEVC_SETS
    for nal in nals(data, codec):
        if nal.kind in wanted:
            sets += b"\0\0\0\1" + data[nal.begin : nal.end].rstrip(b"\0")
        elif is_slice(codec, nal.kind):
            return Picture(True, _is_key(codec, nal.kind), bytes(sets))
    return Picture(False, False, bytes(sets))


def begins_picture(data: bytes, codec: Codec | None) -> bool:
    """Return whether a byte stream that starts with `data` starts a new picture, not another part of one."""
    found = _LEADING_START.match(data)
    if found is None or found.end() + 2 >= len(data):
        return False
    if codec is None:
        return True
    kind = nal_kind(codec, data[found.end()])
    if kind in (_H264_HEADS if codec == "h264" else _HEVC_HEADS):
        return True
    # The first bit behind the header: first_mb_in_slice is 0, or first_slice_segment_in_pic_flag is set.
    first = data[found.end() + (1 if codec == "h264" else 2)]
    return is_slice(codec, kind) and bool(first & 0x80)


def guess_codec(data: bytes) -> Codec | None:
    """Return which codec a byte stream is, or None: only parameter sets tell the two apart."""
    for found in _START.finditer(data[:4096]):
        if guess := codec_of_nal(data[found.end() : found.end() + 4]):
            return guess
    return None


def codec_of_nal(head: bytes) -> Codec | None:
    """Return the codec if these first bytes of a NAL unit are a parameter set that every stream begins with."""
    if len(head) < 4 or head[0] & 0x80:
        return None
    if head[0] & 0x1F == 7 and head[0] & 0x60 and head[1] in _H264_PROFILES and not head[2] & 0x03:
        return "h264"
    if head[0] >> 1 in (32, 33) and not head[0] & 1 and head[1] == 1:
        return "hevc"
    return None


def _is_key(codec: Codec, kind: int) -> bool:
    return kind == 5 if codec == "h264" else 16 <= kind <= 21
