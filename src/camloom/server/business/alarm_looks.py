"""Looking up a page of alarms: the newest of many pieces of an index, each of which is in the order of the list.

Once as many as wanted are known, only what is newer than the oldest of them is asked for: of hundreds of pieces nearly
all have nothing to say then, and to ask costs no more than to find the place.
"""

import heapq
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from camloom.server.business.alarm_lanes import SINCE, Search
from camloom.server.database.tables import alarm

Found = tuple[int, str]
"""When an alarm began, as it is kept, and its id."""

_FLOOR = "(began_at, id) > (:floor_at, :floor_id)"
_FIRST, _FURTHER = 20, 500  # looks of one statement, where a database takes many
_NAME = re.compile(r":(\w+)")


def newest(connection: Connection, search: Search, limit: int) -> list[str]:
    """Return the ids of the newest alarms, newest first."""
    find = _one_by_one if connection.dialect.name == "sqlite" else _many_at_once
    return [alarm_id for _, alarm_id in find(connection, search, limit)]


def statement_of(search: Search, *, floor: bool) -> str:
    """Return the SQL of one look, whose values are `:look0` and so on.

    Args:
        floor: only what is newer than `:floor_at` and `:floor_id`.
    """
    return _newest([f"{column} = :look{number}" for number, column in enumerate(search.lane)], search, floor)


def _one_by_one(connection: Connection, search: Search, limit: int) -> list[Found]:
    """Ask by statements that are prepared once: for SQLite, to read hundreds of them in one takes longer than to run.

    They go to the driver by itself, for the same reason.
    """
    cursor = connection.connection.cursor()
    first, further = (statement_of(search, floor=floor) for floor in (False, True))
    values = {**search.values, "limit": limit}
    best: list[Found] = []
    try:
        for look in search.looks:
            values.update((f"look{number}", value) for number, value in enumerate(look))
            if len(best) == limit:
                values["floor_at"], values["floor_id"] = best[0]
            cursor.execute(further if len(best) == limit else first, values)
            _merge(best, cursor.fetchall(), limit)
    finally:
        cursor.close()
    return sorted(best, reverse=True)


def _many_at_once(connection: Connection, search: Search, limit: int) -> list[Found]:
    """Ask for many looks in one statement; those of the first tell how new the others must be."""
    best: list[Found] = []
    begin = 0
    while begin < len(search.looks):
        looks = search.looks[begin : begin + (_FURTHER if begin else _FIRST)]
        begin += len(looks)
        values = {**search.values, "limit": limit}
        if floor := len(best) == limit:
            values["floor_at"], values["floor_id"] = best[0]
        for number in range(len(search.lane)):
            values[f"looks{number}"] = [look[number] for look in looks]
        statement = _NAME.sub(r"%(\1)s", _lateral(search, floor))
        _merge(best, (tuple(row) for row in connection.exec_driver_sql(statement, values)), limit)
    return sorted(best, reverse=True)


def _merge(best: list[Found], found: Iterable[Any], limit: int) -> None:
    """Keep the newest, the oldest of them in front."""
    for one in found:
        if len(best) < limit:
            heapq.heappush(best, one)
        elif one > best[0]:
            heapq.heapreplace(best, one)


def _lateral(search: Search, floor: bool) -> str:
    if not search.lane:
        return _newest([], search, floor)
    each = _newest([f"{column} = looks.one_{column}" for column in search.lane], search, floor)
    arrays = ", ".join(f"CAST(:looks{number} AS {_kind(column)}[])" for number, column in enumerate(search.lane))
    names = ", ".join(f"one_{column}" for column in search.lane)
    return (
        f"SELECT found.began_at, found.id FROM unnest({arrays}) AS looks ({names}), LATERAL ({each}) AS found"  # noqa: S608  # names are ours, values are bound
        " ORDER BY began_at DESC, id DESC LIMIT :limit"
    )


def _kind(column: str) -> str:
    return alarm.c[column].type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]  # it has no types


def _newest(same: Sequence[str], search: Search, floor: bool) -> str:
    others = [_FLOOR, *(one for one in search.conditions if one != SINCE)] if floor else search.conditions
    where = " AND ".join([*same, *others])
    return f"SELECT began_at, id FROM alarm WHERE {where} ORDER BY began_at DESC, id DESC LIMIT :limit"  # noqa: S608  # as above
