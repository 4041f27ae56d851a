"""Starts many streams against shared models, and ends them."""

import logging
import os
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self

import cv2

from camloom.config import TaskConfig
from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.event import Event
from camloom.inference.base import LoadedModel
from camloom.inference.load import Progress
from camloom.inference.resilient import DeviceChange
from camloom.packets import StreamInfo
from camloom.runner.build import (
    build_companions,
    build_pipeline,
    build_sinks,
    build_source,
    check_model,
    named_rules,
    prepare_folder,
)
from camloom.runner.camera import SILENCE_S
from camloom.runner.edit import build_edit, picture_of
from camloom.runner.evidence import EvidenceFeed
from camloom.runner.faults import line_of
from camloom.runner.live import LiveView, TappedSource
from camloom.runner.models import Models, Wanted
from camloom.runner.outlet import Consumer
from camloom.runner.report import StreamReport, StreamRow
from camloom.runner.sinks import OnSink, open_event_sinks, open_sinks
from camloom.runner.stream import Assembly, StreamRun
from camloom.sinks.queue import SinkWorker
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.reading.load import LoadGovernor
from camloom.sources.reading.machine import IdleCpu

WrapSource = Callable[[TaskConfig, Source], Source]

_log = logging.getLogger(__name__)

_FEW_STREAMS_CREDITS = 6
_CREDITS = 2
_WATCH_S = 1.0


