"""Events as JSON, one a line."""

from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import StrictModel
from camloom.event import Event, FrameResult
from camloom.sinks.base import SinkContext
from camloom.sinks.document import event_to_dict, frame_to_dict, to_json
from camloom.sinks.lines import LineFile
from camloom.sinks.paths import OutPath, prepare_file


class JsonlConfig(StrictModel):
    """Where, and how much."""

    path: OutPath = Field(default="events.jsonl", description="inside the output folder, or absolute")
    tracks: bool = Field(default=False, description="also a line for every analysed frame with its objects")
    append: bool = Field(default=False, description="keep the lines of earlier runs")


class JsonlSink:
    """Events as JSON, one a line; each line is on its way to the disk before the next begins."""

    Config: ClassVar[type[BaseModel]] = JsonlConfig
    needs_pixels: ClassVar = False

    def __init__(self, config: JsonlConfig) -> None:
        self.events_only = not config.tracks
        self._config = config
        self._file: LineFile | None = None

    def open(self, context: SinkContext) -> None:
        """Open the file."""
        keep = self._config.append or context.resumed
        place = prepare_file(context.out, self._config.path, keep=keep)
        self._file = LineFile(place, append=keep)

    def write(self, result: FrameResult) -> None:
        """Write a line for the frame, if asked for, and one for each of its events."""
        documents = [event_to_dict(event) for event in result.events]
        if self._config.tracks:
            documents.insert(0, frame_to_dict(result))
        if documents and self._file is not None:
            self._file.write("".join(f"{to_json(document)}\n" for document in documents))

    def take_event(self, event: Event) -> None:
        """Write the line of an event that has no frame."""
        if self._file is not None:
            self._file.write(f"{to_json(event_to_dict(event))}\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
