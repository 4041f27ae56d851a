"""When a report is due, by the clock on the wall of the site."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from camloom.config import StrictModel
from camloom.server.business.reports.period import Period, period_around
from camloom.server.week import DAYS, Day

_REACH_DAYS = 33
_KINDS: dict[str, Literal["day", "week", "month"]] = {"daily": "day", "weekly": "week", "monthly": "month"}


class ReportTiming(StrictModel):
    """Every day about the day before, every week about the week before, every month about the month before."""

    every: Literal["daily", "weekly", "monthly"] = "weekly"
    at: time = time(8)
    weekday: Day = Field(default="mon", description="of `weekly`")
    day: int = Field(default=1, ge=1, le=28, description="of the month, of `monthly`")

    @field_validator("at")
    @classmethod
    def _no_zone(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("takes a plain time of day: the time zone is the site's")
        return value.replace(second=0, microsecond=0)

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return when it is due next."""
        return next(at for at in self._around(moment, zone, 1) if at > moment)

    def last_until(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return when it was due last."""
        return next(at for at in self._around(moment, zone, -1) if at <= moment)

    def period(self, moment: datetime, zone: ZoneInfo) -> Period:
        """Return the period of the report that was due last: if several were missed, only the newest is of use."""
        day = self.last_until(moment, zone).astimezone(zone).date()
        return period_around(_KINDS[self.every], day).before

    def _around(self, moment: datetime, zone: ZoneInfo, step: int) -> Iterator[datetime]:
        """Yield when it is due, from yesterday on or from tomorrow back."""
        today = moment.astimezone(zone).date()
        for number in range(-1, _REACH_DAYS):
            day = today + timedelta(days=number * step)
            if self._fits(day):
                # A time that a clock skips is told as if it did not; of one that it has twice, this is the first.
                yield datetime.combine(day, self.at, zone).astimezone(UTC)

    def _fits(self, day: date) -> bool:
        if self.every == "weekly":
            return DAYS[day.weekday()] == self.weekday
        return self.every == "daily" or day.day == self.day
