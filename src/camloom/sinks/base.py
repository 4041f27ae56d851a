"""The seam of sinks: results out. Each runs behind a bounded queue of its own, in its own thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from camloom.config import Scene
from camloom.event import FrameResult
from camloom.packets import ClipRing, PacketRing, StreamInfo


@dataclass(frozen=True, slots=True)
class SinkContext:
    """What a sink may know about its stream.

    Attributes:
        out: the folder to write into; exists.
        ring: the last seconds of encoded packets, for evidence that is copied, not re-encoded.
        analysis_fps: how many results per second of stream to expect; 0 when unknown.
        clips: where clips are cut from, if the camera has a better stream for them; else it is `ring`.
        provenance: what the results come from, as plain data: the program, the models, the version of each rule.
        resumed: the same run goes on after a break, such as a crash: what was written before must stay.
    """

    task_id: str
    out: Path
    scene: Scene
    stream: StreamInfo
    ring: PacketRing
    analysis_fps: float
    provenance: Mapping[str, Any] = field(default_factory=dict)
    clips: ClipRing | None = None
    resumed: bool = False


class Sink(Protocol):
    """Delivers results. `__init__(config)`. All methods are called from one thread.

    `needs_pixels`: whether `write` looks at `result.frame.buffer`; where no sink does, the picture is
    freed at once. `events_only`: whether `write` only wants results that carry events.

    Five methods more if a sink has use for them: `take_event(event)` delivers an event that has no frame, such as a
    camera that went away; `plan(event, stream) -> dict[str, str]` names the files it
    will make for an event, by kind, before any sink sees the event (called by the pipeline, on its thread);
    `idle()` is called about twice a second while nothing is to be written; `flush()` writes what the sink holds back,
    because somebody wants to read it now; `take_edit(scene, versions)` is told of
    other zones and lines, and of what each rule is now (`provenance["rules"]`), by another thread.

    `needs_provenance`, if true, gets it `SinkContext.provenance`, which costs reading the model files once.
    """

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # a class in every implementation
        """The settings; a class attribute."""

    @property
    def needs_pixels(self) -> bool:
        """See above; a class attribute."""

    @property
    def events_only(self) -> bool:
        """See above."""

    def open(self, context: SinkContext) -> None:
        """Get ready. SinkError when it cannot write."""

    def write(self, result: FrameResult) -> None:
        """Deliver one result. SinkError when it is lost; what was written before stays valid."""

    def close(self) -> None:
        """Finish everything; after it all files are complete. May be called twice."""
