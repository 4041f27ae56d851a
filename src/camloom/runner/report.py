"""What one stream did, as numbers and lines."""

from dataclasses import dataclass, field

from camloom.state import SourceState


@dataclass(slots=True)
class StreamReport:
    """What one stream did.

    Attributes:
        running_s: from the first packet to the last result.
        results: analysed frames.
        moving: of these, those with an object that moved.
        dropped_frames: sampled, then replaced by a newer one before the model had time.
        dropped_results: not delivered because a sink was too slow (live only; never one with an event).
        corrupt_frames: decoded, but damaged, and so not analysed (live only).
        breaks: how often a camera went away and was opened again.
        state: of a camera; None for files.
        stage_s: wall time per step.
        errors: one line each; empty when all went well.
    """

    source_id: str
    running_s: float = 0.0
    results: int = 0
    moving: int = 0
    objects: int = 0
    events: dict[str, int] = field(default_factory=dict)
    packets: int = 0
    decoded: int = 0
    shed_packets: int = 0
    idle_packets: int = 0
    wakes: int = 0
    dropped_frames: int = 0
    dropped_results: int = 0
    corrupt_frames: int = 0
    breaks: int = 0
    state: SourceState | None = None
    stage_s: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StreamRow:
    """How far a stream is, for whoever shows progress.

    Attributes:
        packets: read so far.
        frames_total: frames that the source says it has; None when it does not know.
        results: analysed so far.
        moving: of these, those with an object that moved.
        ended: it is over.
        codec, width, height, fps: what the source said; empty and 0 before it came.
        newest_s: when the newest picture that rules have seen was ready, as `time.monotonic`; None: none yet.
        dropped: frames replaced by newer ones before the model had time.
        shed: packets not decoded because the machine is too slow.
        breaks: how often a camera went away.
        faults: what sinks that stopped said.
    """

    source_id: str
    packets: int = 0
    frames_total: int | None = None
    results: int = 0
    ended: bool = False
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    newest_s: float | None = None
    dropped: int = 0
    shed: int = 0
    breaks: int = 0
    faults: tuple[str, ...] = ()
    moving: int = 0
