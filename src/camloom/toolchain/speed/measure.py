"""How fast a model runs here: every runtime, device, precision and number of requests, timed in turn.

Each variant lives in a process of its own (its memory and CPU time are its alone, and a crash is its alone too).
They are timed in interleaved rounds, one at a time, so that a busy moment of the machine meets all of them.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import IO, Any

from camloom.errors import CamloomError, ModelError
from camloom.inference.card import ModelCard
from camloom.sources.reading.machine import IdleCpu
from camloom.toolchain.speed.plan import LeftOut, Plan, Variant
from camloom.toolchain.speed.worker import RoundTimes

_LOAD_TIMEOUT_S = 180.0
_ROUND_TIMEOUT_S = 60.0
_ANSWER_BYTES_MAX = 1 << 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """What one variant reached: medians over the rounds.

    Attributes:
        description: device and arithmetic as the runtime says.
        latency_p50_ms, latency_p99_ms: of one request with nothing beside it.
        per_s, per_s_min, per_s_max: inferences a second, all requests at once.
        cpu_ms: CPU time of an inference, all requests at once.
        load_s: from the file to the first result.
        mib: memory of the process; added_mib: what runtime and model added to the bare one.
    """

    variant: Variant
    description: str
    latency_p50_ms: float
    latency_p99_ms: float
    per_s: float
    per_s_min: float
    per_s_max: float
    cpu_ms: float
    load_s: float
    mib: float
    added_mib: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a model reached on this machine.

    Attributes:
        timings: the fastest first.
        left_out: ways that do not apply here, and why.
        others_share: CPU time of other programs meanwhile, as a share of all cores; None where nobody knows.
        picture: what it looked at; empty: noise.
    """

    model: str
    cores: int
    rounds: int
    seconds: float
    timings: tuple[Timing, ...]
    left_out: tuple[LeftOut, ...]
    others_share: float | None
    picture: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """Return what belongs into a card: the fastest variant of each runtime, and the machine."""
        best: dict[str, Timing] = {}
        for timing in self.timings:
            best.setdefault(timing.variant.runtime, timing)
        return {
            name: {
                "as": timing.description,
                "latency_p50_ms": round(timing.latency_p50_ms, 2),
                "per_s": round(timing.per_s, 1),
                "requests": timing.variant.threads,
                "cpu_ms": round(timing.cpu_ms, 2),
            }
            for name, timing in best.items()
        }


def measure(
    plan: Plan, rounds: int = 3, seconds: float = 2.0, picture: str = "", say: Say | None = None
) -> Measurement:
    """Time all variants of a plan.

    Args:
        plan: see `plan_variants`.
        rounds: of which the medians count.
        seconds: of each variant in each round: half for one request, half for all at once.
        picture: a picture file to look at; empty: noise.
        say: told what is going on.

    Raises:
        ModelError: no variant can be run here; the reasons are in the text.
    """
    say = say or (lambda _: None)
    left_out = list(plan.left_out)
    with ExitStack() as stack:
        running: dict[Variant, _Worker] = {}
        for variant in plan.variants:
            say(f"loading {variant}")
            try:
                running[variant] = stack.enter_context(_worker(variant, plan, picture))
            except CamloomError as error:
                left_out.append(LeftOut(variant, error.message))
        load = _Load()
        results = _rounds(running, rounds, seconds, left_out, load, say)
        timings = [_timing(variant, running[variant], times) for variant, times in results.items() if times]
    if not timings:
        reasons = "; ".join(dict.fromkeys(f"{one.variant.runtime}: {one.reason}" for one in left_out))
        raise ModelError(f"model '{plan.card.name}' runs in none of these ways here: {reasons or 'nothing was asked'}")
    timings.sort(key=lambda timing: -timing.per_s)
    cores = os.cpu_count() or 1
    share = load.others_share()
    return Measurement(plan.card.name, cores, rounds, seconds, tuple(timings), tuple(left_out), share, picture)


