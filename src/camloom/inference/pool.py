"""One compiled model for all streams: workers serve the streams in turn, results come back in order."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from camloom.errors import CamloomError, ModelError
from camloom.frame import ImageArray
from camloom.inference.base import BatchSession, CompiledModel, Session, Tensors
from camloom.redaction import unexpected

Item = TypeVar("Item")
_log = logging.getLogger(__name__)
_SMOOTHING = 0.3


class _Job(Generic[Item]):
    __slots__ = ("canvas", "done", "error", "item", "keep", "outputs")

    def __init__(self, item: Item, canvas: ImageArray, *, keep: bool) -> None:
        self.item = item
        self.canvas = canvas
        self.keep = keep
        self.outputs: object = None
        self.error: CamloomError | None = None
        self.done = False


class Lane(Generic[Item]):
    """The place of one stream at the pool.

    Args:
        deliver: called in order with each item and what `decode` made of its outputs, by a worker.
        decode: turns outputs into a result while they are valid, by a worker; any order.
        fail: called once instead, when the model fails for this stream.
        newest_only: keep one waiting item, the newest; else the caller bounds what it offers.
    """

    def __init__(
        self,
        pool: "InferencePool",
        deliver: Callable[[Item, object], None],
        decode: Callable[[Item, Tensors], object],
        fail: Callable[[CamloomError], None],
        *,
        newest_only: bool,
    ) -> None:
        self._pool = pool
        self._deliver = deliver
        self.decode = decode
        self._fail = fail
        self._newest_only = newest_only
        self.waiting: deque[_Job[Item]] = deque()
        self._running: deque[_Job[Item]] = deque()
        self._delivering = False
        self._lock = threading.Lock()
        self._inference_s = self._delivery_s = 0.0
        self.dropped = 0
        self.infer_s = 0.0

    def offer(self, item: Item, canvas: ImageArray, *, keep: bool = False) -> _Job[Item] | None:
        """Queue an item; return the job it replaced, if any, so that its canvas can be used again.

        Args:
            keep: never drop this one, nor another for it (a stream that catches up).
        """
        return self._pool.enqueue(self, _Job(item, canvas, keep=keep or not self._newest_only))

    @property
    def ready(self) -> bool:
        """Whether a worker may take a job.

        Where only the newest counts, not while the result before is being delivered, nor beside another where
        delivering takes longer than inferring: one inferred then would only grow old behind a slow rule, and with
        another worker at hand more and more of them, without end.
        """
        if not self._newest_only:
            return bool(self.waiting)
        alone = not self._running or self._delivery_s < self._inference_s
        return bool(self.waiting) and alone and not self._delivering

    def start(self, job: _Job[Item]) -> None:
        """Note that a worker took a job; called in order."""
        with self._lock:
            self._running.append(job)

    def run(self, session: Session, job: _Job[Item]) -> None:
        """Infer and decode, on a worker."""
        started_s = time.perf_counter()
        outputs = session.run(job.canvas)
        self.take(job, outputs, time.perf_counter() - started_s)

    def take(self, job: _Job[Item], outputs: Tensors, infer_s: float) -> None:
        """Decode what a model gave for a job, on a worker."""
        self.infer_s += infer_s
        self._inference_s += _SMOOTHING * (infer_s - self._inference_s)
        job.outputs = self.decode(job.item, outputs)

    def finish(self, job: _Job[Item]) -> None:
        """Note that a job is done, and deliver what is complete at the head, in order."""
        with self._lock:
            job.done = True
            if self._delivering:
                return
            self._delivering = True
        while (head := self._next_done()) is not None:
            self._hand_over(head)

    def _next_done(self) -> _Job[Item] | None:
        with self._lock:
            if self._running and self._running[0].done:
                return self._running.popleft()
            self._delivering = False
            return None

    def _hand_over(self, job: _Job[Item]) -> None:
        started_s = time.perf_counter()
        if job.error is None:
            job.error = _error_of(partial(self._deliver, job.item, job.outputs))
        self._delivery_s += _SMOOTHING * (time.perf_counter() - started_s - self._delivery_s)
        if job.error is not None:
            _error_of(partial(self._fail, job.error))

    def leave(self) -> None:
        """Give up the place; waiting items are dropped."""
        self._pool.remove(self)


def _error_of(action: Callable[[], None]) -> CamloomError | None:
    """Run a piece of one stream's work; whatever it raises is that stream's alone, never the worker's end."""
    try:
        action()
    except CamloomError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a stranger's model or rule may raise anything
        _log.debug("a stream failed on a worker", exc_info=True)
        return ModelError(f"a model or a rule failed: {unexpected(error)}")
    return None


