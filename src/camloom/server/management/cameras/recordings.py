"""What kind of recording a file is, by its first bytes: its name says nothing, and no decoder is asked."""

_MP4_BRANDS = (b"ftyp",)
_EBML = b"\x1a\x45\xdf\xa3"
_PACK = b"\x00\x00\x01\xba"
_SYNC, _PACKET_BYTES = 0x47, 188


def kind_of(head: bytes) -> str | None:
    """Return mp4, mkv, avi, flv, ps or ts; None: something else, such as a playlist that names other files."""
    if head[4:8] in _MP4_BRANDS:
        return "mp4"
    if head.startswith(_EBML):
        return "mkv"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"FLV\x01"):
        return "flv"
    if head.startswith(_PACK):
        return "ps"
    is_ts = len(head) >= 4 * _PACKET_BYTES and all(
        head[at] == _SYNC for at in range(0, 4 * _PACKET_BYTES, _PACKET_BYTES)
    )
    return "ts" if is_ts else None
