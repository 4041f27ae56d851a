"""One stream of a runner: its reading thread, its place at the model, its sinks."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from camloom.detections import Detections
from camloom.errors import CamloomError, SourceError
from camloom.event import Event, FrameResult
from camloom.frame import Frame, ImageArray
from camloom.inference.base import Tensors
from camloom.inference.pool import InferencePool, Lane
from camloom.packets import StreamInfo
from camloom.pipeline import Pipeline
from camloom.runner.camera import CameraWatch, state_event
from camloom.runner.companion import Companion
from camloom.runner.edit import Edit
from camloom.runner.faults import line_of
from camloom.runner.outlet import Consumer, Outlet
from camloom.runner.report import StreamReport, StreamRow
from camloom.runner.tally import Tally
from camloom.runner.works import Works
from camloom.sinks.queue import SinkWorker
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.reading.ingest import IngestCounts
from camloom.state import SourceState

# Reading threads of live streams yield to inference: a frame that is decoded but never analysed is waste.
_READER_NICENESS = 5
_Offer = tuple[Frame, int, bool, ImageArray]
"""A frame, how many breaks came before it, whether it must not be dropped, and its canvas."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a stream needs once it is known what comes: the steps, the model, the opened sinks."""

    pipeline: Pipeline
    pool: InferencePool
    sinks: Sequence[SinkWorker]


