"""Checks of a runtime: it computes what the graph says, every time, from several threads, without growing."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from camloom.errors import ModelError
from camloom.inference.base import Session
from camloom.testing.graphs import Graph, classify, convolution, double, enlarge, network
from camloom.testing.outcome import CheckError, NotApplicableError
from camloom.testing.subject import HALF_TOLERANCE, Subject, difference, must_agree, only

_REPEATS = 20
_WORKERS = 4
_RUNS_OF_A_WORKER = 25
_WARM_UP_RUNS = 40
_MEMORY_RUNS = 150
_MAX_GROWTH_BYTES = 16 << 20  # the graph's output is 1.3 MB: one lost output in ten runs is seen
_STATM = Path("/proc/self/statm")


def convolves(subject: Subject) -> str:
    """A convolution as numpy computes it."""
    return _agrees(subject, convolution(subject.files.layout))


def enlarges(subject: Subject) -> str:
    """A bilinear resize as numpy computes it."""
    return _agrees(subject, enlarge(subject.files.layout))


def classifies(subject: Subject) -> str:
    """Mean, dense layer and softmax as numpy computes them."""
    return _agrees(subject, classify(subject.files.layout))


def repeats_itself(subject: Subject) -> str:
    """The same canvas gives the same numbers, whatever ran in between."""
    graph = network(subject.files.layout)
    session = subject.compile(graph).session()
    canvas, other = graph.canvas(), graph.canvas(1)
    first = only(session.run(canvas)).copy()
    for _ in range(_REPEATS):
        session.run(other)
        if not np.array_equal(only(session.run(canvas)), first):
            raise CheckError("the same canvas gave other numbers later")
    return f"{_REPEATS} times"


def keeps_sessions_apart(subject: Subject) -> str:
    """What one session returned stays while another one runs."""
    graph = double(subject.files.layout)
    compiled = subject.compile(graph, workers=2)
    one, other = compiled.session(), compiled.session()
    canvas = graph.canvas()
    kept = only(one.run(canvas))
    other.run(np.zeros_like(canvas))
    must_agree(kept, graph.reference(canvas, graph.card().input), compiled.description)
    return "two sessions"


def serves_many_workers(subject: Subject) -> str:
    """Several threads, each with a session and canvases of its own, at once."""
    graph = convolution(subject.files.layout)
    compiled = subject.compile(graph, workers=_WORKERS)
    sessions = [compiled.session() for _ in range(_WORKERS)]

    def work(worker: int) -> float:
        return max(_one(graph, sessions[worker], worker * 1000 + run) for run in range(_RUNS_OF_A_WORKER))

    def _one(graph: Graph, session: Session, seed: int) -> float:
        canvas = graph.canvas(seed)
        expected = graph.reference(canvas, graph.card().input)
        return must_agree(only(session.run(canvas)), expected, compiled.description, f"run {seed}")

    with ThreadPoolExecutor(_WORKERS) as pool:
        worst = max(pool.map(work, range(_WORKERS)))
    return f"{_WORKERS} workers, largest difference {worst:.1g}"


def does_not_grow(subject: Subject) -> str:
    """Memory stays bounded over many runs."""
    if not _STATM.exists():
        raise NotApplicableError("this system does not say how much memory a process has")
    graph = network(subject.files.layout)
    session = subject.compile(graph).session()
    canvas = graph.canvas()
    for _ in range(_WARM_UP_RUNS):
        session.run(canvas)
    before = _resident_bytes()
    for _ in range(_MEMORY_RUNS):
        session.run(canvas)
    growth = _resident_bytes() - before
    if growth > _MAX_GROWTH_BYTES:
        raise CheckError(f"memory grew by {growth / 1e6:.1f} MB over {_MEMORY_RUNS} runs")
    return f"{growth / 1e6:+.1f} MB over {_MEMORY_RUNS} runs"


def takes_precisions(subject: Subject) -> str:
    """Each precision that a card can ask for runs close to the reference, or is refused in words."""
    graph = classify(subject.files.layout)
    canvas = graph.canvas()
    expected = graph.reference(canvas, graph.card().input)
    told = []
    for precision in ("fp32", "fp16", "bf16"):
        try:
            compiled = subject.compile(graph, precision=precision)
        except ModelError as error:
            told.append(f"{precision} refused ({error.message[:60]})")
            continue
        found = difference(only(compiled.session().run(canvas)), expected)
        if found > HALF_TOLERANCE:
            raise CheckError(f"{precision} differs by {found:.2g}, {HALF_TOLERANCE:g} is allowed")
        told.append(f"{precision} {found:.1g}")
    return ", ".join(told)


def _agrees(subject: Subject, graph: Graph) -> str:
    compiled = subject.compile(graph)
    worst = 0.0
    for seed in range(3):
        canvas = graph.canvas(seed)
        expected = graph.reference(canvas, graph.card().input)
        worst = max(worst, must_agree(only(compiled.session().run(canvas)), expected, compiled.description))
    return f"largest difference {worst:.1g}"


def _resident_bytes() -> int:
    return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
