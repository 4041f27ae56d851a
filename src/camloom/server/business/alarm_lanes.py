"""Which index finds a page of alarms: every filter of the list, and every two of them, read about a page of it.

A *lane* is an index that begins with some columns and goes on in the order of the list. Where all its columns have one
value, the page is the beginning of what follows; for several values each is looked up by itself, and the few rows of
each are merged. What a lane has no column for is checked row by row. A database left alone would read all rows of a
group and sort them, or walk through the whole list for the few rows that two filters have in common.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import Any

from camloom.server.database.standing import standings

MOST_LOOKS = 1200
"""So many values are looked up one by one; each costs about 70 us."""

_LOOKS_AT_ONCE = 400  # in one statement: SQLite takes no more than 500

Statement = tuple[str, dict[str, Any]]
"""SQL and its values."""

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


def find_newest(wanted: Wanted, limit: int, *, lateral: bool) -> Iterator[Statement]:
    """Yield the statements that find when the newest began, and their ids; of what several find, the newest count.

    Args:
        wanted: which alarms.
        limit: how many.
        lateral: whether the database knows this word. It makes one plan for all looks instead of one for each.
    """
    values: dict[str, Any] = {**wanted.values, "limit": limit}
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
    looks = product(*(wanted.any_of[column] for column in lane))
    while some := list(islice(looks, _LOOKS_AT_ONCE)):
        told = dict(values)
        yield (_lateral if lateral and len(some) > 1 else _united)(lane, some, conditions, told), told


def standing_of(quiet: bool | None, *words: Collection[str]) -> dict[str, Collection[Any]]:
    """Return the condition for severities, handlings and verdicts; nothing where none is given."""
    return {"standing": standings(quiet, *words)} if any(words) else {}


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


def _united(lane: Sequence[str], looks: Sequence[Sequence[Any]], others: Sequence[str], values: dict[str, Any]) -> str:
    statements = []
    for number, look in enumerate(looks):
        names = _bind(lane, look, number, values)
        same = [f"{column} = :{name}" for column, name in zip(lane, names, strict=True)]
        statements.append(_newest([*same, *others]))
    if len(statements) == 1:
        return statements[0]
    each = " UNION ALL ".join(f"SELECT * FROM ({look}) AS look{number}" for number, look in enumerate(statements))  # noqa: S608  # names are ours, values are bound
    # `+ 0`: SQLite sorts what all looks have found once, instead of sorting each and merging them in pairs.
    return f"SELECT began_at, id FROM ({each}) AS found ORDER BY began_at + 0 DESC, id DESC LIMIT :limit"  # noqa: S608  # as above


def _lateral(lane: Sequence[str], looks: Sequence[Sequence[Any]], others: Sequence[str], values: dict[str, Any]) -> str:
    rows = [f"(:{', :'.join(_bind(lane, look, number, values))})" for number, look in enumerate(looks)]
    each = _newest([*(f"{column} = looks.one_{column}" for column in lane), *others])
    names = ", ".join(f"one_{column}" for column in lane)
    return (
        f"SELECT found.began_at, found.id FROM (VALUES {', '.join(rows)}) AS looks ({names}), LATERAL ({each}) AS found"  # noqa: S608  # as above
        " ORDER BY began_at DESC, id DESC LIMIT :limit"
    )


def _newest(conditions: Sequence[str]) -> str:
    where = " AND ".join(conditions)
    return f"SELECT began_at, id FROM alarm WHERE {where} ORDER BY began_at DESC, id DESC LIMIT :limit"  # noqa: S608  # as above


def _bind(lane: Sequence[str], look: Sequence[Any], number: int, values: dict[str, Any]) -> list[str]:
    names = [f"{column}{number}" for column in lane]
    values.update(zip(names, look, strict=True))
    return names


def _names(column: str, allowed: Sequence[Any], values: dict[str, Any]) -> str:
    names = [f"{column}_{number}" for number in range(len(allowed))]
    values.update(zip(names, allowed, strict=True))
    return ", ".join(f":{name}" for name in names)
