"""The files of one stream's history: a Parquet file an hour, and small parts of the hour that is being written.

    history/<task>/2026-11-01T08.parquet              an hour (UTC), whole
    history/<task>/2026-11-01T09.000003.part.parquet  some minutes of the current hour

A Parquet file can be read only when it is whole, so what is new goes into parts, each under a hidden name first.
At the end of the hour its parts become one file, which says up to which part it holds: a crash between that and the
removal of the parts counts nothing twice.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from camloom.errors import SinkError
from camloom.sinks.history_rows import arrow, parquet, schema, writer_options

_NAME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d)(?:\.(\d{6})\.part)?\.parquet$")
_HOUR = "%Y-%m-%dT%H"
_MERGED = b"camloom.merged"
_GROUP_OBJECTS = 200_000
_logger = logging.getLogger(__name__)


def hour_of(moment: datetime) -> str:
    """Return the name of the hour, in UTC, in which something was captured."""
    return moment.astimezone(UTC).strftime(_HOUR)


def start_of(hour: str) -> datetime:
    """Return when an hour begins."""
    return datetime.strptime(hour, _HOUR).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    path: Path


class HistoryFiles:
    """The folder of one stream.

    Args:
        folder: need not exist to be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hours(self) -> list[str]:
        """Return all hours of which something is stored, oldest first."""
        return sorted({match[1] for path in self._listed() if (match := _NAME.match(path.name))})

    def of_hour(self, hour: str) -> list[Path]:
        """Return the files that hold an hour, in the order in which they were written."""
        whole = self._whole(hour)
        merged = merged_up_to(whole)
        parts = [part.path for part in self._parts(hour) if part.number > merged]
        return [whole, *parts] if whole.exists() else parts

    def add_part(self, hour: str, table: Any) -> Path:
        """Write some more of an hour; OSError when that fails, and then nothing is left of it."""
        known = [merged_up_to(self._whole(hour)), *(part.number for part in self._parts(hour))]
        place = self.folder / f"{hour}.{max(known) + 1:06}.part.parquet"
        with _replacing(place) as file:
            parquet().write_table(table, file, **writer_options())
        return place

    def merge(self, hour: str) -> None:
        """Make one file of an hour; a part that cannot be read is set aside."""
        parts = self._parts(hour)
        if not parts:
            return
        sources = [path for path in self.of_hour(hour) if _is_sound(path)]
        if sources:
            self._write_whole(hour, sources, parts[-1].number)
        for part in parts:
            part.path.unlink(missing_ok=True)

    def recover(self) -> None:
        """Put in order what a crash has left behind."""
        for path in self.folder.glob(".*.parquet.new"):
            path.unlink(missing_ok=True)
        for hour in self.hours():
            self.merge(hour)

    def trim(self, keep_days: float, max_bytes: float) -> None:
        """Remove whole hours, oldest first: those too old, counted from the newest, and those too many."""
        hours = self.hours()
        if not hours:
            return
        horizon = start_of(hours[-1]) - timedelta(days=keep_days)
        sizes = {hour: sum(path.stat().st_size for path in self.of_hour(hour)) for hour in hours}
        for hour in hours[:-1]:
            if start_of(hour) >= horizon and sum(sizes.values()) <= max_bytes:
                return
            for path in self.of_hour(hour):
                path.unlink(missing_ok=True)
            del sizes[hour]

    def _write_whole(self, hour: str, sources: list[Path], number: int) -> None:
        told = schema().with_metadata({_MERGED: str(number).encode()})
        with _replacing(self._whole(hour)) as file, parquet().ParquetWriter(file, told, **writer_options()) as writer:
            for table in _regrouped(sources):
                writer.write_table(table)

    def _listed(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []

    def _parts(self, hour: str) -> list[_Part]:
        found = sorted(self.folder.glob(f"{hour}.*.part.parquet"))
        return [_Part(int(match[2]), path) for path in found if (match := _NAME.match(path.name))]

    def _whole(self, hour: str) -> Path:
        return self.folder / f"{hour}.parquet"


def merged_up_to(whole: Path) -> int:
    """Return the number of the last part that an hour's file holds; 0 if there is none or it cannot be read."""
    try:
        found = parquet().read_schema(whole).metadata or {}
    except (OSError, arrow().ArrowInvalid):
        return 0
    return int(found.get(_MERGED, b"0"))


def _is_sound(path: Path) -> bool:
    """Tell whether a file can be read; one that cannot is set aside under another name."""
    try:
        with parquet().ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)
    except (OSError, arrow().ArrowInvalid):
        _logger.warning("history: %s cannot be read, it is set aside", path.name)
        path.replace(path.with_suffix(".broken"))
        return False
    return True


def _regrouped(sources: list[Path]) -> Iterator[Any]:
    """Yield all rows of some files in order, in tables of a size that is good to read."""
    waiting: list[Any] = []
    objects = 0
    for path in sources:
        with parquet().ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                waiting.append(file.read_row_group(group).cast(schema()))
                objects += waiting[-1].column("track_id").combine_chunks().values.__len__()
                if objects >= _GROUP_OBJECTS:
                    yield arrow().concat_tables(waiting).unify_dictionaries()
                    waiting, objects = [], 0
    if waiting:
        yield arrow().concat_tables(waiting).unify_dictionaries()


@contextmanager
def _replacing(place: Path) -> Iterator[IO[bytes]]:
    """Write a file under a hidden name, and give it its own when it is whole and on the disk."""
    hidden = place.with_name(f".{place.name}.new")
    try:
        with hidden.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(place)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


def make_folder(folder: Path) -> None:
    """Make the folder of a stream. SinkError when it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SinkError(
            f"cannot make {folder}: {error.strerror}", "Check the folder, its rights and its space"
        ) from error
