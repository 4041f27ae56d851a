"""Reads stored tracks back as frames and tracks, as the rules saw them.

A row group is taken at once: its columns become numpy arrays, and each frame gets slices of them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from camloom.backtest.picture import NoPicture
from camloom.detections import Attribute, IntArray
from camloom.errors import ConfigError
from camloom.frame import Frame
from camloom.geometry import FloatArray
from camloom.sinks.history_files import HistoryFiles, start_of
from camloom.sinks.history_rows import EPOCH, arrow, attributes_from_json, parquet
from camloom.tracks import TimeArray, Tracks

_ATTEMPTS = 3
_BOX = ("x0", "y0", "x1", "y1")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """One analysed frame as it was kept.

    Attributes:
        run: names the run of the engine; the stream clock and the track ids begin anew with each.
    """

    run: str
    frame: Frame
    tracks: Tracks


class History:
    """The stored tracks of one stream.

    Args:
        folder: what the `history` sink wrote into, with a folder for each task.
        source_id: which of them.

    Attributes:
        unreadable: files that were passed over, by name.

    Raises:
        ConfigError: pyarrow is missing, or there is no such stream.
    """

    def __init__(self, folder: Path, source_id: str) -> None:
        self.source_id = source_id
        self.unreadable: list[str] = []
        self._files = HistoryFiles(folder / source_id)
        if source_id not in (known := sources(folder)):
            raise ConfigError(
                f"{folder} keeps no history of '{source_id}'",
                f"Known: {', '.join(known)}" if known else "A task with the sink `history` makes one",
            )

    def frames(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[StoredFrame]:
        """Yield the frames in the order in which they were written.

        Args:
            since, until: only those captured in this span, the end excluded; aware times.
        """
        for hour in self._files.hours():
            begins = start_of(hour)
            if (since and begins + timedelta(hours=1) <= since) or (until and begins >= until):
                continue
            for path, table in self._tables(hour):
                del path
                yield from _frames_of(table, self.source_id, since, until)

    def sightings(self, track_id: int, since: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield run and time of each frame on which there is a track of this id; only what is needed is read."""
        for hour in self._files.hours():
            begins = start_of(hour)
            if begins + timedelta(hours=1) <= since or begins >= until:
                continue
            for _, table in self._tables(hour, ["run", "captured_at", "track_id"]):
                for run, moment in _rows_with(table, track_id):
                    if since <= moment < until:
                        yield run, moment

    def hours(self) -> list[datetime]:
        """Return when the hours begin of which something is stored, oldest first."""
        return [start_of(hour) for hour in self._files.hours()]

    def newest(self) -> datetime:
        """Return when the newest frame was captured."""
        for hour in reversed(self._files.hours()):
            found = [_newest_in(path) for path in self._files.of_hour(hour)]
            if times := [moment for moment in found if moment is not None]:
                return max(times)
        raise ConfigError(f"the history of '{self.source_id}' is empty", "Run the task for a while first")

    def _tables(self, hour: str, columns: list[str] | None = None) -> Iterator[tuple[Path, Any]]:
        for path, file in self._opened(hour):
            with file:
                for group in range(file.num_row_groups):
                    yield path, file.read_row_group(group, columns=columns)

    def _opened(self, hour: str) -> list[tuple[Path, Any]]:
        """Open all files of an hour before the first is read: the engine may be making one of several."""
        for _ in range(_ATTEMPTS):
            try:
                return [(path, file) for path in self._files.of_hour(hour) if (file := self._open(path)) is not None]
            except FileNotFoundError:
                continue
        raise ConfigError(f"the files of {hour} in {self._files.folder} keep changing", "Try again")

    def _open(self, path: Path) -> Any:
        try:
            return parquet().ParquetFile(path)
        except FileNotFoundError:
            raise
        except (OSError, arrow().ArrowInvalid) as error:
            _logger.warning("history: %s cannot be read: %s", path, error)
            self.unreadable.append(path.name)
            return None


