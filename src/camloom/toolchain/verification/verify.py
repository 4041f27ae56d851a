"""Whether two forms of a model still agree: a comparison held against tolerances."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from camloom.errors import ConfigError
from camloom.frame import FrameBuffer
from camloom.inference.base import LoadedModel
from camloom.inference.card import Precision
from camloom.toolchain.loading import load_card
from camloom.toolchain.verification.agreement import BoxAgreement, ReadingAgreement
from camloom.toolchain.verification.compare import Comparison, compare_models

Level = Literal["fp32", "half", "int8"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two forms of a model may differ.

    Attributes:
        min_f1: of the boxes; of crops, the share of equal readings.
        max_shift_px: of a matched box or keypoint.
        max_confidence_difference: of a matched box.
        min_cosine: of every output. Judged where there are no boxes to judge, or where `judge_outputs` is set:
            the rows of finished boxes may lie in another order and still say the same.
        judge_outputs: judge the outputs of models with boxes too.
    """

    min_f1: float
    max_shift_px: float
    max_confidence_difference: float
    min_cosine: float
    judge_outputs: bool = False


# float32 kernels add up in different orders; half precision keeps 8 (bf16) to 11 bits of the mantissa, INT8 steps
# of 1/255 of a layer's range. A box at the threshold is found by one and not by the other: hence F1 below 1.
TOLERANCES: dict[Level, Tolerance] = {
    "fp32": Tolerance(min_f1=0.99, max_shift_px=1.0, max_confidence_difference=0.01, min_cosine=0.9999),
    "half": Tolerance(min_f1=0.95, max_shift_px=8.0, max_confidence_difference=0.08, min_cosine=0.995),
    "int8": Tolerance(min_f1=0.80, max_shift_px=40.0, max_confidence_difference=0.40, min_cosine=0.90),
}
_HALF = ("bf16", "fp16", "f16")


@dataclass(frozen=True, slots=True)
class Verification:
    """A comparison and what it was held against.

    Attributes:
        level: the tolerance's name.
        problems: what is beyond it, a line each; empty when both agree.
        notes: what makes the comparison weaker than it looks.
    """

    comparison: Comparison
    level: Level
    tolerance: Tolerance
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything is within tolerance."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self) | {"agrees": self.agrees}


def verify(
    a: LoadedModel, b: LoadedModel, frames: Iterable[FrameBuffer], level: Level | None = None, **limits: float | None
) -> Verification:
    """Compare two models and judge the difference.

    Args:
        a: the reference.
        b: the other.
        frames: pictures to run both on.
        level: which of `TOLERANCES`; None takes that of the coarser arithmetic of the two.
        **limits: fields of `Tolerance` in place of the level's; None leaves them. A `min_cosine` judges the outputs.

    Raises:
        ModelError: see `compare_models`.
        ConfigError: there is no such limit.
    """
    level = level or coarser_level(a, b)
    tolerance = _with_limits(TOLERANCES[level], limits)
    comparison = compare_models(a, b, frames)
    return Verification(comparison, level, tolerance, tuple(_problems(comparison, tolerance)), _notes(comparison))


def verify_cards(
    name: str,
    runtimes: tuple[str, str],
    frames: Iterable[FrameBuffer],
    *,
    against: str = "",
    precisions: tuple[Precision | None, Precision | None] = (None, None),
    level: Level | None = None,
    **limits: float | None,
) -> Verification:
    """Load a card twice, or two cards, and verify that they agree.

    Args:
        name: of the card that is the reference.
        runtimes: of the first and of the second; empty takes the first one that works.
        frames: pictures to run both on.
        against: another card for the second; empty is the same card.
        precisions: in place of those of the cards.
        level, limits: see `verify`.
    """
    a = load_card(name, runtimes[0], precisions[0])
    b = load_card(against or name, runtimes[1], precisions[1])
    return verify(a, b, frames, level, **limits)


def coarser_level(a: LoadedModel, b: LoadedModel) -> Level:
    """Return the tolerance that fits the arithmetic of both: what a card says, and what the runtime made of it."""
    precisions = {a.card.precision, b.card.precision}
    if "int8" in precisions:
        return "int8"
    described = f"{a.compiled.description} {b.compiled.description}".lower()
    return "half" if precisions & {"fp16", "bf16"} or any(name in described for name in _HALF) else "fp32"


def _with_limits(tolerance: Tolerance, limits: dict[str, float | None]) -> Tolerance:
    given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    try:
        return replace(tolerance, **given, judge_outputs="min_cosine" in given)
    except TypeError as error:
        known = ", ".join(sorted(field.name for field in fields(Tolerance) if field.name != "judge_outputs"))
        raise ConfigError(f"there is no such limit: {', '.join(given)}", f"Known: {known}") from error


def _problems(comparison: Comparison, limit: Tolerance) -> list[str]:
    problems = []
    if comparison.boxes is not None:
        problems += _box_problems(comparison.boxes, limit)
    if comparison.readings is not None:
        problems += _reading_problems(comparison.readings, limit)
    if limit.judge_outputs or not (comparison.boxes and comparison.boxes.boxes_a):
        problems += [
            f"output {output.name}: cosine {output.cosine:.5f} is below {limit.min_cosine:g}"
            for output in comparison.outputs
            if not output.cosine >= limit.min_cosine
        ]
    return problems


def _box_problems(boxes: BoxAgreement, limit: Tolerance) -> list[str]:
    shift_px = max(boxes.largest_shift_px, boxes.largest_keypoint_shift_px or 0.0)
    checks = [
        (boxes.f1 >= limit.min_f1, f"box F1 {boxes.f1:.3f} is below {limit.min_f1:g}"),
        (shift_px <= limit.max_shift_px, f"a box moved by {shift_px:.1f} px, more than {limit.max_shift_px:g}"),
        (
            boxes.largest_confidence_difference <= limit.max_confidence_difference,
            f"a confidence changed by {boxes.largest_confidence_difference:.3f}, more than "
            f"{limit.max_confidence_difference:g}",
        ),
    ]
    return [text for good, text in checks if not good]


def _reading_problems(readings: ReadingAgreement, limit: Tolerance) -> list[str]:
    cosine = 1.0 if readings.min_embedding_cosine is None else readings.min_embedding_cosine
    shift_px = readings.largest_keypoint_shift_px or 0.0
    checks = [
        (readings.same_attributes >= limit.min_f1, f"only {readings.same_attributes:.1%} of the crops read the same"),
        (cosine >= limit.min_cosine, f"an embedding turned: cosine {cosine:.5f} is below {limit.min_cosine:g}"),
        (shift_px <= limit.max_shift_px, f"a keypoint moved by {shift_px:.1f} px, more than {limit.max_shift_px:g}"),
    ]
    return [text for good, text in checks if not good]


def _notes(comparison: Comparison) -> tuple[str, ...]:
    notes = []
    if comparison.boxes is not None and not comparison.boxes.boxes_a and not comparison.boxes.boxes_b:
        notes.append("neither found anything on these pictures: only the outputs were judged")
    if comparison.alone:
        notes.append(f"outputs without a partner of their size: {', '.join(comparison.alone)}")
    return tuple(notes)
