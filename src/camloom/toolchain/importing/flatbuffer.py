"""Reads tables of a flatbuffer without its generated code; every offset is checked against the file.

Source: the FlatBuffers internals page (flatbuffers.dev): a table begins with the distance back to its vtable,
which lists where each field lies; strings, vectors and tables are reached by offsets from where these stand.
"""

import struct
from dataclasses import dataclass

from camloom.errors import ModelError
from camloom.toolchain.importing.refusals import damaged


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a flatbuffer.

    Attributes:
        data: the whole file.
        at: where the table begins.
        limit: vectors longer than this are refused.
    """

    data: bytes
    at: int
    limit: int = 1_000_000

    @classmethod
    def root(cls, data: bytes) -> "Table":
        """Return the outermost table."""
        return cls(data, _read(data, "<I", 0))

    def number(self, field: int, layout: str = "<i", default: float = 0) -> float:
        """Return a scalar field; `layout` as in `struct`."""
        at = self._field(field)
        return _read(self.data, layout, at) if at else default

    def text(self, field: int) -> str:
        """Return a string field; empty when it is not there."""
        start, length = self._vector(field)
        return _slice(self.data, start, length).decode("utf-8", errors="replace")

    def raw(self, field: int) -> bytes:
        """Return a vector of bytes."""
        return _slice(self.data, *self._vector(field))

    def numbers(self, field: int, layout: str = "<i") -> tuple[float, ...]:
        """Return a vector of scalars."""
        start, length = self._vector(field)
        size = struct.calcsize(layout)
        part = _slice(self.data, start, length * size)
        return tuple(value for (value,) in struct.iter_unpack(layout, part))

    def table(self, field: int) -> "Table | None":
        """Return the table that a field points to."""
        at = self._field(field)
        return Table(self.data, at + int(_read(self.data, "<I", at)), self.limit) if at else None

    def tables(self, field: int) -> tuple["Table", ...]:
        """Return a vector of tables."""
        start, length = self._vector(field)
        places = range(start, start + 4 * length, 4)
        return tuple(Table(self.data, at + int(_read(self.data, "<I", at)), self.limit) for at in places)

    def texts(self, field: int) -> tuple[str, ...]:
        """Return a vector of strings."""
        found = []
        start, length = self._vector(field)
        for at in range(start, start + 4 * length, 4):
            place = at + int(_read(self.data, "<I", at))
            size = int(_read(self.data, "<I", place))
            found.append(_slice(self.data, place + 4, size).decode("utf-8", errors="replace"))
        return tuple(found)

    def _field(self, field: int) -> int:
        """Return where a field lies; 0 when the table has none."""
        vtable = self.at - int(_read(self.data, "<i", self.at))
        size = int(_read(self.data, "<H", vtable))
        if 4 + 2 * field >= size:
            return 0
        offset = int(_read(self.data, "<H", vtable + 4 + 2 * field))
        return self.at + offset if offset else 0

    def _vector(self, field: int) -> tuple[int, int]:
        at = self._field(field)
        if not at:
            return 0, 0
        start = at + int(_read(self.data, "<I", at))
        length = int(_read(self.data, "<I", start))
        return start + 4, length


def _read(data: bytes, layout: str, at: int) -> int:
    if not 0 <= at <= len(data) - struct.calcsize(layout):
        raise ModelError(damaged("the file is damaged: an offset points outside it"), "Fetch it again")
    value: int = struct.unpack_from(layout, data, at)[0]
    return value


def _slice(data: bytes, start: int, length: int) -> bytes:
    if not 0 <= start <= start + length <= len(data):
        raise ModelError(damaged("the file is damaged: a list reaches beyond its end"), "Fetch it again")
    return data[start : start + length]
