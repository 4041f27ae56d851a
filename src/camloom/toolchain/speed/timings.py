"""How long one run takes, of several models in turn: what else the machine does then hits all alike."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from camloom.frame import FrameBuffer
from camloom.inference.base import LoadedModel
from camloom.inference.preprocess import on_canvas

_WARM_UPS = 3
_ROUNDS = 8
_RUNS = 8


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one run of a model takes on one thread.

    Attributes:
        description: device and arithmetic.
        median_ms, fastest_ms: over all runs of all rounds.
    """

    description: str
    median_ms: float
    fastest_ms: float


def interleaved_timings(models: Mapping[str, LoadedModel], buffer: FrameBuffer) -> dict[str, Timing]:
    """Time models in turn, a few runs each, round after round; every other round backwards.

    Args:
        models: by a name of the caller's.
        buffer: the picture to run them on.
    """
    sessions = {
        name: (model.compiled.session(), on_canvas(model.card.input, buffer)[0]) for name, model in models.items()
    }
    for session, canvas in sessions.values():
        for _ in range(_WARM_UPS):
            session.run(canvas)
    times_ms: dict[str, list[float]] = {name: [] for name in models}
    for turn in range(_ROUNDS):
        for name in list(models)[:: -1 if turn % 2 else 1]:
            session, canvas = sessions[name]
            for _ in range(_RUNS):
                start_s = time.perf_counter()
                session.run(canvas)
                times_ms[name].append((time.perf_counter() - start_s) * 1000)
    return {
        name: Timing(model.compiled.description, median(times_ms[name]), min(times_ms[name]))
        for name, model in models.items()
    }
