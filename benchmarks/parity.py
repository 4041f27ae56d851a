"""Whether the runtimes agree, card by card: every runtime that reads a card's files beside the reference.

    CAMLOOM_MIRROR=FOLDER python -m benchmarks.parity [--card NAME] [--frames 10] [--out out]

Cards: the built-in ones and those of `tests/inference/cards`, whose files lie in a mirror. The reference is the first
of ONNX Runtime, LiteRT, OpenVINO and ncnn that reads the card's files. All compute in float32; what a runtime takes
by itself where that is something else (bfloat16, on a CPU that has it) is compared in a row of its own. Models of
crops are compared on crops, see `benchmarks.subjects`. Tolerances: `camloom.toolchain.verification.verify`, and where
a card knows better, its own such as `measured: {parity: {int8: {min_f1: 0.6, why: ...}}}`.
A runtime that the card has no file for, though it reads files of that kind, is tried all the same: its own words, or
its own figures, say why the card leaves it out.
Writes parity.md and parity.json; the exit code is 1 if two runtimes that a card names differ by more.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cards import RUNTIMES, KnownCard, known_cards, offered, readable
from benchmarks.subjects import pictures_for

from camloom import plugins
from camloom.errors import CamloomError
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.toolchain.loading import load_file
from camloom.toolchain.verification.verify import TOLERANCES, Verification, coarser_level, verify


@dataclass(frozen=True, slots=True)
class Row:
    """One card on one runtime.

    Attributes:
        reference: the runtime it is compared with; its own name for the reference itself.
        same: box F1; of crop models the share of equal readings.
        note: why it does not apply, or what is beyond tolerance.
        verdict: `reference`, `agrees`, `differs` or `does not apply`.
    """

    card: str
    family: str
    runtime: str
    reference: str
    verdict: str
    note: str = ""
    level: str = ""
    description: str = ""
    found: int | None = None
    max_abs: float | None = None
    min_cosine: float | None = None
    same: float | None = None
    shift_px: float | None = None


def main() -> int:
    """Compare, print, write."""
    options = arguments()
    rows: list[Row] = []
    for card in known_cards(tuple(options.card or ())):
        for row in compare_card(card, options.frames):
            rows.append(row)
            print(line_of(row), flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "parity.md").write_text(markdown(rows, options.frames), encoding="utf-8")
    (options.out / "parity.json").write_text(json.dumps(document(rows), indent=1) + "\n", encoding="utf-8")
    print(f"written to {options.out / 'parity.md'} and parity.json")
    return int(not rows or any(row.verdict == "differs" for row in rows))


def compare_card(card: KnownCard, frame_count: int) -> Iterator[Row]:
    """Yield a row for each runtime: the reference first, then what agrees with it or not, then what does not apply."""
    exact = _exact(card)
    loaded, reasons = _load_all(exact)
    reference = next(iter(loaded), "")
    for runtime, model in loaded.items():
        if runtime == reference:
            yield _row(card, runtime, reference, "reference", description=model.compiled.description)
        else:
            yield _compared(card, loaded[reference], model, frame_count)
    if exact is not card:
        for runtime, model in _load_all(card)[0].items():
            if model.compiled.description != loaded[runtime].compiled.description:
                yield _compared(card, loaded[reference], model, frame_count)
    for runtime, reason in reasons.items():
        note = _why_left_out(exact, loaded.get(reference), runtime, frame_count) or reason
        yield _row(card, runtime, reference, "does not apply", note=" ".join(note.split()))


def _why_left_out(card: KnownCard, reference: LoadedModel | None, runtime: str, frame_count: int) -> str:
    """Try what the card does not name; say how it went, or nothing where the reason is known."""
    if reference is None or _names(card.card, runtime):
        return ""
    try:
        other = load_file(card.card, offered(card, runtime), runtime)
    except CamloomError as error:
        return error.message
    row = _compared(card, reference, other, frame_count)
    figures = "" if row.same is None else f": {figures_of(row)}"
    return "; ".join(filter(None, (f"not named by the card, but it reads the file{figures}", row.note)))


def _names(card: ModelCard, runtime: str) -> bool:
    return runtime in card.files or "any" in card.files


def _exact(card: KnownCard) -> KnownCard:
    """Return the card in float32 where it leaves the arithmetic to the runtime, else the same card."""
    if card.card.precision != "auto":
        return card
    return replace(card, card=card.card.model_copy(update={"precision": "fp32"}))


def _load_all(card: KnownCard) -> tuple[dict[str, LoadedModel], dict[str, str]]:
    """Return the card on every runtime that reads its files, and why not by runtime."""
    loaded: dict[str, LoadedModel] = {}
    reasons: dict[str, str] = {}
    for runtime in RUNTIMES:
        try:
            loaded[runtime] = load_file(card.card, readable(card, runtime), runtime)
        except CamloomError as error:
            reasons[runtime] = error.message
    return loaded, reasons


def _compared(card: KnownCard, reference: LoadedModel, other: LoadedModel, frame_count: int) -> Row:
    allowed = allowance(card.card, coarser_level(reference, other))
    why = str(allowed.pop("why", ""))
    try:
        result = verify(reference, other, pictures_for(card.card, frame_count), **allowed)
    except CamloomError as error:
        return _row(card, other.runtime, reference.runtime, "differs", note=error.message)
    return _judged(card, reference, other, result, why)


def allowance(card: ModelCard, level: str) -> dict[str, Any]:
    """Return the limits that a card sets in place of a level's tolerance, and `why`."""
    parity = card.measured.get("parity")
    own = parity.get(level) if isinstance(parity, dict) else None
    return dict(own) if isinstance(own, dict) else {}


