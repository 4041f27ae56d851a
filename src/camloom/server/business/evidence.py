"""All that is known of one alarm as a zip, written while it is read."""

import zipfile
from collections.abc import Iterator
from io import RawIOBase
from typing import Any

from camloom.errors import ServerError
from camloom.server.business.alarm_models import AlarmDetail
from camloom.server.business.ledger import Row
from camloom.server.business.media_place import MediaPlace

DOCUMENT = "alarm.json"


class _Pipe(RawIOBase):
    """Takes what is written and gives it away: a zip of any size needs the memory of one piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """See `RawIOBase`."""
        return True

    def write(self, data: Any) -> int:
        """Take a piece."""
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def drain(self) -> bytes:
        """Give away what was written since."""
        written, self._pieces = b"".join(self._pieces), []
        return written


def zip_of(detail: AlarmDetail, files: list[Row], place: MediaPlace) -> Iterator[bytes]:
    """Yield a zip with `alarm.json`, the pictures and the clips of an alarm.

    Args:
        files: rows of `media` that are there; `alarm.json` has the SHA-256 of each.
        place: where they are. One that is gone by now is left out.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(DOCUMENT, detail), detail.model_dump_json(indent=1))
        yield pipe.drain()
        for row in files:
            for _ in _pack(archive, row, detail, place):
                yield pipe.drain()
    yield pipe.drain()


def _pack(archive: zipfile.ZipFile, row: Row, detail: AlarmDetail, place: MediaPlace) -> Iterator[None]:
    pieces = place.read(row["key"], 0, row["size_bytes"])
    try:
        first = next(pieces, b"")
    except ServerError:
        return
    entry = _entry(f"{row['event_id']}-{row['kind']}.{row['key'].rpartition('.')[2]}", detail)
    with archive.open(entry, "w", force_zip64=True) as out:
        out.write(first)
        yield
        for piece in pieces:
            out.write(piece)
            yield


def _entry(name: str, detail: AlarmDetail) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, detail.received_at.timetuple()[:6])
    entry.external_attr = 0o600 << 16
    return entry