class Runner:
    """Runs tasks until they end or are stopped. A stream that fails ends alone.

    Args:
        tasks: one stream each; streams with the same models and runtimes share them.
        workers: canvases in the works at once, per model; default: the number of cores.
        progress: called while model files are fetched.
        consumer: given every result of every stream; must call its second argument when done with it.
        on_sink: called with each sink before it opens (the command line gives the console its screen).
        on_event: given every event that has no frame, such as a camera that went away; any thread.
        wrap_source: given each source before it opens; returns the one to read instead.
        resumed: ids of tasks that ran before: their sinks go on with the files that are there; see `SinkContext`.
        untold: events of before for the sinks of a task, by its id.
    """

    def __init__(
        self,
        tasks: Sequence[TaskConfig],
        *,
        workers: int | None = None,
        progress: Progress | None = None,
        consumer: Consumer | None = None,
        on_sink: OnSink | None = None,
        on_event: Callable[[Event], None] = lambda _: None,
        wrap_source: WrapSource = lambda _, source: source,
        resumed: Iterable[str] = (),
        untold: Mapping[str, Sequence[Event]] | None = None,
    ) -> None:
        self._tasks = tuple(tasks)
        self.use(Models(workers or os.cpu_count() or 1, progress))
        self._consumers = [consumer] if consumer else []
        self._on_sink = on_sink or (lambda _: None)
        self._on_event = on_event
        self._wrap_source = wrap_source
        self._resumed = set(resumed)
        self._untold = dict(untold or {})
        self._loading = threading.RLock()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look_after, name="watch", daemon=True)
        self.governor = LoadGovernor(idle_share=IdleCpu())
        self.streams: list[StreamRun] = []
        self.failed: list[StreamReport] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()
        self.wait()

    def start(self) -> None:
        """Load the models and start every stream. Cameras are connected on threads of their own, however long it takes.

        Raises:
            CamloomError: a model or a task cannot be used; or, of a single task, the source or a sink.
        """
        cv2.setNumThreads(1)  # many streams: OpenCV's own threads would fight with the decoders
        for task in self._tasks:
            try:
                self.streams.append(self._stream(task))
            except CamloomError as error:
                if len(self._tasks) == 1:
                    self.close()
                    raise
                self.failed.append(StreamReport(task.id, errors=[str(error)]))
        for stream in self.streams:
            stream.start()
        self._begin_watch()

    def use(self, models: Models) -> None:
        """Use models that were loaded ahead; before `start`."""
        self._models = models
        models.on_change = self._tell

    def add(self, task: TaskConfig, *, resumed: bool = False, untold: Sequence[Event] = ()) -> None:
        """Start one more stream beside those that run.

        Args:
            resumed: it ran before, see above.
            untold: events of before for its sinks.

        Raises:
            CamloomError: the task, its source or a sink cannot be used.
        """
        if resumed:
            self._resumed.add(task.id)
        self._untold[task.id] = untold
        stream = self._stream(task)
        self.streams.append(stream)
        stream.start()
        self._begin_watch()

    def deliver(self, task: TaskConfig, events: Sequence[Event]) -> None:
        """Deliver events of a task that does not run to those of its sinks that take events without a frame.

        Raises:
            CamloomError: a sink cannot be opened.
        """
        sinks = self._event_sinks(task)
        for worker in sinks:
            for event in events:
                worker.tell(event)
            worker.close()

    def arm(self, task_id: str, rule_id: str, armed: bool = True) -> None:
        """Let a rule or an alarm of a running task speak, or not. A new start goes by the task again.

        Raises:
            ConfigError: no such task runs, or it has no such rule.
        """
        self._running(task_id).arm(rule_id, armed)

    def remove(self, task_id: str) -> None:
        """End one stream, wait until it has ended and forget it; the others go on."""
        for stream in [one for one in self.streams if one.report.source_id == task_id]:
            stream.stop()
            stream.join()
            self.streams = [one for one in self.streams if one is not stream]
        self.failed = [report for report in self.failed if report.source_id != task_id]

    def replace_rules(self, task: TaskConfig, kept: Collection[str]) -> None:
        """Let a running stream go on with other rules, zones and lines, without a break; see `Pipeline`.

        Args:
            task: as edited; in everything else it is as it was.
            kept: ids of the rules that have not changed.

        Raises:
            CamloomError: no such task runs, or the rules do not fit its models.
        """
        self._running(task.id).replace_rules(build_edit(task, frozenset(kept)))

    def picture(self, task_id: str) -> bytes:
        """Return the newest picture of a running task as a JPEG. CamloomError: there is none."""
        pipeline = self._running(task_id).pipeline
        if pipeline is None or pipeline.info is None:
            raise SourceError("the camera is not connected", "Look at its state", reason="no-video")
        return picture_of(pipeline.ring, pipeline.info)

    def flush(self, task_id: str, timeout_s: float) -> None:
        """Let the sinks of a running task write what they hold back, such as the newest minutes of a history."""
        self._running(task_id).flush(timeout_s)

    def stop(self) -> None:
        """Ask every stream to end."""
        for stream in self.streams:
            stream.stop()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until all streams have ended (True) or the time is over (False); then free the models."""
        streams = list(self.streams)  # other threads add and remove some
        ended = sum(stream.join(timeout_s) for stream in streams) == len(streams) == len(self.streams)
        if ended:
            self.close()
        return ended

    def close(self) -> None:
        """Stop the workers of the models."""
        self._ended.set()
        if self._watch.is_alive():
            self._watch.join()
        self._models.close()

    def _running(self, task_id: str) -> StreamRun:
        streams = {stream.report.source_id: stream for stream in self.streams}
        if task_id not in streams:
            raise ConfigError(f"no task '{task_id}' runs", f"These do: {', '.join(streams) or 'none'}")
        return streams[task_id]

    @property
    def task_ids(self) -> list[str]:
        """The tasks that it was made for."""
        return [task.id for task in self._tasks]

    @property
    def reports(self) -> list[StreamReport]:
        """What each stream did so far."""
        return [*(stream.report for stream in self.streams), *self.failed]

    @property
    def rows(self) -> list[StreamRow]:
        """How far each stream is."""
        return [stream.row for stream in self.streams]

    @property
    def models(self) -> list[LoadedModel]:
        """The models in use, those of crops last."""
        return self._models.all

    @property
    def model_lines(self) -> list[str]:
        """The models in use, in words."""
        return [f"model {one.card.name} on {one.runtime} ({one.compiled.description})" for one in self.models]

    @property
    def runtimes(self) -> dict[str, str]:
        """Where each model runs, by the name that tasks call it; whoever runs it again need not find out anew."""
        return self._models.runtimes

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height in px of what comes, by stream; of those that have come."""
        pipelines = [(stream.report.source_id, stream.pipeline) for stream in list(self.streams)]
        return {name: (one.info.width, one.info.height) for name, one in pipelines if one is not None and one.info}

    def prepare(self, wanted: Iterable[Wanted]) -> None:
        """Load the models of streams while their cameras are being opened; what is wrong the streams say."""
        for each in wanted:
            with suppress(CamloomError):
                self._models.prepare(each)

    def _tell(self, model: str, change: DeviceChange) -> None:
        """Let every stream of a model say that its device failed, and where it goes on."""
        where = "made anew there" if change.from_place == change.to_place else f"now on {change.to_place}"
        detail = f"model '{model}': {change.from_place} failed ({change.reason}); {where}"
        for stream in list(self.streams):
            if model in stream.models:
                stream.announce("device.failed", detail)

    def _stream(self, task: TaskConfig) -> StreamRun:
        """Make the stream of a task. CamloomError: it cannot be, whatever a stranger's plug-in raised."""
        try:
            return self._made(task)
        except CamloomError:
            raise
        except Exception as error:  # noqa: BLE001  # one camera's plug-in must not take the others down
            _log.debug("stream %s", task.id, exc_info=error)
            raise CamloomError(line_of(error)) from None  # its own text may hold the URL

    def _made(self, task: TaskConfig) -> StreamRun:
        source = self._source(task)
        camera = bool(getattr(source, "reconnects", False))
        if camera:
            silence_s = max(SILENCE_S, getattr(task.source.config, "timeout_s", 0.0))
            source = ReconnectingSource(partial(self._source, task), StateBoard(), silence_s=silence_s)
        credits = _FEW_STREAMS_CREDITS if len(self._tasks) == 1 else _CREDITS
        feed, companions = build_companions(task, credits)
        assemble = partial(self._assemble, task, source, credits, feed)
        consumers = self._consumers
        if task.live_view:
            view = LiveView(task.id, task.out)
            tapped = TappedSource(source, view)
            assemble = partial(tapped.assembled, partial(self._assemble, task, tapped, credits, feed))
            companions, consumers = [*companions, view], [*consumers, view.take]
        stream = StreamRun(
            task.id,
            source,
            assemble,
            open_event_sinks=partial(self._event_sinks, task),
            credits=credits,
            models=frozenset({task.model, *(config.model for config in task.secondary)}),
            consumers=consumers,
            on_event=self._on_event,
            companions=companions,
        )
        if camera:
            self._check(task)
        else:
            stream.open()
        for event in self._untold.pop(task.id, ()):
            stream.tell_sinks(event)
        return stream

    def _source(self, task: TaskConfig) -> Source:
        return self._wrap_source(task, build_source(task))

    def _check(self, task: TaskConfig) -> None:
        """Say what is wrong with a task whose camera is opened later."""
        card, readers = self._models.cards(task)
        check_model(task, card, readers)
        named_rules(task, card, readers)
        if build_sinks(task):
            prepare_folder(task.out)

    def _assemble(
        self, task: TaskConfig, source: Source, credits: int, feed: EvidenceFeed | None, info: StreamInfo
    ) -> Assembly:
        with self._loading:  # cameras come when they like; models are loaded one by one
            sinks = build_sinks(task)
            if sinks:
                prepare_folder(task.out)
            model, pool = self._models.finder(task, (info.width, info.height))
            readers = [self._models.reader(config) for config in task.secondary]
        pipeline = build_pipeline(
            task,
            model,
            source,
            sinks,
            governor=self.governor,
            credits=credits,
            live=info.live,
            readers=readers,
        )
        pipeline.open(info)
        opened = open_sinks(
            task,
            sinks,
            pipeline,
            [model, *(reader.model for reader in readers)],
            clips=feed.beside(pipeline.ring) if feed else None,
            resumed=task.id in self._resumed,
            on_sink=self._on_sink,
        )
        return Assembly(pipeline, pool, opened)

    def _event_sinks(self, task: TaskConfig) -> list[SinkWorker]:
        return open_event_sinks(task, resumed=task.id in self._resumed, on_sink=self._on_sink)

    def _begin_watch(self) -> None:
        cameras = any(stream.report.state is not None for stream in self.streams)
        if cameras and not self._watch.ident:
            self._watch.start()

    def _look_after(self) -> None:
        while not self._ended.wait(_WATCH_S):
            for stream in list(self.streams):
                stream.watch()
