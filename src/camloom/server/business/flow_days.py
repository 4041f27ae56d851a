"""Crossings of lines summed up by day and month of the wall clock: a year of hours is more than a report can read.

They are written with the hours, in the same transaction. When the site gets another clock they are made anew from the
hours, some days at a time; what has been made so far says `FlowDays`, and a report asks the hours until all is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Date, Select, delete, func, insert, literal, select

from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.sums import sums_zone
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import flow_day, flow_hour, flow_month, setting
from camloom.server.database.upsert import add_to, put

FLOW_DAYS = "flow_days"
"""Key of the setting: by whose clock crossings are summed up, and up to which day they have been."""

_PIECE = 31
_MOST_OF_A_MONTH = timedelta(days=31)
_DAY = timedelta(days=1)
_KEY = ("camera_id", "rule_id", "direction")


@dataclass(frozen=True, slots=True)
class FlowDays:
    """What `flow_day` holds.

    Attributes:
        zone: by whose clock; None: nothing has been summed up yet.
        until: the first day that it does not hold; None: it holds all.
    """

    zone: str | None
    until: date | None = None

    def day_of(self, at: datetime) -> date | None:
        """Return the day into which an hour is counted; None: it will be when its day is made."""
        if self.zone is None:
            return None
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return day if self.until is None or day < self.until else None

    def is_whole(self, zone: ZoneInfo) -> bool:
        """Tell whether all days of a clock are there."""
        return self.zone == zone.key and self.until is None


def flow_days(connection: Connection) -> FlowDays:
    """Return what `flow_day` holds just now."""
    kept = connection.execute(select(setting.c.value).where(setting.c.key == FLOW_DAYS)).scalar()
    if not isinstance(kept, dict):
        return FlowDays(None)
    return FlowDays(kept["zone"], date.fromisoformat(kept["until"]) if kept["until"] else None)


def add_crossing(connection: Connection, days: FlowDays, crossing: Mapping[str, Any]) -> None:
    """Count a crossing, `passed` and the hour that it was in among its values; nobody else writes numbers of them."""
    add_to(connection, flow_hour, crossing, "passed")
    day = days.day_of(crossing["at"])
    if day is not None:
        told = {name: value for name, value in crossing.items() if name != "at"}
        add_to(connection, flow_day, {"day": day, **told}, "passed")
        add_to(connection, flow_month, {"month": day.replace(day=1), **told}, "passed")


def sum_flows(database: Database, clock: Clock) -> bool:
    """Make the days that are missing; tell whether there was anything to do. Called every minute."""
    made = False
    while _is_missing(database):
        _make_some(database, clock)
        made = True
    return made


def _is_missing(database: Database) -> bool:
    with database.read() as connection:
        return not flow_days(connection).is_whole(sums_zone(connection))


def _make_some(database: Database, clock: Clock) -> None:
    with database.write() as connection:
        Ledger(connection, clock(), no_outbox)  # nobody else counts crossings meanwhile
        zone, days = sums_zone(connection), flow_days(connection)
        if days.zone != zone.key:
            for table in (flow_day, flow_month):
                connection.execute(delete(table))
            days = FlowDays(zone.key, date.min)
        first = None if days.until is None else _next_day(connection, days.until, zone)
        until = None if first is None else first + _PIECE * _DAY
        if first is not None:
            made = [first + number * _DAY for number in range(_PIECE)]
            for day in made:
                make_day(connection, day, zone)
            for month in {day.replace(day=1) for day in made}:
                make_month(connection, month)
        kept = {"zone": zone.key, "until": None if until is None else until.isoformat()}
        put(connection, setting, {"key": FLOW_DAYS, "value": kept})


def _next_day(connection: Connection, day: date, zone: ZoneInfo) -> date | None:
    """Return the first day from one on that has a crossing; None: there is none."""
    wanted = select(func.min(flow_hour.c.at))
    if day != date.min:
        wanted = wanted.where(flow_hour.c.at >= midnight(day, zone))
    at = connection.execute(wanted).scalar()
    return None if at is None else at.astimezone(zone).date()


def make_day(connection: Connection, day: date, zone: ZoneInfo) -> None:
    """Write what was counted in the hours of a day that nobody has made yet."""
    keys = [flow_hour.c[name] for name in _KEY]
    sums = select(literal(day, Date), *keys, func.sum(flow_hour.c.passed)).where(*_hours_of(day, zone)).group_by(*keys)
    connection.execute(insert(flow_day).from_select(["day", *_KEY, "passed"], sums))


def make_month(connection: Connection, month: date) -> None:
    """Write what was counted in the days of a month, whatever was written of it before.

    Args:
        month: its first day.
    """
    connection.execute(delete(flow_month).where(flow_month.c.month == month))
    connection.execute(insert(flow_month).from_select(["month", *_KEY, "passed"], sum_of_month(month)))


def sum_of_month(month: date) -> Select[Any]:
    """Return the statement that says what `flow_month` has to say of a month."""
    keys = [flow_day.c[name] for name in _KEY]
    days = flow_day.c.day >= month, flow_day.c.day < (month + _MOST_OF_A_MONTH).replace(day=1)
    return select(literal(month, Date), *keys, func.sum(flow_day.c.passed)).where(*days).group_by(*keys)


def passed_on(connection: Connection, day: date, zone: ZoneInfo) -> int:
    """Return how many crossings the hours of a day have."""
    wanted = select(func.coalesce(func.sum(flow_hour.c.passed), 0)).where(*_hours_of(day, zone))
    return int(connection.execute(wanted).scalar_one())


def _hours_of(day: date, zone: ZoneInfo) -> tuple[ColumnElement[bool], ...]:
    return flow_hour.c.at >= midnight(day, zone), flow_hour.c.at < midnight(day + _DAY, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins; where the clock jumps over midnight, that is the moment of the jump."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
