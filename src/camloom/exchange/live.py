"""How live pictures and boxes leave a worker: a Unix socket in the folder of the task, and what is said on it.

Whoever connects says which channel it wants, a word and a newline, and nothing more. What comes back are pieces: one
byte (`DATA` or `END`), four bytes of length (big endian), so many bytes. The data of all pieces one after the other is
the channel: FLV, or JSON lines, of which a piece holds whole ones. After `END` (why, in UTF-8) nothing comes.
"""

import struct
from enum import StrEnum
from pathlib import Path

SOCKET = "live.sock"
"""Its name in the folder of the task."""

DATA, END = 1, 2
HEAD = struct.Struct(">BI")
MAX_PIECE_BYTES = 64 << 10
MAX_REQUEST_BYTES = 16


class Channel(StrEnum):
    """What can be asked for."""

    FLV = "flv"
    """the pictures as the camera encoded them, in FLV"""
    H264 = "h264"
    """the pictures encoded again for those who cannot play these, small, in FLV"""
    BOXES = "boxes"
    """what was found on each analysed frame, a JSON line each"""


class Ending(StrEnum):
    """Why a channel ended."""

    ANEW = "anew"
    """the stream broke, or something else comes now: ask again, and the new one comes"""
    OVER = "over"
    """the task ended"""
    UNSUPPORTED = "unsupported"
    """FLV does not carry what the camera sends, or not as it sends it; nothing can be encoded here"""
    FULL = "full"
    """there are as many viewers as there may be"""


def socket_of(out: Path) -> Path:
    """Return where a task whose results go to `out` offers its live view."""
    return out / SOCKET


def pieces(kind: int, payload: bytes) -> list[bytes]:
    """Return what to send for a payload of any length, in as many pieces as it needs."""
    parts = [payload[at : at + MAX_PIECE_BYTES] for at in range(0, len(payload), MAX_PIECE_BYTES)] or [b""]
    return [part for payload_part in parts for part in (HEAD.pack(kind, len(payload_part)), payload_part)]
