"""The outline of a protobuf file, read without its schema: enough to tell ONNX, TensorFlow and Paddle apart.

Source: the encoding as published (protobuf.dev, "Encoding"): each field is a key of number and wire type, then
a varint, 4 or 8 bytes, or a length and as many bytes, which are passed over.
"""

from pathlib import Path
from typing import BinaryIO

VARINT, FIXED64, LENGTH_DELIMITED, FIXED32 = 0, 1, 2, 5
_MAX_FIELDS = 200_000
_MAX_NUMBER = 2048  # of a field; the formats looked for stay far below

Field = tuple[int, int]


def top_level_fields(path: Path) -> frozenset[Field]:
    """Return the (number, wire type) of the fields of the outermost message; empty if it is no protobuf."""
    size = path.stat().st_size
    found: set[Field] = set()
    with path.open("rb") as file:
        for _ in range(_MAX_FIELDS):
            field = _next_field(file, size)
            if field is None:
                return frozenset(found) if file.tell() == size else frozenset()
            found.add(field)
    return frozenset(found)


def nested_start(path: Path) -> bytes:
    """Return the first byte inside the first field of a file."""
    with path.open("rb") as file:
        _varint(file)
        _varint(file)
        return file.read(1)


def _next_field(file: BinaryIO, size: int) -> Field | None:
    """Pass over one field; None at the end, or where this is no protobuf."""
    start = file.tell()
    key = _varint(file)
    number, wire_type = (key or 0) >> 3, (key or 0) & 7
    if not 0 < number <= _MAX_NUMBER:
        file.seek(start)
        return None
    length = {VARINT: 0, FIXED64: 8, FIXED32: 4}.get(wire_type)
    if wire_type in (VARINT, LENGTH_DELIMITED):
        value = _varint(file)
        length = None if value is None else (value if wire_type == LENGTH_DELIMITED else 0)
    if length is None or file.tell() + length > size:
        file.seek(start)
        return None
    file.seek(length, 1)
    return number, wire_type


def _varint(file: BinaryIO) -> int | None:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    return None
