"""The conformance suite of a runtime: every promise of `inference.base.Runtime`, tried."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from camloom import plugins
from camloom.inference.base import Runtime
from camloom.testing import input_checks, refusal_checks, run_checks
from camloom.testing.files import GraphFiles
from camloom.testing.model_checks import RealModel
from camloom.testing.outcome import NotApplicableError
from camloom.testing.report import Check, Outcome, Report
from camloom.testing.subject import Subject

Action = Callable[[Subject], str]
"""Tries one promise and returns a figure; raises CheckError or NotApplicableError."""

Listener = Callable[[Check], None]

RUNTIME_CHECKS: dict[str, Action] = {
    "describes itself": input_checks.describes_itself,
    "announces its outputs": input_checks.announces_outputs,
    "input: BGR": input_checks.plain_bgr,
    "input: RGB": input_checks.plain_rgb,
    "input: BGR, mean and std": input_checks.scaled_bgr,
    "input: RGB, mean and std": input_checks.scaled_rgb,
    "input: the other layout": input_checks.other_layout,
    "input: raw pixels": input_checks.pixels_as_they_are,
    "input: many sizes": input_checks.many_sizes,
    "computes: convolution": run_checks.convolves,
    "computes: resize": run_checks.enlarges,
    "computes: mean, dense, softmax": run_checks.classifies,
    "computes: other precisions": run_checks.takes_precisions,
    "repeats itself": run_checks.repeats_itself,
    "keeps sessions apart": run_checks.keeps_sessions_apart,
    "serves many workers": run_checks.serves_many_workers,
    "does not grow": run_checks.does_not_grow,
    "refuses: card of another size": refusal_checks.wrong_size,
    "refuses: card of the other layout": refusal_checks.wrong_layout,
    "refuses: unknown input": refusal_checks.unknown_input,
    "refuses: unknown device": refusal_checks.unknown_device,
    "refuses: missing file": refusal_checks.missing_file,
    "refuses: garbage": refusal_checks.garbage,
    "refuses: half a file": refusal_checks.cut_file,
    "refuses: canvas of another size": refusal_checks.wrong_canvas,
}
"""Every promise by name, in the order they are tried."""


def check_runtime(
    runtime: str | Runtime,
    device: str = "",
    *,
    model: str = "",
    files: Path | None = None,
    on_check: Listener = lambda _: None,
) -> Report:
    """Try every promise of a runtime on a device of this machine.

    Args:
        runtime: a registered name, or a runtime itself.
        device: one of its `devices()`; empty: the usual one.
        model: name of a card, or path of a card file, to be tried as well.
        files: folder with the graphs of the suite in the runtime's own format, for one whose files cannot be
            written here: `camloom.testing.files.write_all` writes them as ONNX for the vendor's converter.
        on_check: told of each check when it is done.

    Raises:
        PluginError: there is no such runtime, or it says why it cannot run here.
    """
    engine: Runtime = plugins.load_available("runtimes", runtime)() if isinstance(runtime, str) else runtime
    done: list[Check] = []
    with tempfile.TemporaryDirectory(prefix="camloom-check-") as folder:
        subject = _subject(engine, device, Path(folder), files)
        for name, action in _actions(model).items():
            done.append(run_check(subject, name, action))
            on_check(done[-1])
        description = subject.seen[0] if subject.seen else ""
    return Report(engine.name, device, description, model, tuple(done))


def run_check(subject: Subject, name: str, action: Action) -> Check:
    """Try one promise."""
    start_s = time.perf_counter()
    outcome: Outcome
    try:
        outcome, detail = "passed", action(subject)
    except NotApplicableError as reason:
        outcome, detail = "does not apply", str(reason)
    except Exception as error:  # noqa: BLE001  # a stranger's runtime may raise anything: that is the finding
        outcome, detail = "failed", _told(error)
    return Check(name, outcome, detail, round(time.perf_counter() - start_s, 3))


def _subject(engine: Runtime, device: str, folder: Path, files: Path | None) -> Subject:
    written, scratch = folder / "graphs", folder / "scratch"
    written.mkdir()
    scratch.mkdir()
    return Subject(engine, device, GraphFiles(engine, written, files), scratch)


def _actions(model: str) -> dict[str, Action]:
    if not model:
        return RUNTIME_CHECKS
    real = RealModel(model)
    own = {"model: fits its card": real.fits_its_card, "model: decodes": real.decodes, "model: speed": real.runs}
    return {**RUNTIME_CHECKS, **own}


def _told(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if type(error).__name__ in {"CheckError", "ModelError"} else f"{type(error).__name__}: {text}"
