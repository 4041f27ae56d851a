"""Whether the sums that reports are made of are right: compared once a day, and by command.

Those of months and of groups must be those of the days, those of crossings by day those of their hours. What writes
them writes all at once; should one differ all the same, it is written anew.
"""

import logging
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Table, delete, func, insert, literal, select

from camloom.server.business.flow_days import flow_days, make_day, make_month, passed_on, sum_of_month
from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.sums import SUMS, sums_zone
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm_day, flow_day, flow_month

_ROLLED = tuple(table for table in SUMS if table is not alarm_day)
_MOST_OF_A_MONTH = timedelta(days=31)
_logger = logging.getLogger(__name__)
Line = tuple[Any, ...]


def prove_sums(database: Database, clock: Clock) -> tuple[int, list[date]]:
    """Compare the sums of every month, one after the other.

    Returns:
        How many months there are, and those (their first days) whose sums were wrong and have been mended.
    """
    months = _months(database)
    wrong = [month for month in months if _differs(database, month) and _mended(database, clock, month)]
    for month in wrong:
        _logger.error("sums of alarms of %s were wrong and have been written anew", f"{month:%Y-%m}")
    return len(months), wrong


def _months(database: Database) -> list[date]:
    with database.read() as connection:
        days = [
            day for table in (*SUMS, flow_day, flow_month) for day in connection.scalars(select(table.c[0]).distinct())
        ]
    return sorted({day.replace(day=1) for day in days})


def _differs(database: Database, month: date) -> bool:
    with database.read() as connection:
        rolled = any(_kept(connection, table, month) != _summed(connection, table, month) for table in _ROLLED)
        return rolled or bool(_wrong_days(connection, month)) or _crossings_differ(connection, month)


def _mended(database: Database, clock: Clock, month: date) -> bool:
    """Write the sums of a month anew while nobody changes them; False: they are right, they were changing before."""
    mended = False
    with database.write() as connection:
        Ledger(connection, clock(), no_outbox)  # nobody else writes alarms meanwhile
        for table in _ROLLED:
            right = _summed(connection, table, month)
            if _kept(connection, table, month) != right:
                _replace(connection, table, month, right)
                mended = True
        for day in _wrong_days(connection, month):
            connection.execute(delete(flow_day).where(flow_day.c.day == day))
            make_day(connection, day, sums_zone(connection))
            mended = True
        if _crossings_differ(connection, month):
            make_month(connection, month)
            mended = True
    return mended


def _replace(connection: Connection, table: Table, month: date, lines: Collection[Line]) -> None:
    connection.execute(delete(table).where(_of(table, month)))
    names = [column.name for column in table.columns]
    if lines:
        connection.execute(insert(table), [dict(zip(names, line, strict=True)) for line in lines])


def _kept(connection: Connection, table: Table, month: date) -> set[Line]:
    """Return what a table says of a month; lines of no alarm say nothing."""
    wanted = select(table).where(_of(table, month), table.c.alarms != 0)
    return {tuple(row) for row in connection.execute(wanted)}


def _summed(connection: Connection, table: Table, month: date) -> set[Line]:
    """Return what a table has to say of a month by its days."""
    return {tuple(row) for row in connection.execute(_sum(table, month))}


def _sum(table: Table, month: date) -> Any:
    keys = [alarm_day.c[column.name] for column in table.primary_key if column.name in alarm_day.c]
    first = [] if table.c[0].name in alarm_day.c else [literal(month, Date)]
    numbers = [func.sum(alarm_day.c[column.name]) for column in table.columns if not column.primary_key]
    wanted = select(*first, *keys, *numbers).where(_of(alarm_day, month)).group_by(*keys)
    return wanted.having(func.sum(alarm_day.c.alarms) != 0)


def _of(table: Table, month: date) -> Any:
    return table.c[0].between(month, _last_of(month))


def _wrong_days(connection: Connection, month: date) -> list[date]:
    """Return the days of a month of which the crossings are not those of their hours."""
    zone = sums_zone(connection)
    if not flow_days(connection).is_whole(zone):
        return []
    kept = select(flow_day.c.day, func.sum(flow_day.c.passed)).where(_of(flow_day, month)).group_by(flow_day.c.day)
    passed: dict[date, int] = {day: many for day, many in connection.execute(kept)}  # noqa: C416  # rows are no pairs to mypy
    days = [month + timedelta(days=number) for number in range(_last_of(month).day)]
    return [day for day in days if passed.get(day, 0) != passed_on(connection, day, zone)]


def _crossings_differ(connection: Connection, month: date) -> bool:
    """Tell whether the crossings of a month are not those of its days."""
    kept = {tuple(row) for row in connection.execute(select(flow_month).where(flow_month.c.month == month))}
    return kept != {tuple(row) for row in connection.execute(sum_of_month(month))}


def _last_of(month: date) -> date:
    return (month + _MOST_OF_A_MONTH).replace(day=1) - timedelta(days=1)
