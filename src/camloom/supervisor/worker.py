"""A process that runs streams and tells its supervisor what becomes of them."""

import ctypes
import faulthandler
import io
import logging
import os
import resource
import signal
import socket
import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Literal, TextIO, cast

from rich.console import Console

from camloom import plugins
from camloom.errors import CamloomError, PluginError, SourceError
from camloom.event import FrameResult
from camloom.redaction import RedactingFormatter, log_unexpected
from camloom.runner import Runner, StreamReport, StreamRow
from camloom.runner.models import Models
from camloom.sinks.base import Sink
from camloom.supervisor.channel import Channel
from camloom.supervisor.humble import first_to_go, humble
from camloom.supervisor.marks import MarkedSource, Marks
from camloom.supervisor.messages import (
    Add,
    Arm,
    Beat,
    Deliver,
    Edit,
    Ended,
    Fetched,
    Flush,
    Flushed,
    Gone,
    Logged,
    Look,
    News,
    Order,
    Prepare,
    Printed,
    Ready,
    Remove,
    Screen,
    Seen,
    Start,
    Started,
    Stop,
    Told,
    read_order,
    write_news,
)

BEAT_S = 0.5
_END_S = 8.0
_TICK_S = 0.1
_PR_SET_PDEATHSIG = 1
_LOADED_SEAMS = ("sources", "models", "trackers", "rules", "sinks")
_logger = logging.getLogger(__name__)


def load_all() -> None:
    """Load what every worker needs. Not the runtimes: theirs start threads."""
    for seam in _LOADED_SEAMS:
        for name in plugins.names(seam):
            with suppress(PluginError, AttributeError):
                plugins.load(seam, name)


def work(descriptors: list[int]) -> None:
    """Be a worker until all streams have ended or the supervisor is gone.

    Args:
        descriptors: the channel, the marks, the file for the fault handler; see `template.DESCRIPTORS`.
    """
    channel_fd, marks_fd, dump_fd = descriptors
    _die_with_parent()
    faulthandler.enable(file=dump_fd, all_threads=True)
    marks = Marks(marks_fd)
    os.close(marks_fd)
    _Worker(Channel(socket.socket(fileno=channel_fd)), marks).run()


