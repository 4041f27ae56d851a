"""A sink behind its queue: nothing stalls, nothing grows, no event goes missing."""

import threading
from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

import pytest
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import SinkError
from camloom.event import Event, FrameResult
from camloom.sinks import queue
from camloom.sinks.base import SinkContext
from camloom.sinks.queue import SinkWorker, SizesOnly

T = TypeVar("T")
Make = Callable[..., T]
WAIT_S = 20


class Recorder:
    """A sink that remembers what it got, and waits at a gate until it is opened."""

    Config: ClassVar[type[BaseModel]] = StrictModel
    needs_pixels: ClassVar = True
    events_only: ClassVar = False

    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self.threads: set[int] = set()
        self.closed = 0
        self.gate = threading.Event()
        self.busy = threading.Event()

    def open(self, context: SinkContext) -> None:
        self.threads.add(threading.get_ident())

    def write(self, result: FrameResult) -> None:
        self.busy.set()
        assert self.gate.wait(WAIT_S)
        self.threads.add(threading.get_ident())
        self.results.append(result)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed += 1

    @property
    def indices(self) -> list[int]:
        return [result.frame.index for result in self.results]


class SizeReader(Recorder):
    needs_pixels: ClassVar = False


class EventReader(Recorder):
    events_only: ClassVar = True


class Broken(Recorder):
    """Fails at the third result."""

    def write(self, result: FrameResult) -> None:
        if result.frame.index == 2:
            raise SinkError("the broker does not answer")
        self.results.append(result)


class Buggy(Recorder):
    def write(self, result: FrameResult) -> None:
        raise ZeroDivisionError("a bug in somebody's sink")


class Sleepy(Recorder):
    """Counts the calls of idle."""

    def __init__(self) -> None:
        super().__init__()
        self.rested = threading.Event()

    def idle(self) -> None:
        self.rested.set()


def worker_of(sink: Recorder, context: SinkContext, *, lossy: bool = False, capacity: int = 4) -> SinkWorker:
    worker = SinkWorker(sink, "test", lossy=lossy, capacity=capacity)
    worker.open(context)
    return worker


def held(sink: Recorder, worker: SinkWorker, result: FrameResult) -> None:
    """Give the worker a result to be busy with, so that what follows stays in the queue."""
    worker.put(result)
    assert sink.busy.wait(WAIT_S)


