"""INT8 that is only called done when it is still right: calibrate, quantise, measure, mend once, or refuse."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from camloom.detections import Detections
from camloom.errors import CamloomError, ModelError
from camloom.inference.base import LoadedModel
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.inference.library import find_card, model_file
from camloom.toolchain.conversion.convert import output_folder, sha256_of, write_card
from camloom.toolchain.evaluation.accuracy import (
    LOW_CONFIDENCE,
    ClassAccuracy,
    accuracy_by_class,
    detect,
    judged_classes,
    mean_ap50,
    read_mot_truth,
)
from camloom.toolchain.frames import FrameSet
from camloom.toolchain.loading import load_file, source_file
from camloom.toolchain.quantisation.balance import Balance, balance_of
from camloom.toolchain.quantisation.quantizers import HEAD, Job, Quantizer, find_quantizer
from camloom.toolchain.speed.timings import Timing, interleaved_timings

_MAX_NAME = 64
_NO_FASTER_BELOW = 1.05
REJECTED = ".rejected"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for.

    Attributes:
        card: name or path of the float model's card.
        data: see `FrameSet`; calibration and judgement take different frames of it where there are enough.
        method: `nncf` or `onnxruntime`.
        keep: layers that stay in float, see `Job`.
        max_loss_points: the AP50 that may be lost, in points (hundredths), mean over the classes.
        truth: MOT file for these very frames; None takes what the float model finds as the truth.
        calibration_frames, judged_frames: at most.
        out: folder for the files.
    """

    card: str
    data: str
    out: Path
    method: str = "nncf"
    keep: tuple[str, ...] = ()
    max_loss_points: float = 1.0
    truth: Path | None = None
    calibration_frames: int = 200
    judged_frames: int = 80


@dataclass(frozen=True, slots=True)
class Attempt:
    """One INT8 model and how right it is.

    Attributes:
        keep: what was kept in float.
        kept_operations: how many operations that are.
        classes: accuracy of every class in the truth.
        loss_points: mean AP50 lost against the float model, in points.
    """

    keep: tuple[str, ...]
    kept_operations: int
    classes: tuple[ClassAccuracy, ...]
    loss_points: float


@dataclass(frozen=True, slots=True)
class Quantisation:
    """What came of it.

    Attributes:
        done: the loss is within what was allowed.
        card: the new card; None when it was refused.
        file: the model, with the suffix `.rejected` when it was refused.
        balance: of the calibration set.
        truth: what the accuracy was measured against, in words.
        before: accuracy of the float model.
        attempts: the last one is the one that stands.
        timings: `float` (as the card asks for it), `fp32` where that is something else, and `int8`.
        notes: what a person should know, a line each.
    """

    done: bool
    card: Path | None
    file: Path
    balance: Balance
    truth: str
    before: tuple[ClassAccuracy, ...]
    attempts: tuple[Attempt, ...]
    timings: dict[str, Timing]
    notes: tuple[str, ...]

    @property
    def speedup(self) -> float:
        """How many times faster INT8 is than the float model as it is run today."""
        return self.timings["float"].median_ms / self.timings["int8"].median_ms

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        paths = {"card": str(self.card) if self.card else None, "file": str(self.file)}
        warnings = {"balance": asdict(self.balance) | {"warnings": self.balance.warnings}}
        return asdict(self) | paths | warnings | {"speedup": self.speedup}


def quantize(plan: Plan, say: Callable[[str], None] = lambda _: None) -> Quantisation:
    """Quantise a card's model to INT8 and judge it.

    Args:
        plan: what is asked for.
        say: told in a line what is going on.

    Raises:
        ConfigError, PluginError: something asked for does not exist, or a package is missing.
        ModelError: the model cannot be quantised or judged.
    """
    work = _Work(plan, say)
    attempts = [work.attempt(plan.keep)]
    if attempts[0].loss_points > plan.max_loss_points and HEAD not in plan.keep:
        say(f"{attempts[0].loss_points:.1f} points lost, {plan.max_loss_points:g} allowed: once more without the head")
        attempts.append(work.attempt((*plan.keep, HEAD)))
    return work.result(tuple(attempts))


