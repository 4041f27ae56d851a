"""How an alarm stands, as one number: quiet or not, severity, handling, verdict. Lists are read by it.

An index that begins with it answers every filter by these four, alone and together, with one look for each number.
"""

from collections.abc import Collection
from itertools import product

_QUIET = (False, True)
_SEVERITIES = ("info", "minor", "major", "critical")
_HANDLINGS = ("new", "acknowledged", "closed")
_VERDICTS = (None, "true", "false")


def _cases(column: str, words: tuple[str | None, ...], step: int) -> str:
    """Return the SQL that turns a word into a number; a word that nobody knows counts as the last."""
    cases = " ".join(f"WHEN {column} = '{word}' THEN {step * number}" for number, word in enumerate(words[:-1]) if word)
    none = f"WHEN {column} IS NULL THEN 0 " if None in words else ""
    return f"CASE {none}{cases} ELSE {step * (len(words) - 1)} END"


STANDING = " + ".join(
    (
        "CASE WHEN quiet THEN 36 ELSE 0 END",
        _cases("severity", _SEVERITIES, 9),
        _cases("handling", _HANDLINGS, 3),
        _cases("verdict", _VERDICTS, 1),
    )
)
"""SQL of the column `standing`, for every kind of database."""


def standings(
    quiet: bool | None,
    severities: Collection[str] = (),
    handlings: Collection[str] = (),
    verdicts: Collection[str] = (),
) -> tuple[int, ...]:
    """Return the numbers that fit; what is left out, or None, fits all."""
    return tuple(
        36 * hushed + 9 * severity + 3 * handling + verdict
        for hushed, severity, handling, verdict in product(
            [number for number, one in enumerate(_QUIET) if quiet is None or one == quiet],
            [number for number, one in enumerate(_SEVERITIES) if not severities or one in severities],
            [number for number, one in enumerate(_HANDLINGS) if not handlings or one in handlings],
            [number for number, one in enumerate(_VERDICTS) if not verdicts or one in verdicts],
        )
    )
