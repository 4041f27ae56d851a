"""The tables of convert, quantize and verify."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from camloom.cli.tables import figures_table
from camloom.toolchain.quantisation.balance import Balance
from camloom.toolchain.quantisation.quantize import Quantisation
from camloom.toolchain.speed.timings import Timing
from camloom.toolchain.verification.agreement import BoxAgreement, ReadingAgreement
from camloom.toolchain.verification.verify import Verification


def verification_table(found: Verification) -> RenderableType:
    """Return how two models differ, output by output and box by box, and the verdict."""
    comparison = found.comparison
    parts: list[RenderableType] = [Text(f"a: {comparison.a}\nb: {comparison.b}")]
    outputs = figures_table("Outputs", "output", "max abs", "mean abs", "cosine")
    for one in comparison.outputs:
        name = one.name if one.name == one.other_name else f"{one.name} / {one.other_name}"
        outputs.add_row(name, f"{one.max_abs:.3g}", f"{one.mean_abs:.3g}", f"{one.cosine:.6f}")
    parts.append(outputs)
    if comparison.boxes is not None:
        parts.append(_boxes(comparison.boxes))
    if comparison.readings is not None:
        parts.append(_readings(comparison.readings))
    parts += [Text(f"! {note}", "yellow") for note in found.notes]
    parts += [Text(f"✗ {problem}", "red") for problem in found.problems]
    if found.agrees:
        parts.append(Text(f"within the tolerance '{found.level}'", "green"))
    return Group(*parts)


def balance_table(balance: Balance) -> RenderableType:
    """Return what a calibration set holds."""
    table = figures_table(f"Calibration set: {balance.pictures} pictures", "what", "count")
    for name, count in list(balance.objects.items())[:12]:
        table.add_row(name, str(count))
    for name in ("small", "medium", "large"):
        table.add_row(f"{name} objects", str(getattr(balance, name)))
    table.add_row("brightness, dark to bright", " ".join(map(str, balance.brightness)))
    table.add_row("pictures that repeat another", str(balance.repeated))
    return table


def accuracy_table(made: Quantisation) -> RenderableType:
    """Return the accuracy of each class before and after."""
    table = figures_table(f"AP50 against {made.truth}", "class", "boxes", "float", "int8", "points lost")
    after = {one.name: one.ap50 for one in made.attempts[-1].classes}
    for one in made.before:
        lost = (one.ap50 - after[one.name]) * 100
        table.add_row(one.name, str(one.truth_boxes), f"{one.ap50:.3f}", f"{after[one.name]:.3f}", f"{lost:+.1f}")
    table.add_section()
    table.add_row("mean of the classes judged", "", "", "", f"{made.attempts[-1].loss_points:+.1f}")
    return table


def speed_table(timings: dict[str, Timing]) -> RenderableType:
    """Return how long one run takes of each."""
    table = figures_table("One run on one thread, in turn", "model", "on", "median ms", "fastest ms")
    for name, timing in timings.items():
        table.add_row(name, timing.description, f"{timing.median_ms:.2f}", f"{timing.fastest_ms:.2f}")
    return table


def _boxes(boxes: BoxAgreement) -> Table:
    table = figures_table("Boxes", "a", "b", "matched", "F1", "largest shift px", "largest confidence difference")
    table.add_row(
        str(boxes.boxes_a),
        str(boxes.boxes_b),
        str(boxes.matched),
        f"{boxes.f1:.4f}",
        f"{boxes.largest_shift_px:.2f}",
        f"{boxes.largest_confidence_difference:.4f}",
    )
    return table


def _readings(readings: ReadingAgreement) -> Table:
    table = figures_table("Readings", "crops", "read the same", "least embedding cosine", "largest keypoint shift px")
    cosine, shift_px = readings.min_embedding_cosine, readings.largest_keypoint_shift_px
    table.add_row(
        str(readings.readings),
        f"{readings.same_attributes:.1%}",
        "-" if cosine is None else f"{cosine:.5f}",
        "-" if shift_px is None else f"{shift_px:.2f}",
    )
    return table
