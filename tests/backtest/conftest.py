"""Frames with walkers, the rules that watch them, and a history of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from benchmarks.backtest_speed import rules as day_rules
from benchmarks.backtest_speed import walkers

from camloom.config import Scene, TaskConfig, parse_task
from camloom.event import Event, FrameResult
from camloom.packets import PacketRing, StreamInfo
from camloom.runner.build import build_rule, rules_by_id
from camloom.sinks.base import SinkContext
from camloom.sinks.history import HistoryConfig, HistorySink


class _Template:
    codec_context = av.CodecContext.create("rawvideo", "r")
    time_base = Fraction(1, 5)


@pytest.fixture(scope="session")
def day() -> Callable[..., TaskConfig]:
    """Return a maker of a task with two zones and a line."""

    def make(dwell_s: float = 10.0, **more: Any) -> TaskConfig:
        return parse_task({**day_rules(dwell_s), **more})

    return make


@pytest.fixture(scope="session")
def walk() -> Callable[..., list[FrameResult]]:
    """Return a maker of frames with four walkers; `breaks` are indices at which the stream broke."""

    def make(seconds: float = 300, seed: int = 7, breaks: Iterable[int] = ()) -> list[FrameResult]:
        broken = frozenset(breaks)
        return [
            replace(one, frame=replace(one.frame, discont=one.frame.index in broken))
            for one in walkers(seconds / 3600, 5, 4, seed)
        ]

    return make


def keep_in(
    folder: Path, results: list[FrameResult], restarts: Iterable[int] = (), source_id: str = "day", **config: Any
) -> Path:
    """Write frames through the sink, opened anew at each index in `restarts`; return where the history is."""
    edges = [0, *restarts, len(results)]
    for first, last in pairwise(edges):
        info = StreamInfo("rawvideo", 1280, 720, 5.0, live=False, template=_Template())
        sink = HistorySink(HistoryConfig(**config))
        sink.open(SinkContext(source_id, folder, Scene(), info, PacketRing(5), 5.0))
        for result in results[first:last]:
            sink.write(result)
        sink.close()
    return folder / "history"


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes frames through the sink into the folder of the test."""
    return partial(keep_in, tmp_path)


@dataclass(frozen=True)
class Stored:
    """Frames with four walkers, and the folder of a history of them, which is not to be changed."""

    results: list[FrameResult]
    folder: Path


@pytest.fixture(scope="session")
def ten_minutes(walk: Callable[..., list[FrameResult]], tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Return a history that many tests read."""
    results = walk(600)
    return Stored(results, keep_in(tmp_path_factory.mktemp("stored"), results))


@pytest.fixture(scope="session")
def live() -> Callable[..., Iterator[Event]]:
    """Return what the pipeline does with rules: a break ends everything, so does the end of a run."""

    def run(task: TaskConfig, results: list[FrameResult], restarts: Iterable[int] = ()) -> Iterator[Event]:
        scene, ends = task.scene(), {*restarts, len(results)}
        rules = [build_rule(blocks, scene) for blocks in rules_by_id(task.rules).values()]
        for place, result in enumerate(results):
            if result.frame.discont:
                yield from (event for rule in rules for event in rule.finish(result.frame))
            yield from (event for rule in rules for event in rule.update(result.tracks, result.frame))
            if place + 1 in ends:
                yield from (event for rule in rules for event in rule.finish(result.frame))

    return run