def _rounds(
    running: dict[Variant, "_Worker"],
    rounds: int,
    seconds: float,
    left_out: list[LeftOut],
    load: "_Load",
    say: Say,
) -> dict[Variant, list[RoundTimes]]:
    results: dict[Variant, list[RoundTimes]] = {variant: [] for variant in running}
    for number in range(rounds):
        if results:
            say(f"round {number + 1} of {rounds}")
        for variant in list(results):
            try:
                times = RoundTimes(**running[variant].ask({"seconds": seconds}, seconds * 2 + _ROUND_TIMEOUT_S))
            except CamloomError as error:
                del results[variant]  # what fails half-way has no time that could be trusted
                left_out.append(LeftOut(variant, f"it failed while it ran: {error.message}"))
                continue
            load.ours(times.used_cpu_s)
            results[variant].append(times)
    return results


def _timing(variant: Variant, worker: "_Worker", times: list[RoundTimes]) -> Timing:
    rates = [one.per_s for one in times]
    return Timing(
        variant=variant,
        description=worker.loaded["description"],
        latency_p50_ms=median(one.latency_p50_ms for one in times),
        latency_p99_ms=median(one.latency_p99_ms for one in times),
        per_s=median(rates),
        per_s_min=min(rates),
        per_s_max=max(rates),
        cpu_ms=median(one.cpu_ms for one in times),
        load_s=worker.loaded["load_s"],
        mib=times[-1].mib,
        added_mib=worker.loaded["added_mib"],
    )


class _Load:
    """How busy other programs keep this machine while the workers are timed."""

    def __init__(self) -> None:
        self._idle = IdleCpu()
        self._began_s = time.monotonic()
        self._ours_s = time.process_time()
        self._workers_s = 0.0

    def ours(self, cpu_s: float) -> None:
        """Take the CPU time of a worker's round."""
        self._workers_s += cpu_s

    def others_share(self) -> float | None:
        """Return the share of all cores that others used, 0..1; None where the kernel does not say."""
        idle, wall_s = self._idle(), max(time.monotonic() - self._began_s, 1e-6)
        if idle is None:
            return None
        own_s = self._workers_s + time.process_time() - self._ours_s
        return min(max(1 - idle - own_s / wall_s / (os.cpu_count() or 1), 0.0), 1.0)


class _Worker:
    """A process that runs one variant."""

    def __init__(self, process: "subprocess.Popen[bytes]", errors: IO[bytes]) -> None:
        self._process = process
        self._errors = errors
        self._rest = b""
        self.loaded: dict[str, Any] = {}

    def ask(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send a request and return the answer. ModelError when it fails, ends or says nothing for too long."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        try:
            answer = json.loads(self._line(time.monotonic() + timeout_s))
        except ValueError:
            raise ModelError("it answered with something else than JSON") from None
        if not isinstance(answer, dict) or "error" in answer:
            raise ModelError(str(answer["error"] if isinstance(answer, dict) else answer)[:300])
        return answer

    def _line(self, deadline_s: float) -> bytes:
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not select.select([fd], [], [], left_s)[0]:
                raise ModelError("it did not answer in time")
            chunk = os.read(fd, 1 << 16)
            self._rest += chunk
            if not chunk:
                raise ModelError(self._last_words())
            if len(self._rest) > _ANSWER_BYTES_MAX:
                raise ModelError("it talks without end")
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _last_words(self) -> str:
        code = self._process.wait(timeout=10)
        self._errors.seek(0)
        lines = self._errors.read()[-4096:].decode(errors="replace").strip().splitlines()
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"its process ended {how}{': ' + lines[-1][:200] if lines else ''}"


@contextmanager
def _worker(variant: Variant, plan: Plan, picture: str) -> Iterator[_Worker]:
    """Start a process and load a variant in it; end it afterwards."""
    command = [sys.executable, "-m", "camloom.toolchain.speed.worker"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        try:
            worker = _Worker(process, errors)
            worker.loaded = worker.ask(
                _request(variant, plan.card, plan.files[variant.runtime], picture), _LOAD_TIMEOUT_S
            )
            yield worker
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    if pipe is not None:
                        pipe.close()


def _request(variant: Variant, card: ModelCard, file: Path, picture: str) -> dict[str, Any]:
    return {
        "card": card.model_copy(update={"precision": variant.precision}).model_dump(mode="json"),
        "runtime": variant.runtime,
        "device": variant.device,
        "threads": variant.threads,
        "file": str(file),
        "picture": picture,
    }
