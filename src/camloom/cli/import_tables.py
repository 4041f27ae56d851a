"""Tables of `camloom models import`. What a stranger's file says is shown as plain text, never as markup."""

from rich.table import Table
from rich.text import Text

from camloom.inference.base import Reading
from camloom.toolchain.importing import Guess, ModelDescription, TensorInfo
from camloom.toolchain.importing.attempt import Attempt
from camloom.toolchain.importing.description import FORMAT_TITLES

_STYLES = {"sure": "green", "likely": "", "guess": "yellow", "unknown": "red"}
_MOST_SHOWN = 8


def description_table(description: ModelDescription) -> Table:
    """Return what the file says of itself."""
    table = Table(show_header=False, title=Text(description.path.name), title_justify="left")
    _row(table, "format", f"{FORMAT_TITLES[description.format]} {description.version}")
    _row(table, "size", f"{description.size_bytes / 1e6:.1f} MB")
    for what, tensors in (("input", description.inputs), ("output", description.outputs)):
        for each in tensors[:_MOST_SHOWN]:
            _row(table, what, f"{each.name[:60]} {shape_text(each)} {each.dtype}{' quantised' * each.quantised}")
        if len(tensors) > _MOST_SHOWN:
            _row(table, what, f"... {len(tensors)} in all")
    noted = description.metadata
    if noted.title or noted.model_name:
        _row(table, "metadata", noted.title or noted.model_name)
    return table


def guess_table(guess: Guess) -> Table:
    """Return every field of the card with how sure it is, and why."""
    table = Table(title="The card", title_justify="left")
    for column in ("field", "value", "sure?", "why"):
        table.add_column(column)
    for each in guess.fields:
        _row(table, each.name, numbers_text(each.value), each.certainty, each.why, style=_STYLES[each.certainty])
    if guess.others:
        _row(table, "also fits", ", ".join(guess.others), "", "")
    return table


def rivals_table(attempt: Attempt, others: list[Attempt]) -> Table:
    """Return how plausible other inputs are beside the guessed one."""
    table = Table(title="What else the input might be", title_justify="left")
    table.add_column("input")
    table.add_column("plausibility", justify="right")
    for each in [attempt, *others[:_MOST_SHOWN]]:
        _row(table, each.what or "as guessed", f"{each.plausibility or 0:.2f}")
    return table


def found_text(attempt: Attempt) -> str:
    """Return what a trial found, in a line."""
    found = attempt.found
    if isinstance(found, Reading):
        said = [f"{each.name}={each.value} ({each.confidence:.2f})" for each in found.attributes[:_MOST_SHOWN]]
        said += [f"a vector of {len(found.embedding)}"] if found.embedding is not None else []
        said += [f"{len(found.keypoints)} points"] if found.keypoints is not None else []
        return ", ".join(said) or "nothing read"
    counts: dict[str, int] = {}
    for row in range(len(found)):
        counts[found.name_of(row)] = counts.get(found.name_of(row), 0) + 1
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count} x {name}" for name, count in ranked[:_MOST_SHOWN]) or "nothing"


def shape_text(tensor: TensorInfo) -> str:
    """Return sizes such as 1x3x640x640; a question mark for what is known at run time only."""
    return "x".join(str(size) if size >= 0 else "?" for size in tensor.shape) or "?"


def numbers_text(value: object) -> str:
    """Return a value as one would write it on the command line."""
    if not isinstance(value, tuple):
        return str(value)
    return ",".join(f"{each:g}" if isinstance(each, float) else str(each) for each in value)


def _row(table: Table, *cells: str, style: str = "") -> None:
    table.add_row(*(Text(cell) for cell in cells), style=style)
