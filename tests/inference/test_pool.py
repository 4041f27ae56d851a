"""The pool serves streams in turn and gives results back in order."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest

from camloom.errors import CamloomError, ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.pool import InferencePool, Lane


class Gated:
    """A model whose every run waits for its canvas to be released."""

    description = "gated"

    def __init__(self) -> None:
        self.order: list[int] = []
        self.gates = {number: threading.Event() for number in range(100)}
        self.started = threading.Semaphore(0)
        self.output_shapes = {"number": (1,)}

    def session(self) -> Session:
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        number = int(canvas.flat[0])
        self.order.append(number)
        self.started.release()
        assert self.gates[number].wait(10)
        if number == 99:
            raise ModelError("the device is gone")
        return {"number": np.array([number])}

    def release_all(self) -> None:
        for gate in self.gates.values():
            gate.set()


class Together(Gated):
    """A model that takes up to three canvases at once."""

    batch_size = 3

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[int]] = []

    def run_batch(self, canvases: Sequence[ImageArray]) -> Sequence[Tensors]:
        numbers = [int(canvas.flat[0]) for canvas in canvases]
        self.batches.append(numbers)
        if 99 in numbers:
            raise ModelError("the device is gone")
        if 98 in numbers:
            raise IndexError("a runtime with a mistake in it")
        return [{"number": np.array([number])} for number in numbers if number != 97]


class Stream:
    def __init__(self, pool: InferencePool, *, newest_only: bool = False) -> None:
        self.results: list[int] = []
        self.error: CamloomError | None = None
        self.arrived = threading.Condition()
        self.lane: Lane[int] = pool.lane(self._deliver, self._decode, self._fail, newest_only=newest_only)

    def _decode(self, item: int, outputs: Tensors) -> object:
        return item, int(outputs["number"][0])

    def _deliver(self, item: int, result: object) -> None:
        assert result == (item, item)
        with self.arrived:
            self.results.append(item)
            self.arrived.notify_all()

    def _fail(self, error: CamloomError) -> None:
        with self.arrived:
            self.error = error
            self.arrived.notify_all()

    def offer(self, number: int, *, keep: bool = False) -> object:
        return self.lane.offer(number, np.full((2, 2, 3), number, np.uint8), keep=keep)

    def has(self, results: list[int]) -> bool:
        return self.results == results

    def failed(self) -> bool:
        return self.error is not None

    def wait(self, until: Callable[[], bool]) -> None:
        with self.arrived:
            assert self.arrived.wait_for(until, 10)


@pytest.fixture
def model() -> Gated:
    return Gated()


def test_results_keep_their_order_when_a_later_one_is_done_first(model: Gated) -> None:
    pool = InferencePool(model, 2)
    stream = Stream(pool)
    for number in (1, 2, 3):
        stream.offer(number)
    model.gates[2].set()
    model.gates[3].set()
    assert model.started.acquire(timeout=10)
    model.gates[1].set()
    stream.wait(lambda: len(stream.results) == 3)
    assert stream.results == [1, 2, 3]
    pool.close()


def test_streams_are_served_in_turn(model: Gated) -> None:
    pool = InferencePool(model, 1)
    greedy, modest = Stream(pool), Stream(pool)
    greedy.offer(0)
    assert model.started.acquire(timeout=10)
    for number in (1, 2, 3, 4):
        greedy.offer(number)
    modest.offer(50)
    modest.offer(51)
    model.release_all()
    greedy.wait(lambda: len(greedy.results) == 5)
    modest.wait(lambda: len(modest.results) == 2)
    assert model.order.index(50) <= 2
    assert model.order.index(51) <= 4
    pool.close()


def test_a_live_stream_keeps_only_its_newest(model: Gated) -> None:
    pool = InferencePool(model, 1)
    busy, live = Stream(pool), Stream(pool, newest_only=True)
    busy.offer(0)
    assert model.started.acquire(timeout=10)
    assert live.offer(10) is None
    assert live.offer(11) is not None
    assert live.offer(12) is not None
    model.release_all()
    live.wait(lambda: bool(live.results))
    assert (live.results, live.lane.dropped) == ([12], 2)
    pool.close()


def test_a_slow_rule_does_not_make_a_live_stream_old(model: Gated) -> None:
    pool = InferencePool(model, 2)
    model.release_all()
    rule = threading.Event()
    seen: list[int] = []

    def deliver(item: int, _result: object) -> None:
        seen.append(item)
        arrived.release()
        assert rule.wait(10)

    arrived = threading.Semaphore(0)
    lane: Lane[int] = pool.lane(deliver, lambda item, _outputs: item, lambda _error: None, newest_only=True)
    lane.offer(1, np.full((2, 2, 3), 1, np.uint8))
    assert arrived.acquire(timeout=10)
    for number in (2, 3, 4):
        lane.offer(number, np.full((2, 2, 3), number, np.uint8))
        assert not model.started.acquire(timeout=0.05) or model.order == [1]
    rule.set()
    assert arrived.acquire(timeout=10)
    pool.close()
    assert (seen, lane.dropped) == ([1, 4], 2)


def test_what_must_be_kept_is_not_replaced_by_something_newer(model: Gated) -> None:
    pool = InferencePool(model, 1)
    busy, live = Stream(pool), Stream(pool, newest_only=True)
    busy.offer(0)
    assert model.started.acquire(timeout=10)
    assert live.offer(10, keep=True) is None
    assert live.offer(11, keep=True) is None
    assert live.offer(12) is None
    assert live.offer(13) is not None
    model.release_all()
    live.wait(lambda: len(live.results) == 3)
    assert live.results == [10, 11, 13]
    pool.close()


def test_a_failure_reaches_its_own_stream_only(model: Gated) -> None:
    pool = InferencePool(model, 1)
    bad, good = Stream(pool), Stream(pool)
    model.release_all()
    bad.offer(99)
    good.offer(5)
    bad.wait(lambda: bad.error is not None)
    good.wait(lambda: good.results == [5])
    assert "device is gone" in str(bad.error)
    pool.close()


def test_what_waits_goes_together_where_the_device_takes_it() -> None:
    model = Together()
    pool = InferencePool(model, 1)
    streams = [Stream(pool) for _ in range(3)]
    streams[0].offer(0)
    assert model.started.acquire(timeout=10)
    for number in (10, 11, 12):
        streams[0].offer(number)
    streams[1].offer(20)
    streams[2].offer(30)
    model.release_all()
    for stream, expected in zip(streams, ([0, 10, 11, 12], [20], [30]), strict=True):
        stream.wait(partial(stream.has, expected))
    assert model.order == [0], "one alone waits for no company"
    assert [len(batch) for batch in model.batches] == [3, 2]
    assert sorted(model.batches[0]) == [10, 20, 30], "one of each stream first"
    pool.close()


@pytest.mark.parametrize("number", [97, 98, 99])
def test_a_batch_that_fails_fails_for_all_of_it_and_the_worker_goes_on(number: int) -> None:
    model = Together()
    pool = InferencePool(model, 1)
    streams = [Stream(pool) for _ in range(2)]
    streams[0].offer(0)
    assert model.started.acquire(timeout=10)
    streams[0].offer(number)
    streams[1].offer(20)
    model.release_all()
    for stream in streams:
        stream.wait(stream.failed)
    third = Stream(pool)
    third.offer(30)
    third.wait(partial(third.has, [30]))
    pool.close()


def test_a_stream_that_cannot_even_fail_costs_the_others_nothing(model: Gated) -> None:
    class Clumsy(Stream):
        def _fail(self, error: CamloomError) -> None:
            raise OSError("its source does not let itself be stopped")

    pool = InferencePool(model, 1)
    clumsy, other = Clumsy(pool), Stream(pool)
    model.release_all()
    clumsy.offer(99)
    other.offer(1)
    other.wait(lambda: other.has([1]))
    pool.close()
