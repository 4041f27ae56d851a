"""Periods: whole days by the clock on the wall of the site."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

PeriodKind = Literal["day", "week", "month", "custom"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, `first` and `last` included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[date]:
        """All its days."""
        return [self.first + n * _DAY for n in range(self.length)]

    @property
    def before(self) -> "Period":
        """The period that it is compared with: the one before, or as many days before."""
        end = self.first - _DAY
        if self.kind == "month":
            return period_around("month", end)
        return Period(self.kind, end - (self.length - 1) * _DAY, end)

    def since(self, zone: ZoneInfo) -> datetime:
        """Return when it begins."""
        return _midnight(self.first, zone)

    def until(self, zone: ZoneInfo) -> datetime:
        """Return when it is over."""
        return _midnight(self.last + _DAY, zone)


def period_around(kind: Literal["day", "week", "month"], day: date) -> Period:
    """Return the day, the week from Monday on, or the month that a day is in."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        monday = day - day.weekday() * _DAY
        return Period(kind, monday, monday + 6 * _DAY)
    next_month = (day.replace(day=28) + 4 * _DAY).replace(day=1)
    return Period(kind, day.replace(day=1), next_month - _DAY)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where the clock jumps over midnight, this is the moment of the jump.
    return datetime.combine(day, time(), zone).astimezone(UTC)
