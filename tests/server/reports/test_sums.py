"""The sums by day are always what a count over the alarms would say."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from tests.server.alarms import event, state
from tests.server.fakes import START
from tests.server.reports.conftest import NOW, ReportSite

from camloom.server.business import summing
from camloom.server.business.policies import PolicyEffect
from camloom.server.business.summing import sum_up
from camloom.server.business.sums import line_of
from camloom.server.database.tables import WAITS, alarm, alarm_day, setting
from camloom.server.database.upsert import put

_KEY = tuple(column.name for column in alarm_day.primary_key.columns)


def _counted(site: ReportSite, zone: str) -> dict[tuple[Any, ...], Counter[str]]:
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for row in site.alarms():
        if not row["quiet"] and row["merged_into"] is None:
            line = line_of(row, ZoneInfo(zone))
            sums.setdefault(tuple(line.pop(name) for name in _KEY), Counter()).update(line)
    return {key: +counts for key, counts in sums.items()}


def _kept(site: ReportSite) -> dict[tuple[Any, ...], Counter[str]]:
    rows = site.rows(alarm_day)
    sums = {tuple(row.pop(name) for name in _KEY): Counter(row) for row in rows}
    assert all(number >= 0 for counts in sums.values() for number in counts.values())
    return {key: +counts for key, counts in sums.items() if +counts}


_steps = st.lists(
    st.tuples(
        st.sampled_from(["raise", "worse", "outage", "acknowledge", "true", "false", "reopen", "close", "note"]),
        st.integers(0, 200_000),
    ),
    max_size=25,
)


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_whatever_happens_to_alarms_the_sums_are_right(sqlite_site: ReportSite, steps: list[tuple[str, int]]) -> None:
    site = sqlite_site
    with site.database.write() as connection:
        connection.execute(delete(alarm))
        connection.execute(delete(alarm_day))
    _, task_id = site.camera()
    for number, (what, second) in enumerate(steps):
        alarms = site.alarms()
        if what == "raise":
            site.take(event(task_id, "start", after_s=second, incident=f"i{second % 5}"))
        elif what == "worse":
            site.take(event(task_id, "update", after_s=second, incident=f"i{second % 5}", severity="critical"))
        elif what == "outage":
            site.take(state(task_id, ("offline", "online")[second % 2], second))
        elif alarms and what != "note":
            site.handle(alarms[second % len(alarms)]["id"], START + timedelta(seconds=second + number), what)
    assert _kept(site) == _counted(site, "Asia/Shanghai")


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