class _Work:
    """The float model, its pictures and their truth; each attempt writes the INT8 file anew."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self._plan, self._say = plan, say
        self._quantizer = find_quantizer(plan.method)
        self._card, self._card_path = find_card(plan.card)
        self._float = _float_model(self._card, self._card_path, self._quantizer)
        self._calibration = FrameSet(plan.data, plan.calibration_frames, between=True)
        self._judged = FrameSet(plan.data, plan.judged_frames)
        self._stem = output_folder(plan.out) / f"{self._card.name}-int8"[:_MAX_NAME]
        say(f"looking at {len(self._calibration)} pictures for calibration")
        confident = detect(self._float, self._calibration, self._card.min_confidence)
        self._balance = balance_of(self._calibration, confident)
        self._truth, self._truth_words = self._read_truth()
        self._before = self._accuracy(self._float)

    @property
    def _file(self) -> Path:
        return self._stem.with_name(self._stem.name + self._quantizer.suffix)

    def attempt(self, keep: tuple[str, ...]) -> Attempt:
        """Quantise once, and measure what was lost."""
        source = source_file(self._card, self._card_path, self._quantizer.reads)
        assert source is not None, "checked when the float model was loaded"
        self._say(f"quantising with {self._plan.method}" + (f", without {', '.join(keep)}" if keep else ""))
        kept = self._quantizer.quantize(Job(source, self._card, self._calibration, keep), self._file)
        try:
            classes = self._accuracy(self._int8_model())
        except CamloomError:
            _set_aside(self._file)  # a file that does not run is not to be taken for a model
            raise
        judged = {one.name for one in judged_classes(self._before)}
        after = mean_ap50([one for one in classes if one.name in judged])
        return Attempt(keep, kept, classes, (mean_ap50(self._before) - after) * 100)

    def result(self, attempts: tuple[Attempt, ...]) -> Quantisation:
        """Time both, write the card or set the file aside, and put it all together."""
        timings = self._timings()
        done = attempts[-1].loss_points <= self._plan.max_loss_points
        outcome = Quantisation(
            done=done,
            card=None,
            file=self._file,
            balance=self._balance,
            truth=self._truth_words,
            before=self._before,
            attempts=attempts,
            timings=timings,
            notes=tuple(self._notes(attempts, timings)),
        )
        if not done:
            return replace(outcome, file=_set_aside(self._file))
        return replace(outcome, card=write_card(self._int8_card(outcome), self._plan.out))

    def _read_truth(self) -> tuple[list[Detections], str]:
        if self._plan.truth is not None:
            indices = [index for index, _ in self._judged.numbered()]
            truth = read_mot_truth(self._plan.truth, self._card.class_names, indices)
            return truth, f"ground truth ({self._plan.truth.name})"
        truth = list(detect(self._float, self._judged, self._card.min_confidence))
        if not any(len(one) for one in truth):
            raise ModelError(
                "the float model finds nothing on these pictures: nothing to judge by", "Give other --data"
            )
        return truth, "what the float model finds: its own mistakes count as right, so this is faithfulness"

    def _accuracy(self, model: LoadedModel) -> tuple[ClassAccuracy, ...]:
        found = list(detect(model, self._judged, LOW_CONFIDENCE))
        return accuracy_by_class(found, self._truth, self._card.class_names)

    def _int8_model(self) -> LoadedModel:
        card = self._card.model_copy(update={"precision": "int8"})
        return load_file(card, self._file, self._quantizer.runtime)

    def _timings(self) -> dict[str, Timing]:
        models = {"float": self._float, "int8": self._int8_model()}
        if not self._float.compiled.description.endswith(("f32", "fp32")):
            full = self._card.model_copy(update={"precision": "fp32"})
            models["fp32"] = _float_model(full, self._card_path, self._quantizer)
        timings = interleaved_timings(models, next(iter(self._judged)))
        int8 = timings["int8"]
        return timings | {"int8": replace(int8, description=f"{int8.description}, int8 where quantised")}

    def _notes(self, attempts: tuple[Attempt, ...], timings: dict[str, Timing]) -> list[str]:
        notes = []
        if self._calibration.overlaps or self._judged.overlaps:
            notes.append("too few pictures to keep some apart: it is judged on pictures that it was calibrated with")
        if all(one.truth_boxes < 10 for one in self._before):
            notes.append("no class has ten boxes in the truth: these figures say little")
        if len(attempts) > 1:
            last = attempts[-1]
            notes.append(f"all layers in INT8 lost {attempts[0].loss_points:.1f} points: the head was kept in float")
            notes.append(f"with the head in float ({last.kept_operations} operations) it is {last.loss_points:.1f}")
        return [*notes, speed_note(timings)]

    def _int8_card(self, outcome: Quantisation) -> ModelCard:
        last = outcome.attempts[-1]
        measured = {
            "quantised_from": self._card.name,
            "method": self._plan.method,
            "kept_in_float": list(last.keep),
            "against": outcome.truth,
            "ap50_before": round(mean_ap50(outcome.before), 4),
            "points_lost": round(last.loss_points, 2),
            "speedup": round(outcome.speedup, 2),
        }
        runtime = self._quantizer.runtime
        changes = {
            "name": self._stem.name,
            "precision": "int8",
            "files": {runtime: self._file.name},
            "sha256": {runtime: sha256_of(self._file)},
            "measured": measured,
        }
        return self._card.model_copy(update=changes)


def speed_note(timings: dict[str, Timing]) -> str:
    """Say in one line whether INT8 is worth it on this machine."""
    today, int8 = timings["float"], timings["int8"]
    times = today.median_ms / int8.median_ms
    compared = f"{int8.median_ms:.1f} ms against {today.median_ms:.1f} ms of {today.description}"
    if "fp32" in timings:
        compared += f" and {timings['fp32'].median_ms:.1f} ms of {timings['fp32'].description}"
    if times < _NO_FASTER_BELOW:
        return f"INT8 is no faster on this machine: {compared} ({times:.2f} times); keep the float model here"
    return f"INT8 is {times:.2f} times as fast on this machine: {compared}"


def _float_model(card: ModelCard, card_path: Path | None, quantizer: Quantizer) -> LoadedModel:
    """Load the model that is to be quantised, on the runtime that the INT8 one will run on."""
    if card.task not in PICTURE_TASKS:
        raise ModelError(f"model '{card.name}' finds no boxes: INT8 is judged by boxes, and not done unjudged")
    if card.precision == "int8":
        raise ModelError(f"model '{card.name}' is INT8 already")
    if source_file(card, card_path, quantizer.reads) is None:
        raise ModelError(
            f"model '{card.name}' has no file that this method can quantise", f"It needs {' or '.join(quantizer.reads)}"
        )
    return load_file(card, model_file(card, card_path, quantizer.runtime), quantizer.runtime)


def _set_aside(file: Path) -> Path:
    """Rename what was refused, weights too, so that nothing loads it by mistake; return the model's new name."""
    for each in (file, file.with_suffix(".bin")):
        if each.is_file():
            each.replace(each.with_name(each.name + REJECTED))
    return file.with_name(file.name + REJECTED)
