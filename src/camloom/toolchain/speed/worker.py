"""Runs one variant of a model in a process of its own, so that its memory and CPU time are its alone.

Reads lines of JSON and answers each with one: first what to load, then rounds to time.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from camloom import plugins
from camloom.errors import CamloomError, ModelError
from camloom.frame import ImageArray
from camloom.inference.base import CompiledModel, Runtime, Session
from camloom.inference.card import ModelCard
from camloom.inference.preprocess import on_canvas

_WARM_UP_RUNS = 5


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """One round.

    Attributes:
        latency_p50_ms, latency_p99_ms: of one request with nothing beside it.
        per_s: inferences a second with all requests at once.
        cpu_ms: CPU time an inference, all threads of the process, with all requests at once.
        mib: memory of the process now.
        used_cpu_s: CPU time of the process in this round.
    """

    latency_p50_ms: float
    latency_p99_ms: float
    per_s: float
    cpu_ms: float
    mib: float
    used_cpu_s: float


def serve(source: TextIO, target: TextIO) -> None:
    """Answer requests until there are none."""
    sessions: list[Session] = []
    canvas: ImageArray | None = None
    for line in source:
        request = json.loads(line)
        try:
            if canvas is None:
                answer, sessions, canvas = _load(request)
            else:
                answer = asdict(_round(sessions, canvas, float(request["seconds"])))
        except CamloomError as error:
            answer = {"error": error.message}
        target.write(json.dumps(answer) + "\n")
        target.flush()


def _load(request: dict[str, Any]) -> tuple[dict[str, Any], list[Session], ImageArray]:
    before_mib = memory_mib()
    card = ModelCard.model_validate(request["card"])
    runtime: Runtime = plugins.load_available("runtimes", request["runtime"])()
    started_s = time.perf_counter()
    compiled = runtime.compile(Path(request["file"]), card, request["threads"], request["device"])
    sessions = [compiled.session() for _ in range(request["threads"])]
    canvas = _canvas(card, request["picture"])
    check_precision(card, compiled)
    for session in sessions:
        session.run(canvas)
    loaded_s = time.perf_counter() - started_s
    for _ in range(_WARM_UP_RUNS):
        sessions[0].run(canvas)
    added_mib = memory_mib() - before_mib
    return {"description": compiled.description, "load_s": loaded_s, "added_mib": added_mib}, sessions, canvas


def check_precision(card: ModelCard, compiled: CompiledModel) -> None:
    """Refuse to time something under a wrong name: devices fall back to what they can."""
    short = {"fp32": "f32", "fp16": "f16", "bf16": "bf16"}.get(card.precision)
    if short and short not in compiled.description.lower().replace("fp", "f").split():
        raise ModelError(f"it cannot be had here: the device runs as {compiled.description}")


def _canvas(card: ModelCard, picture: str) -> ImageArray:
    if not picture:
        shape = (card.input.height, card.input.width, 3)
        return np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    from camloom.toolchain.datasets.pictures import read_picture

    return on_canvas(card.input, read_picture(Path(picture)))[0]


def _round(sessions: list[Session], canvas: ImageArray, seconds: float) -> RoundTimes:
    began_cpu_s = time.process_time()
    times_ms = _latencies_ms(sessions[0], canvas, seconds / 2)
    per_s, cpu_ms = _together(sessions, canvas, seconds / 2)
    p50, p99 = np.percentile(times_ms, [50, 99]).tolist()
    return RoundTimes(p50, p99, per_s, cpu_ms, memory_mib(), time.process_time() - began_cpu_s)


def _latencies_ms(session: Session, canvas: ImageArray, seconds: float) -> list[float]:
    times_ms: list[float] = []
    ends_s = time.perf_counter() + seconds
    while not times_ms or time.perf_counter() < ends_s:
        began_s = time.perf_counter()
        session.run(canvas)
        times_ms.append((time.perf_counter() - began_s) * 1000)
    return times_ms


def _together(sessions: list[Session], canvas: ImageArray, seconds: float) -> tuple[float, float]:
    """Run all sessions at once; return inferences a second and CPU ms of one."""
    counts = [0] * len(sessions)
    errors: list[CamloomError] = []
    began_s, began_cpu_s = time.perf_counter(), time.process_time()

    def work(index: int) -> None:
        try:
            while not counts[index] or time.perf_counter() < began_s + seconds:
                sessions[index].run(canvas)
                counts[index] += 1
        except CamloomError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(sessions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    return sum(counts) / wall_s, cpu_s / sum(counts) * 1000


def memory_mib() -> float:
    """Return the memory of this process in RAM; 0 where the kernel does not say.

    Libraries count whole (RSS): the variants that are timed beside it share them, an engine alone would not.
    """
    with suppress(OSError):
        for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Serve over the standard streams; what libraries print goes to standard error instead."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