def test_everything_arrives_in_order_on_one_thread_and_closes_once(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = Recorder()
    sink.gate.set()
    worker = worker_of(sink, make_context())
    for index in range(50):
        worker.put(make_result(index))
    worker.close()
    worker.close()
    assert sink.indices == list(range(50))
    assert sink.closed == 1
    assert len(sink.threads) == 1
    assert threading.get_ident() not in sink.threads
    assert (worker.written, worker.dropped, worker.error) == (50, 0, None)


def test_lossless_never_drops_and_gives_each_credit_back_once(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = Recorder()
    worker = worker_of(sink, make_context(), capacity=4)
    done: list[int] = []
    for index in range(20):
        worker.put(make_result(index), partial(done.append, index))
    assert done == []
    sink.gate.set()
    worker.close()
    assert sink.indices == done == list(range(20))


def test_a_result_without_pixels_gives_its_credit_back_while_there_is_room(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = SizeReader()
    worker = worker_of(sink, make_context(), capacity=4)
    held(sink, worker, make_result(0))
    done: list[int] = []
    for index in range(1, 11):
        worker.put(make_result(index), partial(done.append, index))
    assert done == [1, 2, 3, 4], "a slow sink holds the stream back once its queue is full"
    sink.gate.set()
    worker.close()
    assert sink.indices == list(range(11))
    assert sorted(done) == list(range(1, 11))


def test_results_without_pixels_gather_but_an_event_hurries(
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "_LINGER_S", 10 * WAIT_S)
    sink = SizeReader()
    sink.gate.set()
    worker = worker_of(sink, make_context())
    for index in range(3):
        worker.put(make_result(index))
    assert not sink.busy.wait(0.2), "nothing waits for these"
    worker.put(make_result(3, events=[make_event()]))
    assert sink.busy.wait(WAIT_S), "an event does not wait"
    worker.close()
    assert sink.indices == [0, 1, 2, 3]


def test_gathered_results_are_written_by_themselves_and_when_there_are_many(
    make_result: Make[FrameResult], make_context: Make[SinkContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, many = SizeReader(), SizeReader()
    for sink in (alone, many):
        sink.gate.set()
    short = worker_of(alone, make_context())
    monkeypatch.setattr(queue, "_LINGER_S", 10 * WAIT_S)
    long = worker_of(many, make_context(), capacity=64)
    short.put(make_result(0))
    for index in range(queue._BATCH):
        long.put(make_result(index))
    assert alone.busy.wait(WAIT_S)
    assert many.busy.wait(WAIT_S)
    short.close()
    long.close()


def test_lossy_drops_the_oldest_without_events_and_counts(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = Recorder()
    worker = worker_of(sink, make_context(), lossy=True, capacity=4)
    held(sink, worker, make_result(0))
    done: list[int] = []
    for index in range(1, 11):
        events = [make_event()] if index in (1, 5) else []
        worker.put(make_result(index, events=events), partial(done.append, index))
    assert done == [2, 3, 4, 6, 7, 8], "dropped results give their credit back at once"
    sink.gate.set()
    worker.close()
    assert sink.indices == [0, 1, 5, 9, 10]
    assert (worker.dropped, worker.events_lost) == (6, 0)
    assert sorted(done) == list(range(1, 11))


def test_events_are_kept_beyond_the_capacity_but_without_pixels(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = Recorder()
    worker = worker_of(sink, make_context(), lossy=True, capacity=4)
    held(sink, worker, make_result(0))
    for index in range(1, 9):
        worker.put(make_result(index, events=[make_event()]))
    sink.gate.set()
    worker.close()
    assert sink.indices == list(range(9))
    assert worker.events_lost == 0
    assert [isinstance(result.frame.buffer, SizesOnly) for result in sink.results[1:]] == [False] * 4 + [True] * 4


def test_even_events_have_an_end_and_the_loss_is_counted(
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "MAX_EVENT_RESULTS", 6)
    sink = Recorder()
    worker = worker_of(sink, make_context(), lossy=True, capacity=4)
    held(sink, worker, make_result(0))
    for index in range(1, 10):
        worker.put(make_result(index, events=[make_event(), make_event(5.0)]))
    sink.gate.set()
    worker.close()
    assert sink.indices == list(range(7))
    assert worker.events_lost == 3 * 2


def test_a_sink_without_need_for_pixels_gets_sizes_only(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = SizeReader()
    sink.gate.set()
    worker = worker_of(sink, make_context())
    worker.put(make_result(0))
    worker.close()
    frame = sink.results[0].frame
    assert (frame.width, frame.height) == (192, 128)
    with pytest.raises(SinkError, match="needs_pixels"):
        frame.buffer.to_bgr()


def test_a_sink_for_events_is_not_bothered_without_them(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = EventReader()
    sink.gate.set()
    worker = worker_of(sink, make_context())
    done: list[int] = []
    for index in range(10):
        events = [make_event()] if index == 6 else []
        worker.put(make_result(index, events=events), partial(done.append, index))
    worker.close()
    assert sink.indices == [6]
    assert sorted(done) == list(range(10))


@pytest.mark.parametrize(
    ("kind", "words"), [(Broken, "the broker does not answer"), (Buggy, "ZeroDivisionError: a bug")]
)
def test_a_sink_that_fails_stops_alone(
    kind: type[Recorder], words: str, make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = kind()
    worker = worker_of(sink, make_context())
    done: list[int] = []
    for index in range(20):
        worker.put(make_result(index), partial(done.append, index))
    worker.close()
    assert sorted(done) == list(range(20)), "a pipeline that waits for credits goes on"
    assert isinstance(worker.error, SinkError)
    assert words in str(worker.error)
    assert "\n" not in str(worker.error)
    assert all(index < 2 for index in sink.indices)
    assert sink.closed == 1, "what was written before is finished"


def test_a_sink_that_cannot_open_says_so_to_the_caller(make_context: Make[SinkContext]) -> None:
    class Closed(Recorder):
        def open(self, context: SinkContext) -> None:
            raise SinkError("cannot write here")

    worker = SinkWorker(Closed(), "test", lossy=False)
    threads = threading.active_count()
    with pytest.raises(SinkError, match="cannot write here"):
        worker.open(make_context())
    assert threading.active_count() == threads, "nobody closes what never opened"


def test_a_quiet_sink_gets_time_for_itself(make_context: Make[SinkContext]) -> None:
    sink = Sleepy()
    worker = worker_of(sink, make_context())
    assert sink.rested.wait(WAIT_S)
    worker.close()


def test_a_sink_that_hangs_is_given_up(make_result: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    sink = Recorder()
    worker = worker_of(sink, make_context())
    held(sink, worker, make_result(0))
    worker.close(timeout_s=0.05)
    assert "did not finish" in str(worker.error)
    sink.gate.set()


def test_after_the_end_nothing_waits(make_result: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    sink = Recorder()
    sink.gate.set()
    worker = worker_of(sink, make_context())
    worker.close()
    done: list[bool] = []
    worker.put(make_result(0), lambda: done.append(True))
    assert done == [True]
    assert sink.results == []


class Holding(Recorder):
    """Holds back what it got until it is asked to write."""

    def __init__(self) -> None:
        super().__init__()
        self.gate.set()
        self.kept: list[int] = []

    def flush(self) -> None:
        self.kept = self.indices


def test_a_sink_writes_what_it_holds_back_when_asked_after_all_that_waits(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    sink = Holding()
    sink.gate.clear()
    worker = SinkWorker(sink, "holding", lossy=True, capacity=4)
    worker.open(make_context())
    worker.put(make_result(0))
    assert sink.busy.wait(WAIT_S)
    worker.put(make_result(1))
    worker.flush(0.0)  # nobody waits, it is done all the same
    worker.put(make_result(2))
    sink.gate.set()
    worker.flush(WAIT_S)
    assert sink.kept == [0, 1, 2]
    worker.close()
    assert (worker.written, worker.dropped) == (3, 0)
    worker.flush(WAIT_S)  # after its end nothing is held back


def test_a_sink_that_holds_nothing_back_or_has_stopped_is_not_waited_for(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    for sink in (Recorder(), Broken()):
        sink.gate.set()
        worker = SinkWorker(sink, "plain", lossy=False)
        worker.open(make_context())
        for index in range(4):
            worker.put(make_result(index))
        worker.flush(WAIT_S * 10)
        worker.close()
