"""Runs tasks as a `Runner` does, in worker processes that may crash."""

import binascii
import logging
import threading
from base64 import b64decode
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from camloom import errors
from camloom.config import TaskConfig
from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.event import Event
from camloom.inference.load import Progress
from camloom.phrases import Phrase
from camloom.redaction import log_unexpected
from camloom.runner import StreamReport, StreamRow
from camloom.runner.build import build_source
from camloom.runner.edit import check_task
from camloom.state import Condition, SourceState
from camloom.supervisor.book import Outward, StateChange
from camloom.supervisor.grouping import Patience
from camloom.supervisor.limits import Limits
from camloom.supervisor.messages import Arm, Fetched, Flush, Flushed, Logged, Look, Printed, Seen, Started, Told
from camloom.supervisor.questions import Answer, Questions
from camloom.supervisor.watcher import Watcher

_END_S = 5.0
_logger = logging.getLogger(__name__)


def _ignore(*_: object) -> None:
    """Nobody wants to know."""


class Supervisor:
    """Runs tasks until they end or are stopped, in worker processes.

    A decoder that takes its process down costs the streams beside it a moment; a stream that does so again and again
    is found, runs alone and is disabled in the end, until `enable` is called. Sinks run in the workers; only
    documents come back: events, states, counts, errors.

    Args:
        tasks: one stream each, with different ids.
        limits: how many workers, and what each may take.
        patience: how crashes are answered.
        progress: called while model files are fetched.
        on_event: given every event, those of the workers and of the supervisor itself.
        on_state: given the id of a stream and its new state.
        on_print: given what sinks print.

    The callbacks are called on one thread of their own, one after another.
    """

    def __init__(
        self,
        tasks: Sequence[TaskConfig],
        *,
        limits: Limits | None = None,
        patience: Patience | None = None,
        progress: Progress = _ignore,
        on_event: Callable[[Event], None] = _ignore,
        on_state: Callable[[str, SourceState], None] = _ignore,
        on_print: Callable[[str], None] = _ignore,
    ) -> None:
        if len({task.id for task in tasks}) < len(tasks):
            raise ConfigError("two of these tasks have the same id", "Give each task its own `id:`")
        self._tasks = tuple(tasks)
        self._ids = {task.id for task in tasks}
        self._questions = Questions()
        self._limits, self._patience = limits or Limits(), patience or Patience()
        self._progress, self._on_event, self._on_state, self._on_print = progress, on_event, on_state, on_print
        self._news: SimpleQueue[Outward | None] = SimpleQueue()
        self._watcher: Watcher | None = None
        self._teller = threading.Thread(target=self._hand_on, name="supervisor-news", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()
        self.wait()

    def start(self) -> None:
        """Start the workers; return when each runs its streams, or has failed.

        Raises:
            CamloomError: no process can be started; or, of a single task, it cannot be used.
        """
        self._watcher = Watcher(self._tasks, self._limits, self._patience, self._news.put)
        self._teller.start()
        self._watcher.start()
        self._watcher.settled.wait()
        if self._watcher.refusal is not None:
            self.stop()
            self.wait()
            raise _as_error(self._watcher.refusal)

    def stop(self) -> None:
        """Ask every stream to end."""
        self._running.stop()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until all streams have ended or are disabled (True) or the time is over (False)."""
        ended = self._running.over.wait(timeout_s)
        if ended:
            self.close()
        return ended

    def close(self) -> None:
        """End everything that still runs, and tell what is left to tell. May be called twice."""
        self._running.close()
        self._news.put(None)
        if self._teller is not threading.current_thread():
            self._teller.join(_END_S)

    def arm(self, task_id: str, rule_id: str, armed: bool = True) -> None:
        """Let a rule or an alarm of a running task speak, or not; see `Runner.arm`. ConfigError: no such task."""
        self._check(task_id)
        self._running.send(task_id, Arm(task_id, rule_id, armed))

    def add(self, task: TaskConfig) -> None:
        """Run one more task beside those that run. ConfigError: there is one of that id."""
        if task.id in self._ids:
            raise ConfigError(f"there is a task '{task.id}' already", "Replace it, or give the new one another id")
        self._ids.add(task.id)
        self._running.want(task.id, task)

    def remove(self, task_id: str) -> None:
        """End a task and forget it; the others run on. ConfigError: no such task."""
        self._check(task_id)
        self._ids.discard(task_id)
        self._running.want(task_id, None)

    def replace(self, task: TaskConfig) -> None:
        """Change a task. Other rules, zones and lines do not interrupt its stream; anything else restarts it alone.

        Raises:
            CamloomError: no such task, or its rules do not fit its models; then it stays as it is.
        """
        self._check(task.id)
        check_task(task)
        self._running.want(task.id, task)

    def picture(self, task_id: str, timeout_s: float = 5.0) -> bytes:
        """Return the newest picture of a running task as a JPEG.

        Raises:
            CamloomError: no such task, no picture, or no answer in time.
        """
        self._check(task_id)
        running = self._running
        answer = self._questions.ask(lambda number: running.send(task_id, Look(task_id, number)), timeout_s)
        return _jpeg_of(answer, task_id, timeout_s)

    def flush(self, task_id: str, timeout_s: float = 5.0) -> bool:
        """Let the sinks of a running task write what they hold back, such as the newest minutes of a history.

        Returns:
            Whether they have; not so of a stream that is about to begin, or too busy. ConfigError: no such task.
        """
        self._check(task_id)
        running = self._running
        answer = self._questions.ask(lambda number: running.send(task_id, Flush(task_id, number, timeout_s)), timeout_s)
        return answer is not None and not answer.error

    def enable(self, task_id: str) -> None:
        """Start a stream again that was disabled. ConfigError: no such task."""
        self._check(task_id)
        self._running.enable(task_id)

    @property
    def reports(self) -> list[StreamReport]:
        """What each stream did so far, in all workers that ran it."""
        return [stream.total for stream in list(self._running.book.streams.values())]

    @property
    def rows(self) -> list[StreamRow]:
        """How far each stream is."""
        return [stream.row for stream in list(self._running.book.streams.values())]

    @property
    def states(self) -> dict[str, SourceState]:
        """The states of the streams of which one was told."""
        streams = dict(self._running.book.streams)
        return {name: stream.state for name, stream in streams.items() if stream.state is not None}

    @property
    def alive(self) -> bool:
        """Whether it looks after the streams; False: it has ended, or failed."""
        return self._running.alive

    @property
    def disabled(self) -> frozenset[str]:
        """The streams that are not started again by themselves."""
        return frozenset(name for name, state in self.states.items() if state.condition is Condition.DISABLED)

    @property
    def model_lines(self) -> list[str]:
        """The models in use, in words."""
        return list(self._running.book.models)

    @property
    def _running(self) -> Watcher:
        assert self._watcher is not None, "start() comes first"
        return self._watcher

    def _check(self, task_id: str) -> None:
        if task_id not in self._ids:
            told = Phrase(f"no task '{task_id}' runs", "not-running")
            raise ConfigError(told, f"These do: {', '.join(sorted(self._ids)) or 'none'}")

    def _hand_on(self) -> None:
        while (news := self._news.get()) is not None:
            try:
                self._pass(news)
            except Exception as error:  # noqa: BLE001  # whatever a callback does, the others are called
                log_unexpected(_logger, "a callback of the supervisor failed", error)

    def _pass(self, news: Outward) -> None:
        match news:
            case Told():
                self._on_event(news.event)
            case StateChange():
                self._on_state(news.source_id, news.state)
            case Seen() | Flushed():
                self._questions.take(news)
            case Printed():
                self._on_print(news.text)
            case Fetched():
                self._progress(news.what, news.done_bytes, news.total_bytes)
            case Logged():
                logging.getLogger(news.name).log(news.level, "%s", news.text)


def is_camera(task: TaskConfig) -> bool:
    """Tell whether a task reads a place that may come back, such as a camera; nothing is opened."""
    try:
        return bool(getattr(build_source(task), "reconnects", False))
    except CamloomError:
        return False  # whoever runs it says what is wrong


def _jpeg_of(answer: Answer | None, task_id: str, waited_s: float) -> bytes:
    """Return the picture that a worker saw; SourceError: there is none."""
    if answer is None:
        hint = "Look at the state of the camera"
        raise SourceError(f"no picture of '{task_id}' came within {waited_s:g} s", hint, reason="timeout")
    try:
        jpeg = b64decode(answer.jpeg, validate=True) if isinstance(answer, Seen) else b""
    except binascii.Error:
        jpeg = b""
    if not jpeg:
        raise SourceError(f"there is no picture of '{task_id}': {answer.error}", reason="no-video")
    return jpeg


def _as_error(refusal: Started) -> CamloomError:
    """Return the error that a worker met as it would have been raised here."""
    assert refusal.error is not None
    kind, message, hint, reason = refusal.error
    if kind == SourceError.__name__:
        return SourceError(message, hint, reason=reason)
    found = getattr(errors, kind, None)
    if isinstance(found, type) and issubclass(found, CamloomError):
        return found(message, hint)
    return CamloomError(message, hint)
