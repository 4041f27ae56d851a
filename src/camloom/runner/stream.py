"""One stream of a runner: its reading thread, its place at the model, its sinks."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from camloom.detections import Detections
from camloom.errors import CamloomError
from camloom.event import FrameResult
from camloom.frame import Frame, ImageArray
from camloom.inference.base import Tensors
from camloom.inference.pool import InferencePool
from camloom.pipeline import Pipeline
from camloom.sinks.queue import SinkWorker

# Reading threads of live streams yield to inference: a frame that is decoded but never analysed is waste.
_READER_NICENESS = 5
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class StreamReport:
    """What one stream did.

    Attributes:
        running_s: from the first packet to the last result.
        results: analysed frames.
        dropped_frames: sampled, then replaced by a newer one before the model had time.
        dropped_results: not delivered because a sink was too slow (live only; never one with an event).
        stage_s: wall time per step.
        errors: one line each; empty when all went well.
    """

    source_id: str
    running_s: float = 0.0
    results: int = 0
    objects: int = 0
    events: dict[str, int] = field(default_factory=dict)
    packets: int = 0
    decoded: int = 0
    shed_packets: int = 0
    idle_packets: int = 0
    wakes: int = 0
    dropped_frames: int = 0
    dropped_results: int = 0
    stage_s: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StreamRow:
    """How far a stream is, for whoever shows progress.

    Attributes:
        packets: read so far.
        frames_total: frames that the source says it has; None when it does not know.
        results: analysed so far.
        ended: it is over.
    """

    source_id: str
    packets: int = 0
    frames_total: int | None = None
    results: int = 0
    ended: bool = False


class _Countdown:
    """Calls back when all of several deliveries are done."""

    __slots__ = ("_done", "_left", "_lock")

    def __init__(self, count: int, done: Callable[[], None]) -> None:
        self._left = count
        self._done = done
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            last = self._left == 0
        if last:
            self._done()


class StreamRun:
    """Runs one pipeline against a shared model.

    Files never drop: a frame is read only when a credit is free, and a result gives its credit back when
    every sink has taken it. Live streams keep the newest frame and need no credit, except while they catch
    up after sleeping.

    Args:
        credits: frames of this stream that may be between decoder and last sink.
        models: names of the cards it uses.
        consumers: given every result beside the sinks; each calls `done` once.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        pool: InferencePool,
        sinks: Sequence[SinkWorker],
        *,
        live: bool,
        credits: int,
        models: frozenset[str] = frozenset(),
        consumers: Sequence[Callable[[FrameResult, Callable[[], None]], None]] = (),
    ) -> None:
        self.pipeline = pipeline
        self.report = StreamReport(pipeline.source_id)
        self.live = live
        self.models = models
        self._deliveries = [*(worker.put for worker in sinks), *consumers]
        self._sinks = sinks
        self._canvases: deque[ImageArray] = deque()
        self._credits = threading.Semaphore(credits)
        self._outstanding = 0
        self._drained = threading.Event()
        self._ending = False
        self._lock = threading.Lock()
        self._stopped = False
        self._failed = False
        self._ended = threading.Event()
        self._newest_id = 0
        self._lane = pool.lane(self._deliver, self._detect, self._fail, newest_only=live)
        self._thread = threading.Thread(target=self._run, name=f"read-{pipeline.source_id}", daemon=True)

    def start(self) -> None:
        """Begin to read; the pipeline is open."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, after what is in the works."""
        self._stopped = True
        self.pipeline.stop()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; tell whether it came."""
        # Not Thread.join: when Ctrl-C interrupts that, Python 3.11 takes the thread for ended.
        if not self._ended.wait(timeout_s):
            return False
        self._thread.join()
        return True

    @property
    def row(self) -> StreamRow:
        """How far it is."""
        return StreamRow(self.report.source_id, self.pipeline.counts.packets, self.frames_total, self.report.results)

    @property
    def frames_total(self) -> int | None:
        """Frames that the source says it has; None when it does not know."""
        info = self.pipeline.info
        return info.frames if info and info.frames else None

    def _run(self) -> None:
        started_s = time.monotonic()
        try:
            self._guarded(self._read)
            self._drain()
            self._guarded(self._finish)
            self._guarded(self._close)
        finally:
            self.report.running_s = time.monotonic() - started_s
            self._complete_report()
            self._ended.set()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Take a step; whatever it raises becomes a line of the report, and the next step is taken."""
        try:
            step()
        except CamloomError as error:
            self._note(str(error))
        except Exception as error:  # noqa: BLE001  # a stranger's plug-in may raise anything; the others go on
            _log.debug("stream %s", self.report.source_id, exc_info=True)
            self._note(f"unexpected {type(error).__name__}: {error}")

    def _drain(self) -> None:
        """Wait until every frame in the works is settled."""
        with self._lock:
            self._ending = True
            if self._outstanding <= 0:
                return
        self._drained.wait()

    def _yield_to_inference(self) -> None:
        if self.live and hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _READER_NICENESS)

    def _read(self) -> None:
        self._yield_to_inference()
        for frame in self.pipeline.frames():
            kept = not self.live or self.pipeline.catching_up
            if kept and not self._credit():
                return
            canvas = self.pipeline.prepare(frame, self._spare_canvas())
            with self._lock:
                self._outstanding += 1
            replaced = self._lane.offer((frame, kept, canvas), canvas, keep=kept)
            if replaced is not None:
                self._settle(*replaced.item)

    def _credit(self) -> bool:
        while not self._credits.acquire(timeout=0.5):
            if self._stopped:
                return False
        return not self._stopped

    def _spare_canvas(self) -> ImageArray | None:
        return self._canvases.pop() if self._canvases else None

    def _detect(self, item: tuple[Frame, bool, ImageArray], outputs: Tensors) -> Detections:
        return self.pipeline.detect(item[0], outputs)

    def _deliver(self, item: tuple[Frame, bool, ImageArray], detections: object) -> None:
        """Steps 5 to 7, in order, on a worker of the model."""
        assert isinstance(detections, Detections)
        result = self.pipeline.follow(item[0], detections)
        self.report.results += 1
        self._count_objects(result)
        self._hand_out(result, partial(self._settle, *item))

    def _hand_out(self, result: FrameResult, settle: Callable[[], None]) -> None:
        self._count_events(result)
        if not self._deliveries:
            settle()
            return
        done = _Countdown(len(self._deliveries), settle)
        with self.pipeline.times.measure("sinks"):
            for deliver in self._deliveries:
                deliver(result, done)

    def _settle(self, _frame: Frame, kept: bool, canvas: ImageArray) -> None:
        self._canvases.append(canvas)
        if kept:
            self._credits.release()
        with self._lock:
            self._outstanding -= 1
            is_last = self._ending and self._outstanding <= 0
        if is_last:
            self._drained.set()

    def _fail(self, error: CamloomError) -> None:
        if not self._failed:
            self._note(str(error))
        self._failed = True
        self.stop()
        with self._lock:
            self._outstanding = 0
        self._drained.set()

    def _finish(self) -> None:
        """End what is still open."""
        for result in self.pipeline.finish():
            self._hand_out(result, lambda: None)

    def _close(self) -> None:
        self._lane.leave()
        for worker in self._sinks:
            worker.close()
        self.pipeline.close()

    def _count_objects(self, result: FrameResult) -> None:
        """Ids only grow, so those above the newest so far are new objects."""
        new = [track_id for track_id in result.tracks.track_id.tolist() if track_id > self._newest_id]
        self.report.objects += len(new)
        self._newest_id = max([self._newest_id, *new])

    def _count_events(self, result: FrameResult) -> None:
        for event in result.events:
            self.report.events[event.rule_id] = self.report.events.get(event.rule_id, 0) + 1

    def _note(self, line: str) -> None:
        self.report.errors.append(line)

    def _complete_report(self) -> None:
        report, counts = self.report, self.pipeline.counts
        report.packets, report.decoded = counts.packets, counts.decoded
        report.shed_packets, report.idle_packets, report.wakes = counts.shed_packets, counts.idle_packets, counts.wakes
        report.dropped_frames = self._lane.dropped
        report.dropped_results = sum(worker.dropped for worker in self._sinks)
        report.stage_s = {**self.pipeline.times.seconds, "infer": self._lane.infer_s}
        report.errors += self.pipeline.failures.values()
        report.errors += [str(worker.error) for worker in self._sinks if worker.error is not None]
