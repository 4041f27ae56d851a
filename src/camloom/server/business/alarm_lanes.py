"""Which index finds a page of alarms: every filter of the list, and every two of them, read about a page of it.

A *lane* is an index that begins with some columns and goes on in the order of the list. Where all its columns have one
value, the page is the beginning of what follows; for several values each is looked up by itself, and the few rows of
each are merged (`alarm_looks.py`). What a lane has no column for is checked row by row. A database left alone would
read all rows of a group and sort them, or walk through the whole list for the few that two filters have in common.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from camloom.server.database.standing import standings

SINCE = "began_at >= :since"
"""What the oldest that is known makes needless: of two bounds SQLite takes any as that of the range that it reads."""

MOST_LOOKS = 6000
"""So many values are looked up one by one; each costs about 10 us."""

# What is looked at first, if it is asked for; of two columns each must be. There is no pair of camera and group: the
# index of the camera has the group in it.
_PAIRS = (
    ("camera_id", "standing"),
    ("camera_id", "template"),
    ("camera_group_id", "standing"),
    ("camera_group_id", "template"),
    ("template", "standing"),
)
_FEW = 100
_SINGLES = ("camera_id", "camera_group_id", "template", "standing")
# These are followed by `quiet` in their index.
_THEN_QUIET = {(), *((name,) for name in ("assignee_id", "words_id", "camera_id", "camera_group_id", "template")),
               ("camera_id", "template"), ("camera_group_id", "template")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alarms.

    Attributes:
        any_of: by column: the values of which an alarm has one.
        quiet: those that are shown, or those that are not.
        part_of: of this alarm, instead of all that are part of none.
        further: other conditions, in SQL whose values are `:name`.
        values: of those names.
    """

    any_of: Mapping[str, Collection[Any]]
    quiet: bool = False
    part_of: str | None = None
    further: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """How a page is found.

    Attributes:
        lane: the columns that are looked up.
        looks: their values, one look each; at least one.
        conditions: what all looks have in common, in SQL whose values are `:name`.
        values: of those names.
    """

    lane: tuple[str, ...]
    looks: Sequence[tuple[Any, ...]]
    conditions: Sequence[str]
    values: Mapping[str, Any]


def search_for(wanted: Wanted) -> Search:
    """Return how alarms are found."""
    values: dict[str, Any] = dict(wanted.values)
    lane = _lane(wanted)
    conditions = [*wanted.further]
    if wanted.part_of is not None:
        values["part_of"] = wanted.part_of
        conditions.append("merged_into = :part_of")
    else:
        conditions.append("merged_into IS NULL")
        if lane in _THEN_QUIET or "standing" not in wanted.any_of:
            values["quiet"] = wanted.quiet
            conditions.append("quiet = :quiet")
    for column, allowed in wanted.any_of.items():
        if column not in lane:
            # In these words no database takes another index for it.
            conditions.append(f"({column} IN ({_names(column, list(allowed), values)})) IS TRUE")
    return Search(lane, list(product(*(wanted.any_of[column] for column in lane))), conditions, values)


def standing_of(quiet: bool | None, *words: Collection[str]) -> dict[str, Collection[Any]]:
    """Return the condition for severities, handlings and verdicts; nothing where all of them fit."""
    found, every = standings(quiet, *words), standings(quiet)
    return {"standing": found} if len(found) < len(every) else {}


def _lane(wanted: Wanted) -> tuple[str, ...]:
    """Return the columns to look up."""
    if wanted.part_of is not None:
        return ()
    asked = {column: len(values) for column, values in wanted.any_of.items()}
    if not asked:
        return ()
    if "assignee_id" in asked or "words_id" in asked:
        return ("assignee_id",) if "assignee_id" in asked else ("words_id",)
    for lane in _PAIRS:
        if asked.keys() >= set(lane) and prod(asked[column] for column in lane) <= MOST_LOOKS:
            return lane
    # What is rarer; but of very many values each is looked up for nothing but itself.
    single = min(
        (max(asked[column], _FEW), number, column) for number, column in enumerate(_SINGLES) if column in asked
    )
    return (single[2],) if single[0] <= MOST_LOOKS else ()


def _names(column: str, allowed: Sequence[Any], values: dict[str, Any]) -> str:
    names = [f"{column}_{number}" for number in range(len(allowed))]
    values.update(zip(names, allowed, strict=True))
    return ", ".join(f":{name}" for name in names)