def _judged(card: KnownCard, reference: LoadedModel, other: LoadedModel, result: Verification, why: str) -> Row:
    boxes, readings = result.comparison.boxes, result.comparison.readings
    shift_px = boxes.largest_shift_px if boxes else readings.largest_keypoint_shift_px if readings else None
    return _row(
        card,
        other.runtime,
        reference.runtime,
        "agrees" if result.agrees else "differs",
        note="; ".join(filter(None, (*result.problems, *result.notes, why))),
        level=result.level,
        description=other.compiled.description,
        found=boxes.boxes_a if boxes else readings.readings if readings else None,
        max_abs=result.comparison.max_abs,
        min_cosine=result.comparison.min_cosine,
        same=boxes.f1 if boxes else readings.same_attributes if readings else None,
        shift_px=shift_px,
    )


def _row(card: KnownCard, runtime: str, reference: str, verdict: str, **known: Any) -> Row:
    return Row(card.card.name, card.card.family, runtime, reference, verdict, **known)


def line_of(row: Row) -> str:
    """Return a row for the console."""
    return f"{row.card:24} {row.runtime:12} {row.verdict:15} {figures_of(row)} {row.note}".rstrip()


def figures_of(row: Row) -> str:
    """Return how far one runtime is from the reference, in a few words; nothing where they were not compared."""
    if row.same is None:
        return ""
    shift = "" if row.shift_px is None else f", {row.shift_px:.2f} px"
    return f"max {row.max_abs:.2g}, F1 {row.same:.3f}{shift}"


def document(rows: list[Row]) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "tolerances": {name: asdict(one) for name, one in TOLERANCES.items()},
        "rows": [asdict(row) for row in rows],
    }


def markdown(rows: list[Row], frame_count: int) -> str:
    """Return the tables: runtime by family, runtime by card, and the figures of each comparison."""
    return "\n".join([*_matrix(rows), *_by_card(rows), *_figures(rows, frame_count)]) + "\n"


