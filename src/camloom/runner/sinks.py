"""Opening the sinks of a task."""

from collections.abc import Callable, Iterable

from camloom.config import TaskConfig
from camloom.inference.base import LoadedModel
from camloom.packets import ClipRing, PacketRing, StreamInfo
from camloom.pipeline import Pipeline
from camloom.runner.build import build_sinks
from camloom.runner.provenance import provenance
from camloom.sinks.base import Sink, SinkContext
from camloom.sinks.queue import SinkWorker

OnSink = Callable[[Sink], None]
"""Called with each sink before it opens."""


def open_sinks(
    task: TaskConfig,
    sinks: list[Sink],
    pipeline: Pipeline,
    models: list[LoadedModel],
    *,
    clips: ClipRing | None,
    resumed: bool,
    on_sink: OnSink,
) -> list[SinkWorker]:
    """Open the sinks of a stream that is connected, each on a thread of its own.

    Raises:
        CamloomError: one cannot be opened; none is.
    """
    info = pipeline.info
    assert info is not None, "the pipeline is opened first"
    wanted = any(getattr(sink, "needs_provenance", False) for sink in sinks)
    context = SinkContext(
        task_id=task.id,
        out=task.out,
        scene=task.scene(),
        stream=info,
        ring=pipeline.ring,
        analysis_fps=task.analysis_fps or info.fps,
        provenance=provenance(task, models) if wanted else {},
        resumed=resumed,
        clips=clips,
    )
    return _open(_workers(task, sinks, lossy=info.live), context, on_sink)


def open_event_sinks(task: TaskConfig, *, resumed: bool, on_sink: OnSink) -> list[SinkWorker]:
    """Open what can take the events of a camera that never came.

    Raises:
        CamloomError: one cannot be opened; none is.
    """
    takers = [(sink, worker) for sink, worker in _workers(task, build_sinks(task), lossy=True) if worker.takes_events]
    nothing = StreamInfo("", 0, 0, 0.0, live=True)
    context = SinkContext(task.id, task.out, task.scene(), nothing, PacketRing(1.0), 0.0, resumed=resumed)
    return _open(takers, context, on_sink)


def _workers(task: TaskConfig, sinks: list[Sink], *, lossy: bool) -> list[tuple[Sink, SinkWorker]]:
    return [(sink, SinkWorker(sink, block.type, lossy=lossy)) for sink, block in zip(sinks, task.sinks, strict=True)]


def _open(workers: Iterable[tuple[Sink, SinkWorker]], context: SinkContext, on_sink: OnSink) -> list[SinkWorker]:
    opened: list[SinkWorker] = []
    try:
        for sink, worker in workers:
            on_sink(sink)
            worker.open(context)
            opened.append(worker)
    except Exception:
        for worker in opened:
            worker.close()
        raise
    return opened