_Taken = tuple[Lane[Any], _Job[Any]]


def _run_batch(session: BatchSession, taken: Sequence[_Taken]) -> None:
    """Infer for several streams at once; an error of the model is everybody's, one of a decoder its stream's."""
    started_s = time.perf_counter()
    outputs: list[Tensors] = []

    def infer() -> None:
        outputs.extend(session.run_batch([job.canvas for _, job in taken]))
        if len(outputs) != len(taken):
            raise ModelError(f"the runtime gave outputs for {len(outputs)} of {len(taken)} pictures")

    if (error := _error_of(infer)) is not None:
        for _, job in taken:
            job.error = error
        return
    infer_s = (time.perf_counter() - started_s) / len(taken)
    for (lane, job), each in zip(taken, outputs, strict=True):
        job.error = _error_of(partial(lane.take, job, each, infer_s))


class InferencePool:
    """Worker threads, each with a session of its own, that take the streams' canvases round robin.

    Where the model takes several canvases at once, a worker takes as many as wait, from one stream after
    another, and never waits for more.

    Args:
        compiled: the model.
        workers: how many canvases are in the works at once; the number of cores is best on a CPU, since
            many single-threaded requests beat one with many threads (docs/performance.md).
    """

    def __init__(self, compiled: CompiledModel, workers: int) -> None:
        self._lanes: deque[Lane[Any]] = deque()
        self._batch_size = int(getattr(compiled, "batch_size", 1))
        self._condition = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, args=(compiled.session(),), name=f"infer-{i}", daemon=True)
            for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def lane(
        self,
        deliver: Callable[[Item, object], None],
        decode: Callable[[Item, Tensors], object],
        fail: Callable[[CamloomError], None],
        *,
        newest_only: bool,
    ) -> Lane[Item]:
        """Give a stream its place."""
        lane: Lane[Item] = Lane(self, deliver, decode, fail, newest_only=newest_only)
        with self._condition:
            self._lanes.append(lane)
        return lane

    def enqueue(self, lane: Lane[Item], job: _Job[Item]) -> _Job[Item] | None:
        """Put a job into a lane, in the place of one that still waits if neither must be kept."""
        with self._condition:
            waiting = lane.waiting
            replaced = waiting.pop() if waiting and not (job.keep or waiting[-1].keep) else None
            lane.dropped += replaced is not None
            lane.waiting.append(job)
            self._condition.notify()
            return replaced

    def remove(self, lane: Lane[Item]) -> None:
        """Take a lane out."""
        with self._condition:
            lane.waiting.clear()
            self._lanes.remove(lane)

    def close(self) -> None:
        """Stop the workers after what they have in hand."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _work(self, session: Session) -> None:
        while taken := self._take():
            if len(taken) > 1 and isinstance(session, BatchSession):
                _run_batch(session, taken)
            else:
                for lane, job in taken:
                    job.error = _error_of(partial(lane.run, session, job))
            for lane, job in taken:
                lane.finish(job)

    def _take(self) -> list[_Taken]:
        """Wait for work; return it, or nothing when the pool closes."""
        with self._condition:
            while True:
                taken: list[_Taken] = []
                while len(taken) < self._batch_size and (next_one := self._next()) is not None:
                    taken.append(next_one)
                if taken or self._closed:
                    # A lane that was held back while it delivered may be ready again, and nobody told the others.
                    self._condition.notify(any(lane.ready for lane in self._lanes))
                    return taken
                self._condition.wait()

    def _next(self) -> _Taken | None:
        for _ in range(len(self._lanes)):
            lane = self._lanes[0]
            self._lanes.rotate(-1)
            if lane.ready:
                job = lane.waiting.popleft()
                lane.start(job)
                return lane, job
        return None
