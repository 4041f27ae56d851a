"""Bringing the sums to another clock, when that on the wall of the site is another one.

Some alarms at a time are taken out of the days that they were counted in and put into those of the new clock, so that
nobody who wants to write waits for long. Meanwhile and after a crash each alarm is in exactly one day: which one says
`Zones`. Sums of alarms that are not there any more stay as they are.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select, tuple_

from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger, Row
from camloom.server.business.sums import SUMS, SUMS_MOVE, SUMS_ZONE, Zones, add_line, line_of, sums_zones
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm, alarm_day, alarm_month, setting
from camloom.server.database.upsert import put
from camloom.server.week import site_zone

_PIECE = 300
_KEY = tuple(column.name for column in alarm_day.primary_key.columns)
_COLUMNS = (
    *("id", "camera_id", "camera_group_id", "template", "severity", "verdict"),
    *("began_at", "received_at", "handled_at"),
)


def sum_up(database: Database, clock: Clock) -> bool:
    """Bring the sums to the time zone of the site; tell whether there was anything to do. Called every minute."""
    moved = False
    while _target(database) is not None:
        _move_some(database, clock)
        moved = True
    return moved


def _target(database: Database) -> ZoneInfo | None:
    """Return the zone to which the sums are to be moved; None: they are right."""
    with database.read() as connection:
        zones, site = sums_zones(connection), site_zone(connection)
        kept = connection.execute(select(setting.c.value).where(setting.c.key == SUMS_ZONE)).scalar()
    return zones.following or (None if kept == site.key else site)


def _move_some(database: Database, clock: Clock) -> None:
    with database.write() as connection:
        Ledger(connection, clock(), no_outbox)  # nobody else writes alarms meanwhile
        zones = sums_zones(connection)
        target = zones.following or site_zone(connection)
        rows = _next(connection, zones)
        _move(connection, rows, zones.zone, target)
        if len(rows) == _PIECE:
            reached = {"began_at": rows[-1]["began_at"].isoformat(), "id": rows[-1]["id"]}
            put(connection, setting, {"key": SUMS_MOVE, "value": {"zone": target.key, **reached}})
        else:
            put(connection, setting, {"key": SUMS_ZONE, "value": target.key})
            connection.execute(delete(setting).where(setting.c.key == SUMS_MOVE))


def _next(connection: Connection, zones: Zones) -> Sequence[Row]:
    """Return the next alarms that people see, oldest first."""
    shown = select(*(alarm.c[name] for name in _COLUMNS)).where(~alarm.c.quiet, alarm.c.merged_into.is_(None))
    if zones.reached is not None:
        shown = shown.where(tuple_(alarm.c.began_at, alarm.c.id) > zones.reached)
    ordered = shown.order_by(alarm.c.began_at, alarm.c.id).limit(_PIECE)
    return [dict(row) for row in connection.execute(ordered).mappings()]


def _move(connection: Connection, rows: Sequence[Row], old: ZoneInfo, new: ZoneInfo) -> None:
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        for zone, sign in ((old, -1), (new, 1)):
            line = line_of(row, zone)
            counts = sums.setdefault(tuple(line.pop(name) for name in _KEY), Counter(dict.fromkeys(line, 0)))
            for name, number in line.items():
                counts[name] += sign * number
    for key, counts in sums.items():
        if any(counts.values()):
            add_line(connection, {**dict(zip(_KEY, key, strict=True)), **counts})
    days = {key[0] for key in sums}
    for table in SUMS:
        those = {one.replace(day=1) for one in days} if table is alarm_month else days
        connection.execute(delete(table).where(table.c[0].in_(those), table.c.alarms == 0))
