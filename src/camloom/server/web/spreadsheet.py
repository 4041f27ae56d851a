"""Tables for spreadsheets: what people, cameras and strangers wrote into them stays text."""

import csv
import io
from collections.abc import Sequence

# The second four are the wide forms, which spreadsheets in East Asia take for the same.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BREAKS = ("\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if begins_as_formula(text) else text


def begins_as_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula."""
    return text.lstrip().startswith(_FORMULA) or text.startswith(_BREAKS)


def table_line(cells: Sequence[str | float]) -> str:
    """Return a line of CSV; numbers are numbers, everything else is text."""
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
