"""Crossings by day are always what a count over their hours says, and a report says the same by either."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from tests.server.alarms import event
from tests.server.fakes import START
from tests.server.reports.conftest import BOSS, NOW, ReportSite

from camloom.server.business import flow_days as room
from camloom.server.business.flow_days import FLOW_DAYS, sum_flows
from camloom.server.business.proving import prove_sums
from camloom.server.business.reports.flows import flows_of
from camloom.server.business.reports.models import Flows
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.period import Period
from camloom.server.business.reports.subject import Subject
from camloom.server.business.sums import sums_zone
from camloom.server.database.tables import flow_day, flow_hour, flow_month, setting

_ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"]  # whose clock jumps over midnight
_LONG = Period("custom", date(2026, 7, 1), date(2027, 4, 30))


def _cross(site: ReportSite, task_id: str, hour: int, direction: str = "A->B") -> None:
    site.take(event(task_id, type="line.crossed", direction=direction, after_s=3600 * hour))


def _counted(site: ReportSite, zone: str) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for row in site.rows(flow_hour):
        day = row["at"].astimezone(ZoneInfo(zone)).date()
        counts[day, row["camera_id"], row["rule_id"], row["direction"]] += row["passed"]
    return counts


def _kept(site: ReportSite) -> Counter[Any]:
    rows = site.rows(flow_day)
    return Counter({(row["day"], row["camera_id"], row["rule_id"], row["direction"]): row["passed"] for row in rows})


def _months(site: ReportSite) -> Counter[Any]:
    rows = site.rows(flow_month)
    return Counter({(row["month"], row["camera_id"], row["rule_id"], row["direction"]): row["passed"] for row in rows})


def _by_month(days: Counter[Any]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for (day, *line), passed in days.items():
        counts[day.replace(day=1), *line] += passed
    return counts


def _told(site: ReportSite) -> Flows:
    with site.database.read() as connection:
        subject = Subject(BOSS, _LONG, sums_zone(connection))
        return flows_of(connection, subject, Names(connection, BOSS))


_steps = st.lists(
    st.tuples(st.sampled_from(["cross", "cross", "cross", "zone", "make", "once"]), st.integers(-2000, 4000)),
    max_size=20,
)


@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_whatever_comes_while_days_are_made_they_are_right(
    sqlite_site: ReportSite, steps: list[tuple[str, int]]
) -> None:
    site, zone = sqlite_site, _ZONES[0]
    with site.database.write() as connection:
        for table in (flow_day, flow_hour, flow_month):
            connection.execute(delete(table))
        connection.execute(delete(setting).where(setting.c.key == FLOW_DAYS))
    site.zone(zone)
    _, task_id = site.camera()
    for what, number in steps:
        match what:
            case "cross":
                _cross(site, task_id, number, ("A->B", "B->A")[number % 2])
            case "zone":
                site.zone(zone := _ZONES[number % 4])
            case "once":
                room._make_some(site.database, lambda: NOW)
            case _:
                sum_flows(site.database, lambda: NOW)
        assert _months(site) == _by_month(_kept(site))
        if what in ("zone", "once"):
            assert sum(map(sum, _by_day(site))) == sum(row["passed"] for row in site.rows(flow_hour))
    by_hours = _told(site)
    sum_flows(site.database, lambda: NOW)
    assert _kept(site) == _counted(site, zone)
    assert _months(site) == _by_month(_kept(site))
    assert _told(site) == by_hours
    assert prove_sums(site.database, lambda: NOW)[1] == []
    assert not sum_flows(site.database, lambda: NOW)


def _by_day(site: ReportSite) -> list[list[int]]:
    return [list(day.passed.values()) for day in _told(site).days]


def test_a_report_says_the_same_by_days_and_by_hours(site: ReportSite) -> None:
    ids = [site.camera(name)[1] for name in ("Gate", "Yard")]
    for number in range(60):
        _cross(site, ids[number % 2], 7 * number, ("A->B", "B->A")[number % 3 == 0])
    by_hours = _told(site)
    assert site.rows(flow_day) == []
    assert sum_flows(site.database, lambda: NOW)
    assert _told(site) == by_hours
    _cross(site, ids[0], 1)
    assert sum(map(sum, _by_day(site))) == 61
    with site.database.write() as connection:
        connection.execute(update(flow_hour).values(passed=flow_hour.c.passed + 1))
    assert _told(site) != by_hours  # of the days, which know nothing of it
    months, wrong = prove_sums(site.database, lambda: NOW)
    assert (months, wrong) == (1, [date(2026, 11, 1)])
    assert sum(map(sum, _by_day(site))) == sum(row["passed"] for row in site.rows(flow_hour))
    with site.database.write() as connection:
        connection.execute(update(flow_month).values(passed=flow_month.c.passed + 1))
    assert prove_sums(site.database, lambda: NOW)[1] == [date(2026, 11, 1)]
    assert _months(site) == _by_month(_kept(site))


def test_days_are_made_some_at_a_time(site: ReportSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_PIECE", 2)
    _, task_id = site.camera()
    for day in (0, 1, 5, 6, 40):
        _cross(site, task_id, 24 * day)
    for _ in range(2):
        room._make_some(site.database, lambda: NOW)
    days = [row["day"] - START.date() for row in site.rows(flow_day)]
    assert days == [timedelta(days=day) for day in (0, 1, 5, 6)]
    _cross(site, task_id, 24)  # of a day that is made
    _cross(site, task_id, 24 * 41)  # and of one that is not
    assert sum_flows(site.database, lambda: NOW)
    assert _kept(site) == _counted(site, "Asia/Shanghai")
