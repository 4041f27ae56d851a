"""The table of the fault suite."""

from pathlib import Path

import pytest
from tests.faults.site import Outcome

OUTCOMES = pytest.StashKey["list[Outcome]"]()
_HEAD = ("fault", "what is done", "noticed as", "after", "back after", "neighbour", "leaks")


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a table in Markdown."""
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(outcome.cells() for outcome in outcomes)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write_table(outcomes: list[Outcome], path: Path) -> None:
    """Write the table into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table(outcomes) + "\n", encoding="utf-8")
