"""The sums by day are always what a count over the alarms would say."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, update
from tests.server.alarms import event, state
from tests.server.fakes import START
from tests.server.reports.conftest import NOW, ReportSite

from camloom.server.business import summing
from camloom.server.business.policies import PolicyEffect, PolicyOften
from camloom.server.business.proving import prove_sums
from camloom.server.business.summing import sum_up
from camloom.server.business.sums import line_of
from camloom.server.database.tables import WAITS, alarm, alarm_day, alarm_group_day, alarm_month, policy, setting
from camloom.server.database.upsert import put

_KEY = tuple(column.name for column in alarm_day.primary_key.columns)


Sums = dict[tuple[Any, ...], Counter[str]]


def _counted(site: ReportSite, zone: str, removed: Iterable[dict[str, Any]] = ()) -> Sums:
    """Count the alarms that there are, and those that there were, one by one."""
    lines = [line_of(row, ZoneInfo(zone)) for row in site.alarms() if not row["quiet"] and row["merged_into"] is None]
    sums: Sums = {}
    for line in [*lines, *({**one} for one in removed)]:
        sums.setdefault(tuple(line.pop(name) for name in _KEY), Counter()).update(line)
    return {key: +counts for key, counts in sums.items()}


def _kept(site: ReportSite) -> Sums:
    rows = site.rows(alarm_day)
    sums = {tuple(row.pop(name) for name in _KEY): Counter(row) for row in rows}
    assert all(number >= 0 for counts in sums.values() for number in counts.values())
    return {key: +counts for key, counts in sums.items() if +counts}


def _rolled(site: ReportSite, table: Table) -> Sums:
    """Return what a table says of which the rows are sums of those of `alarm_day`."""
    keys = [column.name for column in table.primary_key.columns]
    sums = {tuple(row.pop(name) for name in keys): Counter(row) for row in site.rows(table)}
    return {key: +counts for key, counts in sums.items() if +counts}


def _rolled_up(site: ReportSite, table: Table) -> Sums:
    """Return what it should say."""
    keys = [column.name for column in table.primary_key.columns]
    sums: Sums = {}
    for row in site.rows(alarm_day):
        row["month"] = row["day"].replace(day=1)
        here = sums.setdefault(tuple(row[name] for name in keys), Counter())
        here.update({column.name: row[column.name] for column in table.columns if not column.primary_key})
    return {key: +counts for key, counts in sums.items() if +counts}


_DONE = ["raise", "worse", "outage", "acknowledge", "true", "false", "reopen", "close", "policy", "remove", "zone"]
_ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin"]
_POLICIES = [
    PolicyEffect(merge_s=7200),
    PolicyEffect(quiet=True),
    PolicyEffect(often=PolicyOften(times=2, within_s=86_400)),
    PolicyEffect(),
]
_steps = st.lists(st.tuples(st.sampled_from(_DONE), st.integers(0, 9_000_000)), max_size=25)


class _Days:
    """What hosts, people and time do to alarms, over hundred days with months and a clock that jumps in them."""

    def __init__(self, site: ReportSite) -> None:
        with site.database.write() as connection:
            for table in (alarm, alarm_day, alarm_month, alarm_group_day, policy):
                connection.execute(delete(table))
        self.site, self.removed, self.zone = site, list[dict[str, Any]](), _ZONES[0]
        site.zone(self.zone)
        self.task_id = site.camera()[1]

    def do(self, what: str, second: int) -> None:
        alarms, incident = self.site.alarms(), f"i{second % 5}"
        match what:
            case "raise":
                self.site.take(event(self.task_id, "start", after_s=second, incident=incident))
            case "worse":
                more: dict[str, Any] = {"severity": "critical", "incident": incident}
                self.site.take(event(self.task_id, "update", after_s=second, **more))
            case "outage":
                self.site.take(state(self.task_id, ("offline", "online")[second % 2], second))
            case "policy":
                self.site.policy(_POLICIES[second % 4])
            case "zone" if not self.removed:  # what is gone stays where it was, and is not counted here then
                self.zone = _ZONES[second % 4]
                self.site.zone(self.zone)
            case "remove" if alarms:
                self._remove(alarms[second % len(alarms)])
            case "acknowledge" | "true" | "false" | "reopen" | "close" if alarms:
                at = START + timedelta(seconds=second)
                self.site.handle(alarms[second % len(alarms)]["id"], at, what)

    def _remove(self, row: dict[str, Any]) -> None:
        if not row["quiet"] and row["merged_into"] is None:
            self.removed.append(line_of(row, ZoneInfo(self.zone)))
        with self.site.database.write() as connection:
            connection.execute(delete(alarm).where(alarm.c.id == row["id"]))


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_whatever_happens_to_alarms_the_sums_are_right(sqlite_site: ReportSite, steps: list[tuple[str, int]]) -> None:
    days = _Days(sqlite_site)
    for what, second in steps:
        days.do(what, second)
    assert _kept(days.site) == _counted(days.site, days.zone, days.removed)
    for table in (alarm_month, alarm_group_day):
        assert _rolled(days.site, table) == _rolled_up(days.site, table)
    assert prove_sums(days.site.database, lambda: NOW)[1] == []


def test_sums_that_are_wrong_are_found_and_mended(site: ReportSite) -> None:
    _, task_id = site.camera()
    for month in (9, 10, 11):
        site.alarm(task_id, f"2026-{month:02}-03T07:30:00+08:00", handled_s=40, verdict="true")
    right = [site.rows(table) for table in (alarm_month, alarm_group_day)]
    assert prove_sums(site.database, lambda: NOW) == (3, [])
    with site.database.write() as connection:
        connection.execute(update(alarm_month).where(alarm_month.c.month == date(2026, 9, 1)).values(wait_60=7))
        connection.execute(delete(alarm_group_day).where(alarm_group_day.c.day >= date(2026, 11, 1)))
    assert prove_sums(site.database, lambda: NOW) == (3, [date(2026, 9, 1), date(2026, 11, 1)])
    assert [site.rows(table) for table in (alarm_month, alarm_group_day)] == right


def test_one_that_is_part_of_another_is_not_counted(site: ReportSite) -> None:
    _, task_id = site.camera()
    site.policy(PolicyEffect(merge_s=60))
    site.take(event(task_id, after_s=0), event(task_id, after_s=10), event(task_id, after_s=300))
    assert sum(row["alarms"] for row in site.rows(alarm_day)) == 2


def test_another_clock_on_the_wall_moves_alarms_to_other_days(site: ReportSite) -> None:
    _, task_id = site.camera()
    site.alarm(task_id, "2026-11-03T07:30:00+08:00", handled_s=40, verdict="true")
    site.alarm(task_id, "2026-11-03T23:30:00+08:00")
    assert [(str(row["day"]), row["hour_07"], row["hour_23"]) for row in site.rows(alarm_day)] == [("2026-11-03", 1, 1)]
    site.zone("Europe/Berlin")
    rows = site.rows(alarm_day)
    assert [(str(row["day"]), row["hour_00"], row["hour_16"]) for row in rows] == [("2026-11-03", 1, 1)]
    site.zone("Asia/Kolkata")
    rows = site.rows(alarm_day)
    assert [(str(row["day"]), row["hour_05"], row["hour_21"]) for row in rows] == [("2026-11-03", 1, 1)]
    assert (rows[0]["judged_true"], rows[0]["wait_60"], sum(rows[0][name] for name in WAITS)) == (1, 1, 1)
    assert not sum_up(site.database, lambda: NOW)


def test_sums_are_moved_a_few_alarms_at_a_time_while_people_go_on(
    site: ReportSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "_PIECE", 2)
    _, task_id = site.camera()
    ids = [site.alarm(task_id, f"2026-11-0{day}T23:30:00+08:00") for day in range(1, 7)]
    with site.database.write() as connection:
        put(connection, setting, {"key": "timezone", "value": "Europe/Berlin"})
    summing._move_some(site.database, lambda: NOW)
    assert sum(row["alarms"] for row in site.rows(alarm_day)) == 6
    for one in (ids[0], ids[5]):  # one that was moved, and one that was not
        site.handle(one, NOW, "false")
    site.alarm(task_id, "2026-11-01T22:30:00+08:00")  # told late
    site.alarm(task_id, "2026-11-06T22:30:00+08:00")
    assert sum_up(site.database, lambda: NOW)
    assert _kept(site) == _counted(site, "Europe/Berlin")
    for table in (alarm_month, alarm_group_day):
        assert _rolled(site, table) == _rolled_up(site, table)
    assert not sum_up(site.database, lambda: NOW)


def test_an_hour_that_the_clock_has_twice_is_one_hour(site: ReportSite) -> None:
    site.zone("Europe/Berlin")
    _, task_id = site.camera()
    for at in ("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00", "2026-10-25T22:59:00+00:00"):
        site.alarm(task_id, at)
    (row,) = site.rows(alarm_day)
    assert (str(row["day"]), row["hour_02"], row["hour_23"], row["alarms"]) == ("2026-10-25", 2, 1, 3)


def test_sums_outlive_the_alarms(site: ReportSite) -> None:
    _, task_id = site.camera()
    gone = site.alarm(task_id, "2026-10-03T07:30:00+08:00")
    site.alarm(task_id, "2026-11-03T07:30:00+08:00")
    with site.database.write() as connection:
        connection.execute(delete(alarm).where(alarm.c.id == gone))
        connection.execute(update(alarm).values(began_at=alarm.c.began_at))
    site.zone("Asia/Tokyo")
    days = [(str(row["day"]), row["hour_07"], row["hour_08"]) for row in site.rows(alarm_day)]
    assert days == [("2026-10-03", 1, 0), ("2026-11-03", 0, 1)]