def _die_with_parent() -> None:
    """Be killed when the template is: nobody would know of this process any more."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class _Worker:
    """Runs a `Runner`; hears orders on one thread, tells of itself on another."""

    def __init__(self, channel: Channel, marks: Marks) -> None:
        self._channel = channel
        self._marks = marks
        self._runner: Runner | None = None
        self._refused: list[StreamReport] = []
        self._screen = Screen()
        self._first: SimpleQueue[Prepare | Start | Deliver] = SimpleQueue()
        self._models: Models | None = None
        self._over = threading.Event()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work to the end."""
        threading.Thread(target=self._hear, name="orders", daemon=True).start()
        with suppress(OSError):  # the supervisor is gone while something is told
            order = self._first.get()
            if isinstance(order, Prepare):
                with first_to_go():
                    self._models = self._prepare(order)
                    if self._models is None:
                        return
                    order = self._first.get()
            if isinstance(order, Deliver):
                self._deliver(order)
            elif isinstance(order, Start):
                self._run(self._make(order), order)

    def _run(self, runner: Runner, order: Start) -> None:
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        self._tell(self._started(runner))
        runner.prepare(order.wanted)
        while not runner.wait(_TICK_S):
            if self._stopping.is_set():
                runner.stop()
        self._over.set()
        self._tell(Ended(tuple(self._reports())))

    def _hear(self) -> None:
        """Take orders; when the supervisor is gone, end cleanly or, if that takes too long, at once."""
        with suppress(OSError, ValueError):
            while (messages := self._channel.receive()) is not None:
                for message in messages:
                    self._obey(read_order(message))
        self._stopping.set()
        if self._runner is None or not self._over.wait(_END_S):
            os._exit(1)

    def _obey(self, order: Order) -> None:
        match order:
            case Prepare() | Start() | Deliver():
                self._first.put(order)
            case Add():
                self._add(order)
            case Arm():
                self._arm(order)
            case Edit():
                self._edit(order)
            case Remove():
                self._aside(partial(self._remove, order.task_id))
            case Look() | Flush():
                self._aside(lambda: self._tell(self._seen(order) if isinstance(order, Look) else self._flushed(order)))
            case Stop():
                self._stopping.set()

    def _prepare(self, order: Prepare) -> Models | None:
        """Load models, for streams that are to come if another worker dies; None: one cannot be loaded."""
        self._set_up(order.memory_bytes)
        models = Models(order.threads or os.cpu_count() or 1)
        try:
            with humble():
                for wanted in order.wanted:
                    models.prepare(wanted)
        except CamloomError as error:
            self._tell(Logged(logging.WARNING, _logger.name, f"no worker is kept in reserve: {error}"))
            return None
        self._tell(Ready())
        return models

    def _set_up(self, memory_bytes: int | None) -> None:
        if memory_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        logging.getLogger().handlers = [_LogHandler(self._tell)]

    def _make(self, order: Start) -> Runner:
        self._set_up(order.memory_bytes)
        self._screen = order.screen
        self._runner = Runner(
            order.tasks,
            workers=order.threads,
            progress=lambda *fetched: self._tell(Fetched(*fetched)),
            consumer=self._take,
            on_sink=self._give_screen,
            on_event=lambda event: self._tell(Told(event)),
            wrap_source=lambda task, source: MarkedSource(task, source, self._marks, order.work_s),
            resumed=order.resumed,
            untold=order.untold,
        )
        if self._models is not None:
            self._models.keep(order.wanted)
            self._runner.use(self._models)
        return self._runner

    def _started(self, runner: Runner) -> Started:
        error = None
        try:
            runner.start()
        except CamloomError as refusal:
            error = _as_document(refusal)
            self._refused.append(StreamReport(runner.task_ids[0], errors=[str(refusal)]))
        return Started(tuple(self._reports()), error)

    def _deliver(self, order: Deliver) -> None:
        self._screen = order.screen
        try:
            Runner([], on_sink=self._give_screen, resumed=[order.task.id]).deliver(order.task, order.events)
        except CamloomError as refusal:
            self._tell(Logged(logging.WARNING, _logger.name, f"{order.task.id}: {refusal}"))

    def _add(self, order: Add) -> None:
        assert self._runner is not None
        try:
            self._runner.add(order.task, resumed=True, untold=order.untold)
        except CamloomError as refusal:
            self._refused.append(StreamReport(order.task.id, errors=[str(refusal)]))

    def _arm(self, order: Arm) -> None:
        assert self._runner is not None
        try:
            self._runner.arm(order.task_id, order.rule_id, order.armed)
        except CamloomError as refusal:
            _logger.warning("%s", refusal)

    def _edit(self, order: Edit) -> None:
        assert self._runner is not None
        try:
            self._runner.replace_rules(order.task, order.kept)
        except CamloomError as refusal:
            _logger.warning("%s goes on with the rules that it had: %s", order.task.id, refusal)
        except Exception:  # a stranger's rule may raise anything; the next order is to be heard
            _logger.exception("%s goes on with the rules that it had", order.task.id)

    def _remove(self, task_id: str) -> None:
        assert self._runner is not None
        self._runner.remove(task_id)
        self._refused = [report for report in self._refused if report.source_id != task_id]
        self._tell(Gone(task_id))

    def _seen(self, order: Look) -> Seen:
        assert self._runner is not None
        try:
            jpeg = self._runner.picture(order.task_id)
        except CamloomError as refusal:
            return Seen(order.number, error=str(refusal))
        return Seen(order.number, b64encode(jpeg).decode())

    def _flushed(self, order: Flush) -> Flushed:
        assert self._runner is not None
        try:
            self._runner.flush(order.task_id, order.timeout_s)
        except CamloomError as refusal:
            return Flushed(order.number, error=str(refusal))
        return Flushed(order.number)

    def _aside(self, action: Callable[[], None]) -> None:
        """Do what may take a while; other orders do not wait for it."""

        def act() -> None:
            with suppress(OSError):  # the supervisor is gone
                action()

        threading.Thread(target=act, name="aside", daemon=True).start()

    def _take(self, result: FrameResult, done: Callable[[], None]) -> None:
        done()
        for event in result.events:
            self._tell(Told(event))

    def _give_screen(self, sink: Sink) -> None:
        if hasattr(sink, "console"):
            screen = self._screen
            sink.console = Console(
                file=cast(TextIO, _Lines(self._tell)),
                width=screen.width,
                force_terminal=screen.is_terminal,
                color_system=cast(Literal["256"] | None, screen.colours),  # or another name of rich's
            )

    def _beat(self) -> None:
        runner = self._runner
        assert runner is not None
        with suppress(OSError):
            while not self._over.wait(BEAT_S):
                models, runtimes = _models_of(runner)
                refused = [StreamRow(report.source_id, ended=True) for report in self._refused]
                rows = (*runner.rows, *refused)
                self._tell(Beat(tuple(self._reports()), rows, models, runtimes, runner.sizes))

    def _reports(self) -> list[StreamReport]:
        return [*(self._runner.reports if self._runner is not None else ()), *self._refused]

    def _tell(self, news: News) -> None:
        self._channel.send(write_news(news))


class _Lines(io.TextIOBase):
    """A file for a sink that prints; what it prints goes to the supervisor."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        super().__init__()
        self._tell = tell

    def write(self, text: str) -> int:
        """Send a piece of text."""
        if text:
            self._tell(Printed(text))
        return len(text)


class _LogHandler(logging.Handler):
    """Sends the log to the supervisor."""

    def __init__(self, tell: Callable[[News], None]) -> None:
        super().__init__()
        self.setFormatter(RedactingFormatter())
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line."""
        with suppress(OSError):
            self._tell(Logged(record.levelno, record.name, self.format(record)))


def _models_of(runner: Runner) -> tuple[tuple[str, ...], dict[str, str]]:
    try:
        return tuple(runner.model_lines), runner.runtimes
    except Exception as error:  # noqa: BLE001  # whatever a runtime says of a device that it lost, the heart beats on
        log_unexpected(_logger, "the models cannot be described", error)
        return (), {}


def _as_document(error: CamloomError) -> tuple[str, str, str, str]:
    reason = error.reason if isinstance(error, SourceError) else ""
    return type(error).__name__, error.message, error.hint, reason
