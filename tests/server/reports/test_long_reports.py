"""A report says what a count over the alarms says, of whatever days, of whatever is asked, for whoever asks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete

from camloom.server.access import Principal, Role
from camloom.server.business.reports.counting import count
from camloom.server.business.reports.models import ReportFilter
from camloom.server.business.reports.period import Period, period_around
from camloom.server.business.reports.subject import Subject
from camloom.server.business.sums import SUMS, add_line, line_of
from camloom.server.database import Database

_BEGIN = datetime(2026, 8, 20, tzinfo=UTC)
_DAYS = 100  # from August to November: months of 30 and 31 days, and pieces of two
_ZONES = ("Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin")
_KINDS = ("camera_id", "template", "severity")
_MANY = [f"gone {number}" for number in range(25)]  # of so many cameras the days of whole groups are read
Row = dict[str, Any]


@st.composite
def _alarms(draw: st.DrawFn) -> Row:
    """Draw an alarm, as far as it is counted."""
    began_at = _BEGIN + timedelta(minutes=draw(st.integers(0, _DAYS * 24 * 60)))
    camera = draw(st.integers(0, 3))
    waited = draw(st.none() | st.integers(0, 700_000))
    return {
        "camera_id": f"c{camera}",
        "camera_group_id": (None, "g1", "g2", "g2")[camera],
        "template": draw(st.sampled_from(("fall", "smoke"))),
        "severity": draw(st.sampled_from(("minor", "major"))),
        "began_at": began_at,
        "received_at": began_at,
        "handled_at": None if waited is None else began_at + timedelta(seconds=waited),
        "verdict": draw(st.none() | st.sampled_from(("true", "false"))) if waited is not None else None,
    }


_days = st.dates(date(2026, 8, 15), date(2026, 12, 5))
_periods = st.tuples(_days, _days).map(lambda pair: Period("custom", min(pair), max(pair))) | _days.map(
    lambda day: period_around("month", day)
)
_filters = st.builds(
    ReportFilter,
    camera=st.lists(st.sampled_from(("c1", "c2", "c3", "gone")), max_size=3).flatmap(
        lambda some: st.sampled_from((some, [*some, *_MANY]))
    ),
    template=st.lists(st.just("fall"), max_size=1),
    severity=st.lists(st.just("major"), max_size=1),
)
_eyes = st.sampled_from((None, frozenset({"g1", "g2"}), frozenset({"g2"}), frozenset[str]()))


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(_alarms(), max_size=40),
    zone=st.sampled_from(_ZONES),
    asked=st.lists(st.tuples(_periods, _filters, _eyes), min_size=3, max_size=3),
)
def test_a_report_is_a_count(
    sqlite_database: Database, rows: list[Row], zone: str, asked: list[tuple[Period, ReportFilter, Any]]
) -> None:
    _check(sqlite_database, rows, ZoneInfo(zone), asked)


def test_a_report_is_a_count_on_every_database(database: Database) -> None:
    rows = [_alarm(number) for number in range(200)]
    whole = Period("custom", date(2026, 8, 20), date(2026, 11, 27))
    pieces = [
        whole,
        whole.before,
        Period("custom", date(2026, 9, 1), date(2026, 9, 30)),
        period_around("week", _BEGIN.date()),
    ]
    filters = [ReportFilter(), ReportFilter(camera=["c1", "c2"]), ReportFilter(severity=["major"], template=["fall"])]
    filters += [ReportFilter(camera=[*some, *_MANY]) for some in (["c1", "c2"], ["c0", "c1", "c2", "c3"], ["c2"])]
    asked = [(period, one, who) for period in pieces for one in filters for who in (None, frozenset({"g2"}))]
    _check(database, rows, ZoneInfo("Asia/Kolkata"), asked)


def _alarm(number: int) -> Row:
    began_at = _BEGIN + timedelta(hours=number * 12 % (_DAYS * 24), minutes=number)
    camera, handled = number % 4, number % 3 == 0
    return {
        "camera_id": f"c{camera}",
        "camera_group_id": (None, "g1", "g2", "g2")[camera],
        "template": ("fall", "smoke")[number % 2],
        "severity": ("minor", "major", "major")[number % 3],
        "began_at": began_at,
        "received_at": began_at,
        "handled_at": began_at + timedelta(seconds=number) if handled else None,
        "verdict": "false" if handled else None,
    }


def _check(database: Database, rows: list[Row], zone: ZoneInfo, asked: list[tuple[Period, ReportFilter, Any]]) -> None:
    with database.write() as connection:
        for table in SUMS:
            connection.execute(delete(table))
        for row in rows:
            add_line(connection, line_of(row, zone))
    with database.read() as connection:
        for period, only, groups in asked:
            principal = Principal("", "one", Role.VIEWER, groups)
            counts = count(connection, Subject(principal, period, zone, only))
            seen = [row for row in rows if _fits(row, only, principal)]
            here, before = (_within(seen, zone, one) for one in (period, period.before))
            assert _told(counts.kinds) == _by_kind(here)
            assert {key: told["alarms"] for key, told in _told(counts.before).items()} == _count_kinds(before)
            assert {day: hours for day, hours in counts.days.items() if any(hours)} == _by_day(here, zone)
            assert {day: many for day, many in counts.days_before.items() if many} == _count_days(before, zone)


def _fits(row: Row, only: ReportFilter, principal: Principal) -> bool:
    asked = ((only.camera, "camera_id"), (only.template, "template"), (only.severity, "severity"))
    return principal.sees(row["camera_group_id"]) and all(not some or row[name] in some for some, name in asked)


def _within(rows: list[Row], zone: ZoneInfo, period: Period) -> list[Row]:
    return [row for row in rows if period.first <= row["began_at"].astimezone(zone).date() <= period.last]


def _told(rows: Any) -> dict[tuple[str, ...], Counter[str]]:
    told = {tuple(row[name] for name in _KINDS): Counter({**row} | dict.fromkeys(_KINDS, 0)) for row in rows}
    return {key: +counts for key, counts in told.items() if +counts}


def _by_kind(rows: list[Row]) -> dict[tuple[str, ...], Counter[str]]:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        line = {name: number for name, number in line_of(row, ZoneInfo("UTC")).items() if type(number) is int}
        told = Counter({name: number for name, number in line.items() if not name.startswith("hour_")})
        found.setdefault(tuple(row[name] for name in _KINDS), Counter()).update(told)
    return {key: +counts for key, counts in found.items()}


def _count_kinds(rows: list[Row]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row[name] for name in _KINDS) for row in rows)


def _count_days(rows: list[Row], zone: ZoneInfo) -> Counter[date]:
    return Counter(row["began_at"].astimezone(zone).date() for row in rows)


def _by_day(rows: list[Row], zone: ZoneInfo) -> dict[date, list[int]]:
    days: dict[date, list[int]] = {}
    for row in rows:
        local = row["began_at"].astimezone(zone)
        days.setdefault(local.date(), [0] * 24)[local.hour] += 1
    return days


@pytest.mark.parametrize(
    ("first", "last", "months", "edges"),
    [
        ("2026-01-01", "2026-12-31", ("2026-01-01", "2026-12-01"), []),
        (
            "2026-01-02",
            "2026-03-30",
            ("2026-02-01", "2026-02-01"),
            [("2026-01-02", "2026-01-31"), ("2026-03-01", "2026-03-30")],
        ),
        ("2026-02-01", "2026-02-28", ("2026-02-01", "2026-02-01"), []),
        ("2026-02-01", "2026-02-27", None, [("2026-02-01", "2026-02-27")]),
        ("2025-12-15", "2026-01-31", ("2026-01-01", "2026-01-01"), [("2025-12-15", "2025-12-31")]),
        ("2026-05-31", "2026-06-01", None, [("2026-05-31", "2026-06-01")]),
        ("2026-05-07", "2026-05-07", None, [("2026-05-07", "2026-05-07")]),
    ],
)
def test_whole_months_and_other_days_of_a_period(first: str, last: str, months: Any, edges: Any) -> None:
    period = Period("custom", date.fromisoformat(first), date.fromisoformat(last))
    assert (period.months and tuple(map(str, period.months))) == months
    assert [tuple(map(str, piece)) for piece in period.edges] == edges
