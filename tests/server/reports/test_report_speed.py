"""A report over a million alarms, from the sums."""

import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tests.server.fakes import START
from tests.server.million import spender

from camloom.server.access import Principal, Role
from camloom.server.business.flow_days import sum_flows
from camloom.server.business.proving import prove_sums
from camloom.server.business.reports.making import make_report
from camloom.server.business.reports.models import ReportFilter
from camloom.server.business.reports.period import Period, period_around
from camloom.server.database import Database
from camloom.server.database.tables import HOURS, WAITS, alarm_day, camera, camera_group, host

EVERYBODY = Principal("", "all", Role.VIEWER, None)
SOME = Principal("", "some", Role.VIEWER, frozenset({"g3", "g7"}))
_CAMERAS, _DAYS, _EACH = 100, 730, 7
_FIRST = date(2025, 1, 1)


def _rows() -> Iterator[dict[str, Any]]:
    """Yield two years of 2 million alarms: 100 cameras, 27 alarms a day each, of four kinds."""
    nothing = dict.fromkeys((*WAITS, *HOURS), 0)
    for number in range(_DAYS * _CAMERAS * 4):
        day, rest = divmod(number, _CAMERAS * 4)
        camera, kind = divmod(rest, 4)
        key = {"camera_id": f"c{camera}", "camera_group_id": f"g{camera % 10}", "template": f"t{kind}"}
        counts = {"alarms": _EACH, "judged_true": 2, "judged_false": 1, WAITS[number % 9]: 4}
        hours = {HOURS[(number + n) % 24]: 1 for n in range(_EACH)}
        told = {"day": _FIRST + timedelta(days=day), "severity": ("info", "minor", "major", "critical")[kind]}
        yield {**nothing, **key, **told, **counts, **hours}


def _fill(database: Database) -> None:
    rows = list(_rows())
    with database.write() as connection:
        for begin in range(0, len(rows), 5000):
            connection.execute(insert(alarm_day), rows[begin : begin + 5000])
        connection.exec_driver_sql(_flows(database))
        cameras = [{**_CAMERA, "id": f"c{number}", "camera_group_id": f"g{number % 10}"} for number in range(_CAMERAS)]
        connection.execute(insert(camera_group), [{"id": f"g{number}", "name": "x"} for number in range(10)])
        connection.execute(insert(host).values(id="h", name="box", created_at=START, revision=0, ordered=""))
        connection.execute(insert(camera), cameras)
    prove_sums(database, lambda: START)
    sum_flows(database, lambda: START)


_CAMERA: dict[str, Any] = {
    **{"host_id": "h", "name": "Gate", "place": "", "source": {}, "enabled": True, "created_at": START},
    **{"condition": "online", "reason": "", "detail": "", "stream": {}},
}


def _flows(database: Database) -> str:
    """Return the statement that writes a year of hours of a line on each camera, crossed both ways."""
    first_us, hours = int(START.timestamp()) // 3600 * 3_600_000_000 - 306 * 86_400_000_000, 365 * 24
    count = hours * _CAMERAS * 2
    numbers = (
        f"with recursive series(n) as (select 0 union all select n + 1 from series where n < {count - 1})"
        if database.is_sqlite
        else f"with series as (select generate_series(0, cast({count - 1} as bigint)) as n)"
    )
    at = f"{first_us} + n / {_CAMERAS * 2} * 3600000000"
    mod = "%" if database.is_sqlite else "%%"
    camera_id, way = f"'c' || (n {mod} {_CAMERAS})", f"case when n / {_CAMERAS} {mod} 2 = 0 then 'A->B' else 'B->A' end"
    columns = "at, camera_id, rule_id, direction, passed"
    selected = f"select {at}, {camera_id}, 'r1', {way}, 3 from series"  # all of it is ours
    return f"insert into flow_hour ({columns}) {numbers} {selected}"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_report_over_a_million_alarms(database: Database, record_property: Any) -> None:
    _fill(database)
    year = Period("custom", date(2026, 1, 1), date(2026, 12, 31))
    askew = Period("custom", date(2026, 1, 2), date(2026, 12, 30))
    month = period_around("month", date(2026, 6, 1))
    named = ReportFilter(camera=[f"c{number}" for number in range(_CAMERAS)])
    cases = [(who, period, ReportFilter()) for who in (EVERYBODY, SOME) for period in (month, year, askew)]
    for principal, period, asked in [*cases, (EVERYBODY, year, ReportFilter(camera=["c7"])), (EVERYBODY, year, named)]:
        with database.read() as connection:
            spent_s = spender(connection)
            times_ms = []
            for _ in range(5):
                began_s = spent_s()
                report = make_report(connection, principal, period, asked, START)
                times_ms.append(1000 * (spent_s() - began_s))
        who = f"{database.engine.dialect.name} {principal.name} {len(asked.camera)} named, {period.length} days"
        record_property("report", f"{who}, {report.totals.alarms} alarms: {statistics.median(times_ms):.0f} ms of CPU")
    assert sum(part.alarms for part in report.cameras) == report.totals.alarms
    assert sum(sum(day.passed.values()) for day in report.flows.days) > 0
