"""Summing up all alarms anew, when the clock on the wall of the site is another one."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, tuple_

from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger, Row
from camloom.server.business.sums import SUMS_ZONE, line_of
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm, alarm_day, setting
from camloom.server.database.upsert import put
from camloom.server.week import site_zone

_PIECE = 5000
_KEY = tuple(column.name for column in alarm_day.primary_key.columns)
_COLUMNS = ("id", "camera_id", "camera_group_id", "template", "severity", "began_at", "received_at", "handled_at")


def sum_up(database: Database, clock: Clock) -> bool:
    """Bring the sums to the time zone of the site; tell whether there was anything to do. Called every minute."""
    with database.read() as connection:
        if _is_right(connection):
            return False
    with database.write() as connection:
        Ledger(connection, clock(), no_outbox)  # nobody else writes alarms meanwhile
        zone = site_zone(connection)
        _sum_anew(connection, zone)
        put(connection, setting, {"key": SUMS_ZONE, "value": zone.key})
    return True


def _is_right(connection: Connection) -> bool:
    kept = connection.execute(select(setting.c.value).where(setting.c.key == SUMS_ZONE)).scalar()
    return bool(kept == site_zone(connection).key)


def _sum_anew(connection: Connection, zone: ZoneInfo) -> None:
    """Write the days from the first alarm on that is still there; those before stay as they are."""
    first = connection.execute(select(alarm.c.began_at).order_by(alarm.c.began_at).limit(1)).scalar()
    if first is None:
        return
    connection.execute(delete(alarm_day).where(alarm_day.c.day >= first.astimezone(zone).date()))
    lines = (line_of(row, zone) for row in _shown(connection))
    for _, of_day in groupby(lines, key=lambda line: line["day"]):
        sums: dict[tuple[Any, ...], Counter[str]] = {}
        for line in of_day:
            key = tuple(line.pop(name) for name in _KEY)
            sums.setdefault(key, Counter(dict.fromkeys(line, 0))).update(line)
        rows = [{**dict(zip(_KEY, key, strict=True)), **numbers} for key, numbers in sums.items()]
        connection.execute(insert(alarm_day), rows)


def _shown(connection: Connection) -> Iterator[Row]:
    """Yield the alarms that people see, oldest first."""
    columns = [alarm.c[name] for name in (*_COLUMNS, "verdict")]
    shown = select(*columns).where(~alarm.c.quiet, alarm.c.merged_into.is_(None))
    shown = shown.order_by(alarm.c.began_at, alarm.c.id).limit(_PIECE)
    after: tuple[datetime, str] | None = None
    while True:
        wanted = shown if after is None else shown.where(tuple_(alarm.c.began_at, alarm.c.id) > after)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
        yield from rows
        if len(rows) < _PIECE:
            return
        after = rows[-1]["began_at"], rows[-1]["id"]
