"""Alarms summed up by day, for reports: what a row of `alarm_day` holds of each alarm.

Days and hours are those of the wall clock of the site, so that a day of a report is a sum of whole rows in every time
zone. Of which zone is kept beside them: when the site gets another one, they are summed up anew (`summing.py`).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from camloom.server.database.tables import HOURS, WAITS, WAITS_S, alarm_day, setting

Row = dict[str, Any]
SUMS_ZONE = "sums_zone"
"""Key of the setting: name of the zone by whose clock `alarm_day` was summed up."""

_KEY = tuple(column.name for column in alarm_day.primary_key.columns)
_NUMBERS = tuple(column.name for column in alarm_day.columns if not column.primary_key)
_ZONE = select(setting.c.value).where(setting.c.key == SUMS_ZONE)


def sums_zone(connection: Connection) -> ZoneInfo:
    """Return the zone by whose clock the sums are; UTC before there are any."""
    name = connection.execute(_ZONE).scalar()
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def steps(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, zone: ZoneInfo) -> Iterator[Row]:
    """Yield what is to be added to the sums when an alarm changes; None: it is not counted."""
    old, new = (None if row is None else line_of(row, zone) for row in (before, after))
    if old == new:
        return
    if old and new and all(old[name] == new[name] for name in _KEY):
        yield {**new, **{name: new[name] - old[name] for name in _NUMBERS}}
        return
    if old:
        yield {**old, **{name: -old[name] for name in _NUMBERS}}
    if new:
        yield new


def line_of(row: Mapping[str, Any], zone: ZoneInfo) -> Row:
    """Return the row of `alarm_day` that holds one alarm and nothing else."""
    local = row["began_at"].astimezone(zone)
    line: Row = dict.fromkeys(_NUMBERS, 0)
    line |= {name: row[name] for name in ("camera_id", "template", "severity")}
    line |= {"day": local.date(), "camera_group_id": row["camera_group_id"] or "", "alarms": 1}
    line[HOURS[local.hour]] = 1
    if row["verdict"] is not None:
        line[f"judged_{row['verdict']}"] = 1
    if row["handled_at"] is not None:
        # Both by the clock of the server: that of a host may be off.
        wait_s = (row["handled_at"] - row["received_at"]).total_seconds()
        line[WAITS[min(bisect_left(WAITS_S, wait_s), len(WAITS) - 1)]] = 1
    return line
