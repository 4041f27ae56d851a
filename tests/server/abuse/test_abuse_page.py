"""docs/security.md names every abuse case that was thought of, each with tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
PAGE = (TESTS.parent / "docs" / "security.md").read_text()
CASES = 25


def test_every_case_has_a_refusal_and_a_test_that_is_there() -> None:
    rows = dict(re.findall(r"^\| (\d+) \|(.+)\|$", PAGE, re.MULTILINE))
    assert list(rows) == [str(number) for number in range(1, CASES + 1)]
    without = [number for number, row in rows.items() if not re.search(r"`[\w/]*test_?[\w/]*(\.py)?`", row)]
    # One licence and one machine: what there is not yet, nobody can abuse.
    assert without == ["22"]


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:[\w]+/)*test_\w+\.py|tests/[\w/]+)`", PAGE))
    assert len(named) > 40
    missing = [
        name for name in named if not any((folder / name).exists() for folder in (TESTS.parent, TESTS / "server"))
    ]
    assert missing == []