def sources(folder: Path) -> list[str]:
    """Return the streams of which a folder keeps a history."""
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder", "Give the folder that the sink `history` writes into")
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and HistoryFiles(path).hours())


def _newest_in(path: Path) -> datetime | None:
    try:
        column = parquet().read_table(path, columns=["captured_at"]).column(0)
    except (OSError, arrow().ArrowInvalid):
        return None
    times = _plain(column.cast(arrow().int64()))
    return _moment(int(times.max())) if len(times) else None


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects of a row group, frame after frame."""

    offsets: list[int]
    xyxy: FloatArray
    confidence: FloatArray
    class_id: IntArray
    class_names: tuple[str, ...]
    track_id: IntArray
    first_pts_s: TimeArray
    attributes: tuple[tuple[Attribute, ...], ...] | None

    def tracks(self, row: int) -> Tracks:
        """Return those of one frame."""
        rows = slice(self.offsets[row], self.offsets[row + 1])
        return Tracks(
            self.xyxy[rows],
            self.confidence[rows],
            self.class_id[rows],
            self.class_names,
            attributes=None if self.attributes is None else self.attributes[rows],
            track_id=self.track_id[rows],
            first_pts_s=self.first_pts_s[rows],
        )


def _frames_of(table: Any, source_id: str, since: datetime | None, until: datetime | None) -> Iterator[StoredFrame]:
    if not table.num_rows:
        return
    objects = _objects_of(table)
    names = ("frame", "pts_s", "width", "height", "discont")
    columns = [_plain(table.column(name)).tolist() for name in names]
    taken = _plain(table.column("captured_at").cast(arrow().int64())).tolist()
    runs = table.column("run").to_pylist()
    picture = NoPicture(0, 0)
    for row, (index, pts_s, width, height, discont, taken_us, run) in enumerate(
        zip(*columns, taken, runs, strict=True)
    ):
        moment = _moment(taken_us)
        if (since is not None and moment < since) or (until is not None and moment >= until):
            continue
        if (picture.width, picture.height) != (width, height):
            picture = NoPicture(width, height)
        yield StoredFrame(run, Frame(source_id, index, pts_s, moment, 0.0, discont, picture), objects.tracks(row))


def _rows_with(table: Any, track_id: int) -> Iterator[tuple[str, datetime]]:
    lists = table.column("track_id").combine_chunks()
    offsets = lists.offsets.to_numpy()
    places = np.flatnonzero(lists.flatten().to_numpy() == track_id)
    rows = np.searchsorted(offsets - offsets[0], places, side="right") - 1
    taken = _plain(table.column("captured_at").cast(arrow().int64()))
    for row in rows.tolist():
        yield table.column("run")[row].as_py(), _moment(int(taken[row]))


def _objects_of(table: Any) -> _Objects:
    lists = {name: table.column(name).combine_chunks() for name in (*_BOX, "confidence", "track_id", "first_pts_s")}
    offsets = lists["track_id"].offsets.to_numpy()
    values = {name: column.flatten().to_numpy() for name, column in lists.items()}
    classes = table.column("class").combine_chunks().flatten()
    return _Objects(
        (offsets - offsets[0]).tolist(),
        np.column_stack([values[name] for name in _BOX]).astype(np.float32, copy=False),
        values["confidence"],
        classes.indices.to_numpy().astype(np.int64),
        tuple(classes.dictionary.to_pylist()),
        values["track_id"],
        values["first_pts_s"],
        _attributes_of(table.column("attributes").combine_chunks().flatten()),
    )


def _attributes_of(cells: Any) -> tuple[tuple[Attribute, ...], ...] | None:
    if cells.null_count == len(cells):
        return None
    return tuple(attributes_from_json(cell) for cell in cells.to_pylist())


def _plain(column: Any) -> Any:
    return column.combine_chunks().to_numpy(zero_copy_only=False)


def _moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
