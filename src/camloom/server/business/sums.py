"""Alarms summed up by day, for reports: what a row of `alarm_day` holds of each alarm.

A year of days is more than a report can read: `alarm_month` and `alarm_group_day` are sums of `alarm_day`, written by
the one function that writes that, in the same transaction. `proving.py` compares them once a day.

Days and hours are those of the wall clock of the site, so that a day of a report is a sum of whole rows in every time
zone. Of which zone is kept beside them: when the site gets another one, they are summed up anew (`summing.py`).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from camloom.server.database.tables import (
    HOURS,
    WAITS,
    WAITS_S,
    alarm_day,
    alarm_group_day,
    alarm_month,
    setting,
)
from camloom.server.database.upsert import add_all

Row = dict[str, Any]
SUMS_ZONE = "sums_zone"
"""Key of the setting: name of the zone by whose clock `alarm_day` was summed up."""
SUMS_MOVE = "sums_move"
"""Key of the setting: to which zone the sums are being moved, and up to which alarm they have been."""

SUMS = (alarm_day, alarm_month, alarm_group_day)
"""All tables of sums of alarms."""

_COLUMNS = {table: tuple(column.name for column in table.columns if column.name != "month") for table in SUMS}
_KEY = tuple(column.name for column in alarm_day.primary_key.columns)
_NUMBERS = tuple(column.name for column in alarm_day.columns if not column.primary_key)
_KEPT = select(setting.c.key, setting.c.value).where(setting.c.key.in_((SUMS_ZONE, SUMS_MOVE)))
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Zones:
    """By whose clock alarms are summed up.

    Attributes:
        zone: of all, or of those that have not been moved yet.
        following: of those that have been moved; None: nothing is being moved.
        reached: the last one that has been: when it began, and its id. None: none so far.
    """

    zone: ZoneInfo
    following: ZoneInfo | None = None
    reached: tuple[datetime, str] | None = None

    def of(self, row: Mapping[str, Any]) -> ZoneInfo:
        """Return the zone by which an alarm is counted."""
        if self.following is None or self.reached is None or (row["began_at"], row["id"]) > self.reached:
            return self.zone
        return self.following


def sums_zone(connection: Connection) -> ZoneInfo:
    """Return the zone by whose clock the sums are; UTC before there are any."""
    return sums_zones(connection).zone


def sums_zones(connection: Connection) -> Zones:
    """Return by whose clock alarms are summed up just now."""
    kept = {row.key: row.value for row in connection.execute(_KEPT)}
    zone, move = _zone(kept.get(SUMS_ZONE)), kept.get(SUMS_MOVE)
    if not isinstance(move, dict):
        return Zones(zone)
    return Zones(zone, _zone(move["zone"]), (datetime.fromisoformat(move["began_at"]), move["id"]))


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name) if isinstance(name, str) else _UTC
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC


def add_line(connection: Connection, line: Mapping[str, Any]) -> None:
    """Add to the sums, to all of them: nobody else writes numbers into them."""
    month = {"month": line["day"].replace(day=1)}
    for table in SUMS:
        told = {name: line[name] for name in _COLUMNS[table]}
        add_all(connection, table, told | month if table is alarm_month else told)


def steps(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, zones: Zones) -> Iterator[Row]:
    """Yield what is to be added to the sums when an alarm changes; None: it is not counted."""
    old, new = (None if row is None else line_of(row, zones.of(row)) for row in (before, after))
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
