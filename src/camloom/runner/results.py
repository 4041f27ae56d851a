"""The results of a task as something to loop over."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from camloom.config import TaskConfig, load_task, parse_task
from camloom.errors import CamloomError
from camloom.event import FrameResult
from camloom.runner.runner import Runner

_POLL_S = 0.2
_LIVE_BACKLOG = 32


class TaskRun:
    """A running task: loop over it for its results, leave the loop or the `with` block to end it.

    A file waits for the loop; a live source does not: of a loop that is too slow the oldest results
    are dropped, never one with an event; `dropped` counts them.
    """

    def __init__(self, task: TaskConfig) -> None:
        self.dropped = 0
        self._results: deque[tuple[FrameResult, Callable[[], None]]] = deque()
        self._changed = threading.Condition()
        self._runner = Runner([task], consumer=self._take)
        self._live = False
        self._started = False

    def __enter__(self) -> Self:
        if not self._started:
            self._runner.start()
            self._started = True
            self._live = self._runner.streams[0].live
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._runner.stop()
        while not self._runner.wait(_POLL_S):
            self._drain()

    def __iter__(self) -> Iterator[FrameResult]:
        """Yield every result in order. CamloomError at the end if the stream failed."""
        with self:
            while (entry := self._next()) is not None:
                result, done = entry
                done()
                yield result
        if errors := self._runner.reports[0].errors:
            raise CamloomError(errors[0])

    def _take(self, result: FrameResult, done: Callable[[], None]) -> None:
        with self._changed:
            self._results.append((result, done))
            dropped = self._oldest_plain() if self._live and len(self._results) > _LIVE_BACKLOG else None
            self._changed.notify()
        if dropped is not None:
            dropped()

    def _oldest_plain(self) -> Callable[[], None] | None:
        """Remove the oldest result that carries no event."""
        for index, (result, done) in enumerate(self._results):
            if not result.events:
                del self._results[index]
                self.dropped += 1
                return done
        return None

    def _next(self) -> tuple[FrameResult, Callable[[], None]] | None:
        with self._changed:
            while not self._changed.wait_for(lambda: self._results, _POLL_S):
                if self._runner.streams[0].join(0) and not self._results:
                    return None
            return self._results.popleft()

    def _drain(self) -> None:
        with self._changed:
            waiting = list(self._results)
            self._results.clear()
        for _, done in waiting:
            done()


def open_task(task: str | Path | TaskConfig | dict[str, Any]) -> TaskRun:
    """Open a task to loop over its results: `for result in camloom.open_task("task.yaml"): ...`.

    Args:
        task: path of a task file, or a task as `TaskConfig` or plain data.

    Raises:
        ConfigError: the task is wrong. Everything else is raised when the loop begins.
    """
    if isinstance(task, TaskConfig):
        return TaskRun(task)
    return TaskRun(parse_task(task) if isinstance(task, dict) else load_task(Path(task)))
