"""Periods: whole days by the clock on the wall of the site."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from camloom.server.business.flow_days import midnight

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

    @property
    def months(self) -> tuple[date, date] | None:
        """The first days of its first and last whole month; None: there is none in it."""
        first = self.first if self.first.day == 1 else _month_after(self.first)
        end = _month_after(self.last) if (self.last + _DAY).day == 1 else self.last.replace(day=1)
        return (first, (end - _DAY).replace(day=1)) if first < end else None

    @property
    def edges(self) -> list[tuple[date, date]]:
        """Its days outside of its whole months, from the first to the last of each piece."""
        if self.months is None:
            return [(self.first, self.last)]
        begin, end = self.months[0], _month_after(self.months[1])
        pieces = [(self.first, begin - _DAY), (end, self.last)]
        return [piece for piece in pieces if piece[0] <= piece[1]]

    def since(self, zone: ZoneInfo) -> datetime:
        """Return when it begins."""
        return midnight(self.first, zone)

    def until(self, zone: ZoneInfo) -> datetime:
        """Return when it is over."""
        return midnight(self.last + _DAY, zone)


def period_around(kind: Literal["day", "week", "month"], day: date) -> Period:
    """Return the day, the week from Monday on, or the month that a day is in."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        monday = day - day.weekday() * _DAY
        return Period(kind, monday, monday + 6 * _DAY)
    return Period(kind, day.replace(day=1), _month_after(day) - _DAY)


def _month_after(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
