"""Keeps the tracks of a stream, so that edited rules can be tried on the past."""

import importlib.util
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field
from ulid import ULID

from camloom.config import StrictModel
from camloom.event import FrameResult
from camloom.sinks.base import SinkContext
from camloom.sinks.history_files import HistoryFiles, hour_of, make_folder
from camloom.sinks.history_rows import Rows
from camloom.sinks.paths import OutPath, writing

_MAX_WAITING_OBJECTS = 100_000
_MAX_WAITING_FRAMES = 20_000
_MB = 1_000_000


class HistoryConfig(StrictModel):
    """Where, how much, and how often."""

    path: OutPath = Field(
        default="history",
        description="folder, inside the output folder or absolute; each task has one of its own in it",
    )
    flush_s: float = Field(default=120, ge=1, le=3600, description="written this often; a crash loses no more")
    keep_days: float = Field(default=30, gt=0, le=3650, description="older hours are removed")
    max_mb: float = Field(default=4000, gt=0, le=10_000_000, description="over this the oldest hours are removed")


class HistorySink:
    """Tracks as Parquet, a file an hour, for `camloom backtest`; removed by age and size.

    Every analysed frame is kept, those without objects too: rules need the clock. What reaches the disk is whole at
    any time: at most the last `flush_s` are lost in a crash. Needs pyarrow.
    """

    Config: ClassVar[type[BaseModel]] = HistoryConfig
    needs_pixels: ClassVar = False
    events_only: ClassVar = False

    def __init__(self, config: HistoryConfig) -> None:
        self._config = config
        self._files: HistoryFiles | None = None
        self._rows = Rows("")
        self._run = ""
        self._hour = ""
        self._last: tuple[int, float] | None = None

    @staticmethod
    def unavailable() -> str:
        """Say what is missing; empty if nothing is."""
        if importlib.util.find_spec("pyarrow") is None:
            return "pyarrow is not installed: pip install 'camloom[history]'"
        return ""

    def open(self, context: SinkContext) -> None:
        """Make the folder, and put in order what a crash left behind."""
        self._files = HistoryFiles(context.out / self._config.path / context.task_id)
        make_folder(self._files.folder)
        with writing(self._files.folder):
            self._files.recover()
            self._trim()
        self._run = str(ULID())
        self._rows = Rows(self._run)

    def write(self, result: FrameResult) -> None:
        """Take in a frame; some minutes of them are written at once."""
        moment = (result.frame.index, result.frame.pts_s)
        if moment == self._last:
            return  # the end of a stream is told on its last frame once more
        self._last = moment
        hour = hour_of(result.frame.captured_at)
        if hour != self._hour:
            self._end_hour()
            self._hour = hour
        self._rows.add(result)
        if self._is_full():
            self.flush()

    def flush(self) -> None:
        """Write the frames that wait: whoever reads the history now finds all of them."""
        rows, self._rows = self._rows, Rows(self._run)
        if len(rows) and self._files is not None:
            with writing(self._files.folder):
                self._files.add_part(self._hour, rows.to_table())

    def close(self) -> None:
        """Write what is left and make the hour whole."""
        if self._files is not None:
            self._end_hour()
            self._hour, self._files = "", None

    @property
    def folder(self) -> Path | None:
        """Where the files of this stream are; None before `open`."""
        return self._files.folder if self._files else None

    def _is_full(self) -> bool:
        waiting = self._rows
        return (
            not 0 <= waiting.span_s < self._config.flush_s
            or waiting.objects >= _MAX_WAITING_OBJECTS
            or len(waiting) >= _MAX_WAITING_FRAMES
        )

    def _end_hour(self) -> None:
        self.flush()
        if self._hour and self._files is not None:
            with writing(self._files.folder):
                self._files.merge(self._hour)
                self._trim()

    def _trim(self) -> None:
        assert self._files is not None
        self._files.trim(self._config.keep_days, self._config.max_mb * _MB)