def _matrix(rows: list[Row]) -> Iterator[str]:
    yield "# Parity: runtime by family\n"
    yield f"| family | {' | '.join(RUNTIMES)} |"
    yield "|---" * (len(RUNTIMES) + 1) + "|"
    for family in plugins.names("models"):
        of_family = [row for row in rows if row.family == family]
        if any(row.verdict != "does not apply" for row in of_family):
            cells = [_cell([row for row in of_family if row.runtime == runtime]) for runtime in RUNTIMES]
        else:
            cells = ["no real file here", *["–"] * (len(RUNTIMES) - 1)]
        yield f"| {family} | {' | '.join(cells)} |"
    yield ""


def _cell(rows: list[Row]) -> str:
    if any(row.verdict == "differs" for row in rows):
        return f"**differs** ({', '.join(dict.fromkeys(row.card for row in rows if row.verdict == 'differs'))})"
    levels = {level: [row for row in rows if row.level == level and row.same is not None] for level in TOLERANCES}
    texts = [_worst(level, compared) for level, compared in levels.items() if compared]
    if any(row.verdict == "reference" for row in rows):
        texts.insert(0, "reference")
    return "; ".join(texts) or "–"


def _worst(level: str, rows: list[Row]) -> str:
    shifts_px = [row.shift_px for row in rows if row.shift_px is not None]
    shift = f", {max(shifts_px):.2f} px" if shifts_px else ""
    return f"{level}: F1 {min(row.same or 0.0 for row in rows):.3f}{shift}"


def _figures(rows: list[Row], frame_count: int) -> Iterator[str]:
    yield f"# Each card, on {frame_count} pictures\n"
    yield "| card | family | runtime | against | found | max difference | cosine | F1 | shift px | tolerance | |"
    yield "|---" * 11 + "|"
    for row in rows:
        if row.same is None and row.verdict != "differs":
            continue
        figures = (_number(row.max_abs, ".2g"), _number(row.min_cosine, ".5f"), _number(row.same, ".3f"))
        start = f"| {row.card} | {row.family} | {row.runtime} ({row.description}) | {row.reference} | {row.found}"
        shift_px = _number(row.shift_px, ".2f")
        yield f"{start} | {' | '.join(figures)} | {shift_px} | {row.level} | {f'{row.verdict} {row.note}'.rstrip()} |"
    yield ""
    yield "Tolerances: " + "; ".join(_tolerance_text(name) for name in TOLERANCES) + "."
    yield ""


def _tolerance_text(name: Any) -> str:
    limit = TOLERANCES[name]
    return (
        f"{name}: F1 at least {limit.min_f1:g}, shift at most {limit.max_shift_px:g} px, confidence at most "
        f"{limit.max_confidence_difference:g}, cosine (where there are no boxes) at least {limit.min_cosine:g}"
    )


def _by_card(rows: list[Row]) -> Iterator[str]:
    yield "# Runtime by card\n"
    yield "Where compared: the largest difference of an output in its own unit (it says little where finished boxes lie"
    yield "in other rows), F1 of the boxes or the share of crops that read the same, the largest shift.\n"
    yield f"| card | {' | '.join(RUNTIMES)} |"
    yield "|---" * (len(RUNTIMES) + 1) + "|"
    for card in dict.fromkeys(row.card for row in rows):
        of_card = [row for row in rows if row.card == card]
        cells = ("<br>".join(_said(row) for row in of_card if row.runtime == runtime) for runtime in RUNTIMES)
        yield f"| {card} | {' | '.join(cells)} |"
    yield ""


def _said(row: Row) -> str:
    """Return what a cell says of one comparison: the figures, or why there are none."""
    if row.verdict == "reference":
        return f"reference ({row.description})"
    if row.same is not None:
        differs = f"**differs**: {row.note.replace('|', '/')}; " if row.verdict == "differs" else ""
        return f"{row.description}: {differs}{figures_of(row)}"
    return row.note.replace("|", "/")


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def arguments() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--card", action="append", help="only this card; may be repeated")
    parser.add_argument("--frames", type=int, default=10, help="pictures to compare on")
    parser.add_argument("--out", type=Path, default=Path("out"))
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CamloomError as error:
        sys.exit(f"error: {error}")
