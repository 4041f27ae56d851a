"""Tracks in the format of the MOT Challenge."""

from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import StrictModel
from camloom.event import FrameResult
from camloom.sinks.base import SinkContext
from camloom.sinks.lines import LineFile
from camloom.sinks.paths import OutPath, next_path, prepare_file


class MotConfig(StrictModel):
    """Where."""

    path: OutPath = Field(default="tracks.txt", description="inside the output folder, or absolute")


class MotSink:
    """Tracks as MOT Challenge text: `frame,id,bb_left,bb_top,bb_width,bb_height,conf,-1,-1,-1`.

    Frames count from 1, as the format wants it; boxes are in px of the source frame. A run that goes on after a
    break counts anew, in a file of its own (`tracks-2.txt`).
    """

    Config: ClassVar[type[BaseModel]] = MotConfig
    needs_pixels: ClassVar = False
    events_only: ClassVar = False

    def __init__(self, config: MotConfig) -> None:
        self._config = config
        self._file: LineFile | None = None

    def open(self, context: SinkContext) -> None:
        """Open the file."""
        path = next_path(context.out, self._config.path) if context.resumed else self._config.path
        self._file = LineFile(prepare_file(context.out, path))

    def write(self, result: FrameResult) -> None:
        """Write a line for each object on the frame."""
        if len(result.tracks) and self._file is not None:
            self._file.write(mot_lines(result))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def mot_lines(result: FrameResult) -> str:
    """Return the lines of one frame, each with its newline."""
    tracks, number = result.tracks, result.frame.index + 1
    rows = zip(tracks.track_id.tolist(), tracks.xyxy.tolist(), tracks.confidence.tolist(), strict=True)
    return "".join(
        f"{number},{track_id},{x0:.2f},{y0:.2f},{x1 - x0:.2f},{y1 - y0:.2f},{confidence:.3f},-1,-1,-1\n"
        for track_id, (x0, y0, x1, y1), confidence in rows
    )