class StreamRun:
    """Runs one pipeline against a shared model.

    A file is opened by whoever starts the run, a camera on the stream's own thread, for as long as that takes. What
    happens to the camera itself are events without a frame: they go to the sinks that take such, in order with the
    results, and to `on_event`.

    Files never drop: a frame is read only when a credit is free, and a result gives its credit back when
    every sink has taken it. Live streams keep the newest frame and need no credit, except while they catch
    up after sleeping.

    Args:
        source: not opened yet.
        assemble: puts the steps together for what the source says.
        open_event_sinks: opens the sinks that take events without a frame, of a stream that never came.
        credits: frames of this stream that may be between decoder and last sink.
        models: names of the cards it uses.
        consumers: given every result beside the sinks.
        on_event: given every event without a frame.
        companions: begin and end with it.

    Attributes:
        pipeline: None until the source is connected.
        live: the newest frame counts, not every frame.
    """

    def __init__(
        self,
        source_id: str,
        source: Source,
        assemble: Callable[[StreamInfo], Assembly],
        *,
        open_event_sinks: Callable[[], Sequence[SinkWorker]],
        credits: int,
        models: frozenset[str] = frozenset(),
        consumers: Sequence[Consumer] = (),
        on_event: Callable[[Event], None] = lambda _: None,
        companions: Sequence[Companion] = (),
    ) -> None:
        self.pipeline: Pipeline | None = None
        self.report = StreamReport(source_id)
        self.live = isinstance(source, ReconnectingSource)
        self.models = models
        self._source = source
        self._assemble = assemble
        self._open_event_sinks = open_event_sinks
        self._companions = companions
        self._outlet = Outlet(consumers, on_event)
        self._works = Works(credits)
        self._tally = Tally(self.report)
        self._lane: Lane[_Offer] | None = None
        self._camera: CameraWatch | None = None
        self._pts_s = 0.0
        self._newest_s: float | None = None
        self._wishes: dict[str, bool] = {}
        self._edit: Edit | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._failed = False
        self._fault: Exception | None = None
        self._ended = threading.Event()
        self._breaks_read = self._breaks_told = 0
        self._thread = threading.Thread(target=self._run, name=f"read-{source_id}", daemon=True)
        if isinstance(source, ReconnectingSource):
            self._camera = CameraWatch(source)
            self.report.state = source.board.state
            source.board.on_change = self._changed

    def open(self) -> None:
        """Connect and put the steps together; `start` does it for a source that was not opened.

        Raises:
            CamloomError: the source, a model or a sink cannot be opened; all is closed again. So it is when a
                stranger's plug-in raises something else.
        """
        try:
            info = self._source.open()
            assembly = self._assemble(info)
        except Exception:
            self._source.close()
            raise
        self.live = info.live
        self._lane = assembly.pool.lane(self._deliver, self._detect, self._fail, newest_only=info.live)
        if self._camera is not None:
            assembly.pipeline.on_fault = self._camera.judge
        with self._lock:
            self.pipeline = assembly.pipeline
            wishes, self._wishes = self._wishes, {}
        for rule_id, armed in wishes.items():
            self._guarded(partial(assembly.pipeline.arm, rule_id, armed))
        self._outlet.connect(assembly.sinks)
        if (edit := self._edit) is not None:
            self.replace_rules(edit)

    def start(self) -> None:
        """Begin to read. What cannot begin becomes a line of the report."""
        self._decisive(self._thread.start)
        if self._thread.ident is None:  # the machine has no thread left
            self._wind_up()
            return
        for companion in self._companions:
            self._guarded(partial(companion.start, self.tell, self._pts_now))

    def stop(self) -> None:
        """End soon, after what is in the works."""
        self._stopped = True
        self._source.stop()
        for companion in self._companions:
            companion.stop()

    def arm(self, rule_id: str, armed: bool) -> None:
        """Let a rule speak, or not; of a camera that is not connected yet, as soon as it is. ConfigError: no such."""
        with self._lock:
            if self.pipeline is None:
                self._wishes[rule_id] = armed
                return
        self.pipeline.arm(rule_id, armed)

    def replace_rules(self, edit: Edit) -> None:
        """Go on with other rules, see `Pipeline`; of a camera that is not connected yet, as soon as it is."""
        with self._lock:
            self._edit = edit if self.pipeline is None else None
            sinks = self._outlet.sinks
        if self.pipeline is not None:
            self.pipeline.replace_rules(edit.rules, edit.kept)
        for worker in sinks:
            worker.rearrange(edit.scene, edit.versions)

    def announce(self, event_type: str, detail: str) -> None:
        """Let the next result carry an event about the system itself."""
        if self.pipeline is not None:
            self.pipeline.announce(event_type, detail)

    def tell(self, event: Event) -> None:
        """Deliver an event that has no frame; any thread."""
        self._outlet.tell(event)

    def tell_sinks(self, event: Event) -> None:
        """Deliver an event that has no frame to the sinks alone; any thread."""
        self._outlet.tell_sinks(event)

    def flush(self, timeout_s: float) -> None:
        """Let its sinks write what they hold back; return when they have, or the time is over."""
        ends_s = time.monotonic() + timeout_s
        for worker in self._outlet.sinks:
            worker.flush(max(0.0, ends_s - time.monotonic()))

    def watch(self) -> None:
        """Look after the camera; about once a second, from another thread."""
        if self._camera is not None and self.pipeline is not None and not self._ended.is_set():
            self._camera.look(self.pipeline.counts, self.pipeline.info, self.pipeline.damaged)

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; tell whether it came."""
        # Not Thread.join: when Ctrl-C interrupts that, Python 3.11 takes the thread for ended.
        if not self._ended.wait(timeout_s):
            return False
        if self._thread.ident is not None:
            self._thread.join()
        return True

    @property
    def row(self) -> StreamRow:
        """How far it is."""
        report, pipeline, counts = self.report, self.pipeline, self.counts
        info = pipeline.info if pipeline else None
        return StreamRow(
            report.source_id,
            counts.packets,
            info.frames if info and info.frames else None,
            report.results,
            self._ended.is_set(),
            codec=info.codec if info else "",
            width=info.width if info else 0,
            height=info.height if info else 0,
            fps=info.fps if info else 0.0,
            newest_s=self._newest_s,
            dropped=self._lane.dropped if self._lane is not None else 0,
            shed=counts.shed_packets,
            breaks=getattr(self._source, "breaks", 0),
            faults=tuple(str(worker.error) for worker in self._outlet.sinks if worker.error is not None),
            moving=report.moving,
        )

    @property
    def counts(self) -> IngestCounts:
        """What became of the packets."""
        return self.pipeline.counts if self.pipeline else IngestCounts()

    def _pts_now(self) -> float:
        """Return the time of the newest packet, which a sleeping stream is behind."""
        newest = self.pipeline.ring.newest if self.pipeline else None
        return self._pts_s if newest is None else newest.pts_s

    def _run(self) -> None:
        started_s = time.monotonic()
        try:
            if self.pipeline is None:
                self._decisive(self._connect)
            if self.pipeline is not None:
                self._decisive(self._read)
                self._works.drain()
                self._guarded(self._finish)
        finally:
            self.report.running_s = time.monotonic() - started_s
            self._wind_up()

    def _wind_up(self) -> None:
        try:
            # What somebody wanted so is no change of state.
            if self._camera is not None and (self._fault is not None or not self._stopped):
                self._camera.end(self._fault)
            self._guarded(self._close)
        finally:
            self._complete_report()
            self._ended.set()

    def _connect(self) -> None:
        """Open a camera; one that was stopped before it came is no fault."""
        try:
            self.open()
        except SourceError as error:
            if not self._stopped:
                raise
            _log.debug("stream %s was stopped before it was connected: %s", self.report.source_id, error)

    def _changed(self, state: SourceState) -> None:
        self.report.state = state
        self.tell(state_event(self.report.source_id, state, self._pts_s))

    def _guarded(self, step: Callable[[], None]) -> Exception | None:
        """Take a step; whatever it raises becomes a line of the report, and the next step is taken."""
        try:
            step()
        except Exception as error:  # noqa: BLE001  # a stranger's plug-in may raise anything; the others go on
            self._note(error)
            return error
        return None

    def _decisive(self, step: Callable[[], None]) -> None:
        """Take a step whose failure ends the stream."""
        self._take_fault(self._guarded(step))

    def _take_fault(self, error: Exception | None) -> None:
        """Keep what ended the stream first; after a stop nothing did."""
        if self._fault is None and not self._stopped:
            self._fault = error

    def _yield_to_inference(self) -> None:
        if self.live and hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _READER_NICENESS)

    def _read(self) -> None:
        self._yield_to_inference()
        pipeline, lane = self._running()
        for frame in pipeline.frames():
            self._pts_s = frame.pts_s
            kept = not self.live or pipeline.catching_up
            if kept and not self._works.credit(lambda: self._stopped):
                return
            canvas = pipeline.prepare(frame, self._works.spare_canvas())
            self._works.begin()
            self._breaks_read += frame.discont
            replaced = lane.offer((frame, self._breaks_read, kept, canvas), canvas, keep=kept)
            if replaced is not None:
                self._settle(replaced.item)

    def _running(self) -> tuple[Pipeline, Lane[_Offer]]:
        assert self.pipeline is not None
        assert self._lane is not None, "open() comes first"
        return self.pipeline, self._lane

    def _detect(self, item: _Offer, outputs: Tensors) -> Detections:
        return self._running()[0].detect(item[0], outputs)

    def _deliver(self, item: _Offer, detections: object) -> None:
        """Steps 5 to 7, in order, on a worker of the model."""
        assert isinstance(detections, Detections)
        frame, breaks = item[0], item[1]
        if self._failed:  # it is being wound up on its own thread: two must not ask the rules at once
            self._settle(item)
            return
        if breaks != self._breaks_told:
            # The first frame after the break may have been replaced by a newer one; its word must not be lost.
            frame, self._breaks_told = replace(frame, discont=True), breaks
        result = self._running()[0].follow(frame, detections)
        self._newest_s = frame.ready_s
        self._tally.result(result)
        self._hand_out(result, partial(self._settle, item))

    def _hand_out(self, result: FrameResult, settle: Callable[[], None]) -> None:
        self._tally.events(result)
        self._outlet.hand_out(result, settle, self._running()[0].times)

    def _settle(self, item: _Offer) -> None:
        _, _, kept, canvas = item
        self._works.settle(canvas, credited=kept)

    def _fail(self, error: CamloomError) -> None:
        if not self._failed:
            self._note(error)
            self._take_fault(error)
        self._failed = True
        self.stop()
        self._works.abandon()

    def _finish(self) -> None:
        """End what is still open."""
        for result in self._running()[0].finish():
            self._hand_out(result, lambda: None)

    def _close(self) -> None:
        for companion in self._companions:
            companion.stop()
            self._guarded(companion.join)
        try:
            if self._lane is not None:
                self._lane.leave()
            elif self._outlet.untold:
                self._outlet.connect(self._open_event_sinks())
            self._outlet.close()
        finally:
            self._source.close()

    def _note(self, error: Exception) -> None:
        if not isinstance(error, CamloomError):
            _log.debug("stream %s", self.report.source_id, exc_info=error)
        if (line := line_of(error)) not in self.report.errors:
            self.report.errors.append(line)

    def _complete_report(self) -> None:
        self._tally.packets(self.counts)
        self._tally.sinks(self._outlet.sinks)
        if isinstance(self._source, ReconnectingSource):
            self.report.breaks, self.report.state = self._source.breaks, self._source.board.state
        if self.pipeline is not None and self._lane is not None:
            self._tally.steps(self.pipeline, self._lane)
