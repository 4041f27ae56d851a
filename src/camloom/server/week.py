"""Spans of the week, by the clock on the wall of the site."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, TypeAdapter, field_validator
from sqlalchemy import Connection, select

from camloom.config import StrictModel
from camloom.server.database.tables import setting

TIMEZONE = "timezone"
"""Key of the setting: a name such as Asia/Shanghai."""

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_S = 86_400


def _end_of_day(value: Any) -> Any:
    return "00:00" if value in ("24:00", "24:00:00") else value


TimeOfDay = Annotated[time, BeforeValidator(_end_of_day)]


class WeekSpan(StrictModel):
    """A part of the day on some days. It may go over midnight; the same start and end is a whole day."""

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1, max_length=7, description="on which it begins")
    start: TimeOfDay = time(0)
    end: TimeOfDay = time(0)

    @field_validator("start", "end")
    @classmethod
    def _no_zone(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("takes a plain time of day: the time zone is the site's")
        return value

    def covers(self, local: datetime) -> bool:
        """Tell whether a time of the wall clock is in it."""
        length_s = (_second(self.end) - _second(self.start)) % _DAY_S or _DAY_S
        into_s = (_second(local.time()) - _second(self.start)) % _DAY_S
        began = local.replace(tzinfo=None) - timedelta(seconds=into_s)
        return into_s < length_s and DAYS[began.weekday()] in self.days


Week = Annotated[tuple[WeekSpan, ...], Field(max_length=200)]
"""Any of its spans counts; none at all: always."""

_WEEK: TypeAdapter[tuple[WeekSpan, ...]] = TypeAdapter(Week)


def in_week(week: Sequence[WeekSpan], at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a moment is in one of the spans, or there are none."""
    local = at.astimezone(zone)
    return not week or any(span.covers(local) for span in week)


def week_of(kept: Any) -> tuple[WeekSpan, ...]:
    """Return a week as it is kept in the database."""
    return _WEEK.validate_python(kept or ())


def site_zone(connection: Connection) -> ZoneInfo:
    """Return the time zone of the site; UTC where none is set, or none that is known here."""
    name = connection.execute(select(setting.c.value).where(setting.c.key == TIMEZONE)).scalar()
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _second(value: time) -> float:
    return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond * 1e-6
