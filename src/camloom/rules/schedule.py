"""When a rule may speak: spans of the day, on days of the week or on workdays and holidays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from camloom.config import StrictModel
from camloom.config.document import read_document
from camloom.errors import ConfigError

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workday", "holiday"]
DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY_S = 86400
_SATURDAY = 5
_MAX_DATES = 4000
_RANGE = re.compile(r"^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$")


def _time_of_day(value: Any) -> Any:
    """Take the end of a day as the beginning of the next."""
    return "00:00" if value in ("24:00", "24:00:00") else value


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


def _dates(value: Any) -> Any:
    """Take a list of dates and of spans such as 2026-10-01..2026-10-07."""
    if not isinstance(value, list | tuple):
        raise ValueError("needs a list of dates such as 2026-10-01 or 2026-10-01..2026-10-07")
    found = [one for item in value for one in _each_date(item)]
    if len(found) > _MAX_DATES:
        raise ValueError(f"stands for more than {_MAX_DATES} dates")
    return found


def _each_date(value: Any) -> Iterator[Any]:
    match = _RANGE.match(value) if isinstance(value, str) else None
    if match is None:
        yield value
        return
    first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
    if not first <= last < first + timedelta(days=_MAX_DATES):
        raise ValueError(f"'{value}' ends before it begins, or is too long")
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


Dates = Annotated[
    tuple[date, ...],
    BeforeValidator(_dates),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
]
"""Dates as a user writes them."""


def read_calendar(path: str) -> dict[str, Any]:
    """Return what a file of holidays says: `{holidays: [...], workdays: [...]}`, or just the list of holidays.

    Raises:
        ValueError: it cannot be read, or says something else.
    """
    try:
        document, _ = read_document(Path(path).expanduser())
    except ConfigError as error:
        raise ValueError(str(error)) from error
    if isinstance(document, list):
        return {"holidays": document}
    if not isinstance(document, dict) or not {"holidays", "workdays"} >= set(document) > set():
        raise ValueError(f"{path} is no calendar: it needs `holidays: [...]`, and `workdays: [...]` if there are any")
    return document


class WindowConfig(StrictModel):
    """A span of the day on some days; it may go over midnight."""

    days: tuple[Day, ...] = Field(
        default=DAYS, min_length=1, description="days on which the span begins: mon to sun, workday, holiday"
    )
    start: TimeOfDay = Field(default=time(0), description="local time at which it begins, such as 22:00")
    end: TimeOfDay = Field(default=time(0), description="local time at which it ends; the same as start: a whole day")

    @field_validator("start", "end")
    @classmethod
    def _no_zone(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("takes a plain time of day; the time zone is the gate's `timezone`")
        return value


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked: Monday to Friday, but for holidays, and whatever else is named.

    Args:
        holidays: no workdays, whichever day of the week they are.
        workdays: workdays, whichever day of the week they are.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]

    def names_of(self, day: date) -> tuple[Day, Day]:
        """Return what a day is called in a schedule: its day of the week, and `workday` or `holiday`."""
        worked = day in self.workdays or (day.weekday() < _SATURDAY and day not in self.holidays)
        return DAYS[day.weekday()], "workday" if worked else "holiday"


def seconds_into(window: WindowConfig, calendar: Calendar, local: datetime) -> float | None:
    """Return how long ago the span that covers a local time began; None outside of it.

    Times are those that a clock on the wall shows: where it is put forward or back over night, the span is so much
    shorter or longer, and ends when the clock says so.
    """
    begin_s = _second_of_day(window.start)
    length_s = (_second_of_day(window.end) - begin_s) % _DAY_S or _DAY_S
    into_s = (_second_of_day(local.time()) - begin_s) % _DAY_S
    began = (local.replace(tzinfo=None) - timedelta(seconds=into_s)).date()
    return into_s if into_s < length_s and set(calendar.names_of(began)) & set(window.days) else None


def _second_of_day(value: time) -> float:
    return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond * 1e-6
