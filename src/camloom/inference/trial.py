"""Times the runtimes on this machine with a card's model, in a process of its own.

Of its own, because each runtime costs tens of MiB just by being loaded, and only one of them stays.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from camloom import plugins
from camloom.errors import CamloomError, ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Runtime, Session
from camloom.inference.card import ModelCard

_TRIAL_S = 0.6
_ROUNDS = 2
_TIMEOUT_S = 120
_log = logging.getLogger(__name__)


def fastest_runtime(card: ModelCard, files: dict[str, Path], workers: int) -> str:
    """Return the runtime with the highest throughput for a card, timed now.

    Args:
        files: the model file for each runtime to try.

    Raises:
        ModelError: none of them can run it.
    """
    request = {
        "card": card.model_dump(mode="json"),
        "files": {name: str(path) for name, path in files.items()},
        "workers": workers,
    }
    outcome = _ask_child(request)
    rates = outcome.rates
    if not rates:
        raise ModelError(f"no runtime can run model '{card.name}': {'; '.join(outcome.failed.values())}")
    for name, reason in outcome.failed.items():
        _log.warning("runtime %s cannot run model '%s': %s", name, card.name, reason)
    winner = max(rates, key=lambda name: rates[name])
    timings = ", ".join(f"{name} {rate:.0f}/s" for name, rate in rates.items())
    _log.info("model %s: %s; taking %s", card.name, timings, winner)
    return winner


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Runs per second, and why not, by runtime."""

    rates: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def _ask_child(request: dict[str, object]) -> _Outcome:
    command = [sys.executable, "-m", "camloom.inference.trial"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module under our own interpreter
            command, input=json.dumps(request), capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
        return _Outcome(**json.loads(done.stdout.splitlines()[-1]))
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        hint = "Name one in the task: `runtime: openvino`"
        raise ModelError(f"the trial of the runtimes failed: {type(error).__name__}", hint) from error


def _throughput(sessions: list[Session], canvas: ImageArray) -> float:
    """Run all sessions at once for a moment; return runs per second."""
    counts = [0] * len(sessions)
    ends_s = time.perf_counter() + _TRIAL_S

    def work(index: int) -> None:
        while time.perf_counter() < ends_s:
            sessions[index].run(canvas)
            counts[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(sessions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / _TRIAL_S


def _time_all(card: ModelCard, files: dict[str, str], workers: int) -> _Outcome:
    shape = (card.input.height, card.input.width, 3)
    canvas = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    sessions: dict[str, list[Session]] = {}
    outcome = _Outcome()
    for name, path in files.items():
        try:
            runtime: Runtime = plugins.load_available("runtimes", name)()
            compiled = runtime.compile(Path(path), card, workers)
            sessions[name] = [compiled.session() for _ in range(workers)]
            sessions[name][0].run(canvas)
        except CamloomError as error:
            outcome.failed[name] = str(error)
            sessions.pop(name, None)
    for _ in range(_ROUNDS):
        for name, group in sessions.items():
            outcome.rates[name] = max(_throughput(group, canvas), outcome.rates.get(name, 0.0))
    return outcome


def _main() -> None:
    request = json.load(sys.stdin)
    card = ModelCard.model_validate(request["card"])
    outcome = _time_all(card, request["files"], request["workers"])
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")


if __name__ == "__main__":
    _main()
