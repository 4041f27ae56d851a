"""Days, weeks and months by the clock on the wall, also where it jumps."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from camloom.server.business.reports.models import ReportQuery
from camloom.server.business.reports.period import Period, period_around
from camloom.server.business.reports.timing import ReportTiming

BERLIN, SHANGHAI, SANTIAGO = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Shanghai", "America/Santiago"))
ZONES = (BERLIN, SHANGHAI, SANTIAGO, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia"), ZoneInfo("UTC"))


def test_a_week_goes_from_monday_to_sunday() -> None:
    week = period_around("week", date(2026, 11, 4))
    assert (week.first, week.last) == (date(2026, 11, 2), date(2026, 11, 8))
    assert (week.before.first, week.before.last) == (date(2026, 10, 26), date(2026, 11, 1))


def test_a_month_is_compared_with_the_month_before_however_long() -> None:
    march = period_around("month", date(2028, 3, 31))
    assert (march.first, march.last) == (date(2028, 3, 1), date(2028, 3, 31))
    assert (march.before.first, march.before.last) == (date(2028, 2, 1), date(2028, 2, 29))


def test_any_days_are_compared_with_as_many_before() -> None:
    some = Period("custom", date(2026, 1, 3), date(2026, 1, 7))
    assert (some.before.first, some.before.last) == (date(2025, 12, 29), date(2026, 1, 2))


def test_the_day_on_which_the_clock_goes_forward_has_23_hours() -> None:
    spring, autumn = period_around("day", date(2026, 3, 29)), period_around("day", date(2026, 10, 25))
    assert spring.until(BERLIN) - spring.since(BERLIN) == timedelta(hours=23)
    assert autumn.until(BERLIN) - autumn.since(BERLIN) == timedelta(hours=25)


def test_a_day_without_midnight_begins_when_the_clock_has_jumped() -> None:
    day = period_around("day", date(2026, 9, 6))
    assert day.since(SANTIAGO) == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert day.since(SANTIAGO).astimezone(SANTIAGO).time() == time(1)


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "custom"},
        {"period": "custom", "day": "2026-01-02", "last": "2026-01-01"},
        {"period": "custom", "day": "2025-01-01", "last": "2026-01-02"},
        {"period": "week", "last": "2026-01-01"},
        {"day": "1999-12-31"},
        {"period": "year"},
        {"severity": ["worst"]},
    ],
)
def test_periods_that_are_none_are_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReportQuery.model_validate(asked)


def test_a_time_that_the_clock_skips_is_told_an_hour_later_and_one_that_it_has_twice_once() -> None:
    daily = ReportTiming(every="daily", at=time(2, 30))
    times = [datetime(2026, 3, 28, tzinfo=UTC)]
    for _ in range(3):
        times.append(daily.next_after(times[-1], BERLIN))
    assert [one.astimezone(BERLIN).strftime("%d %H:%M") for one in times[1:]] == ["28 02:30", "29 03:30", "30 02:30"]
    autumn = daily.next_after(datetime(2026, 10, 24, 12, tzinfo=UTC), BERLIN)
    assert daily.next_after(autumn, BERLIN) - autumn == timedelta(hours=25)


def test_a_weekly_report_on_monday_is_about_the_week_before() -> None:
    weekly = ReportTiming(every="weekly", weekday="mon", at=time(8))
    monday = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)  # 8:00 in Shanghai
    assert weekly.next_after(monday - timedelta(seconds=1), SHANGHAI) == monday
    assert weekly.period(monday, SHANGHAI) == Period("week", date(2026, 11, 2), date(2026, 11, 8))
    assert weekly.period(monday - timedelta(seconds=1), SHANGHAI).last == date(2026, 11, 1)


def test_of_several_that_were_missed_the_last_one_counts() -> None:
    daily = ReportTiming(every="daily", at=time(7))
    late = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert daily.period(late, SHANGHAI) == Period("day", date(2026, 11, 19), date(2026, 11, 19))


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine with other work
@given(
    timing=st.builds(
        ReportTiming,
        every=st.sampled_from(["daily", "weekly", "monthly"]),
        at=st.times(),
        weekday=st.sampled_from(["mon", "wed", "sun"]),
        day=st.integers(1, 28),
    ),
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_it_is_due_once_in_each_period(timing: ReportTiming, zone: ZoneInfo, start: datetime) -> None:
    times = [timing.next_after(start, zone)]
    for _ in range(4):
        times.append(timing.next_after(times[-1], zone))
    assert start < times[0]
    assert timing.last_until(times[0], zone) == times[0]
    days = {"daily": (1, 2), "weekly": (7, 8), "monthly": (28, 32)}[timing.every]
    for one, other in pairwise(times):
        assert timing.last_until(other - timedelta(microseconds=1), zone) == one
        assert timedelta(days=days[0], hours=-2) <= other - one <= timedelta(days=days[1], hours=2)
        assert timing.period(one, zone).last < timing.period(other, zone).last
