"""A report over a million alarms, from the sums."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tests.server.fakes import START

from camloom.server.access import Principal, Role
from camloom.server.business.reports.making import make_report
from camloom.server.business.reports.models import ReportFilter
from camloom.server.business.reports.period import Period, period_around
from camloom.server.database import Database
from camloom.server.database.tables import HOURS, WAITS, alarm_day

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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_report_over_a_million_alarms(database: Database, record_property: Any) -> None:
    rows = list(_rows())
    with database.write() as connection:
        for begin in range(0, len(rows), 5000):
            connection.execute(insert(alarm_day), rows[begin : begin + 5000])
    year = Period("custom", date(2026, 1, 1), date(2026, 12, 31))
    month = period_around("month", date(2026, 6, 1))
    for principal in (EVERYBODY, SOME):
        for period in (month, year):
            times_ms = []
            for _ in range(5):
                began_s = time.perf_counter()
                with database.read() as connection:
                    report = make_report(connection, principal, period, ReportFilter(), START)
                times_ms.append(1000 * (time.perf_counter() - began_s))
            told = (
                f"{database.engine.dialect.name} {principal.name} {period.length} days, {report.totals.alarms} alarms"
            )
            record_property("report", f"{told}: {statistics.median(times_ms):.0f} ms")
    assert sum(part.alarms for part in report.cameras) == report.totals.alarms
