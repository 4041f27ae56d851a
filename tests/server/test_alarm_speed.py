"""The list of alarms reads a page from an index, whatever is asked for, however many alarms there are."""

import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from tests.server.fakes import START
from tests.server.million import fill

from camloom.server.access import Principal, Role
from camloom.server.business.alarm_list import list_page, page_search
from camloom.server.business.alarm_looks import statement_of
from camloom.server.business.alarm_models import AlarmPage
from camloom.server.business.timeline import timeline_of
from camloom.server.database import Database

NOW = START + timedelta(days=365)
_ROWS = 1_000_000
EVERYBODY = Principal("", "all", Role.VIEWER, None)
SOME = Principal("", "some", Role.VIEWER, frozenset({"g3", "g7", "g11", "none"}))
MANY = Principal("", "many", Role.VIEWER, frozenset(f"g{number}" for number in range(20)))
ONE = Principal("", "one", Role.VIEWER, frozenset({"g5"}))

# Of every filter: what is common, what is rare, several values, what there is none of.
FILTERS: dict[str, list[Any]] = {
    "camera": [["c7"], ["c7", "c8", "c90"], ["gone"], [f"c{number}" for number in range(100)]],
    "group": [["g3"], ["g1", "g2", "gone"]],
    "template": [["fall"], ["intrusion"], ["fall", "loitering"]],
    "severity": [["critical"], ["major"], ["minor", "info"]],
    "handling": [["new"], ["closed"]],
    "verdict": [["true"], ["true", "false"]],
    "assignee": ["x"],
    "text": ["camera 42", "gate", "nowhere"],
    "quiet": [True],
    "merged_into": ["a1"],
    "since": [NOW - timedelta(days=300)],
    "until": [NOW - timedelta(days=199)],
}


def _asked() -> Iterator[dict[str, Any]]:
    """Yield nothing, every filter, and every two of them."""
    yield {}
    one = [(name, value) for name, values in FILTERS.items() for value in values]
    yield from ({name: value} for name, value in one)
    yield from (dict(pair) for pair in itertools.combinations(one, 2) if pair[0][0] != pair[1][0])


CASES = [(EVERYBODY, asked) for asked in _asked()]
CASES += [(who, asked) for who in (ONE, SOME, MANY) for asked in _asked() if len(asked) < 2 and "group" not in asked]


def _plan(connection: Connection, principal: Principal, asked: dict[str, Any]) -> list[str]:
    """Return what SQLite does for one look, before and after as many as wanted are known."""
    search = page_search(connection, principal, AlarmPage(**asked), NOW, (NOW - timedelta(days=1), "x"))
    if search is None:
        return []
    looked_up = {f"look{number}": value for number, value in enumerate(search.looks[0])}
    values = {**search.values, **looked_up, "limit": 51, "floor_at": 0, "floor_id": ""}
    return [
        what
        for floor in (False, True)
        for *_, what in connection.exec_driver_sql(f"explain query plan {statement_of(search, floor=floor)}", values)
    ]


def _by_index(plan: list[str]) -> bool:
    """Tell whether every look goes through an index in the order of the list: nothing is sorted."""
    looks = [what for what in plan if " alarm " in f"{what} "]
    by_index = all("SEARCH alarm USING" in what and "ix_alarm_" in what for what in looks)
    return by_index and not any("TEMP B-TREE" in what for what in plan)


def test_sqlite_finds_a_page_by_index_whatever_is_asked(sqlite_database: Database) -> None:
    fill(sqlite_database, 1000)  # words to be found; the planner knows nothing of how many rows there are
    with sqlite_database.read() as connection:
        for principal, asked in CASES:
            plan = _plan(connection, principal, asked)
            assert _by_index(plan), f"{principal.name} {asked}: {plan[:9]}"


def test_of_two_bounds_in_time_one_is_said(sqlite_database: Database) -> None:
    """SQLite would take either as that of the range that it reads, and check the other row by row."""
    asked = AlarmPage(since=NOW - timedelta(days=300), until=NOW)
    with sqlite_database.read() as connection:
        first = page_search(connection, EVERYBODY, asked, NOW, None)
        further = page_search(connection, EVERYBODY, asked, NOW, (NOW - timedelta(days=1), "x"))
    assert first is not None
    assert further is not None
    said = [statement_of(search, floor=floor) for search in (first, further) for floor in (False, True)]
    assert [(":since" in one, ":floor_at" in one, ":until" in one, ":after_at" in one) for one in said] == [
        (True, False, True, False),
        (False, True, True, False),
        (True, False, False, True),
        (False, True, False, True),
    ]


def test_two_filters_begin_the_index(sqlite_database: Database) -> None:
    looked_up = {
        ("camera", "handling"): "camera_id=? AND standing=?",
        ("camera", "template"): "camera_id=? AND template=?",
        ("group", "verdict"): "camera_group_id=? AND standing=?",
        ("group", "template"): "camera_group_id=? AND template=?",
        ("severity", "template"): "template=? AND standing=?",
        ("severity", "verdict"): "standing=?",
    }
    with sqlite_database.read() as connection:
        for names, columns in looked_up.items():
            plan = _plan(connection, EVERYBODY, {name: FILTERS[name][0] for name in names})
            looks = [what for what in plan if "SEARCH alarm" in what]
            assert looks, plan
            assert all(columns in what for what in looks), looks


@pytest.mark.parametrize("principal", [EVERYBODY, SOME, ONE], ids=lambda one: one.name)
def test_a_page_is_what_a_look_at_each_alarm_says(database: Database, principal: Principal) -> None:
    fill(database, 3000)
    with database.read() as connection:
        every = [row for quiet in (False, True) for row in _all(connection, EVERYBODY, {"quiet": quiet})]
        for asked in SOME_ASKED:
            wanted = [row.id for row in every if _fits(row, principal, asked)]
            assert [row.id for row in _all(connection, principal, asked)] == wanted, asked


SOME_ASKED: list[dict[str, Any]] = [
    {},
    {"quiet": True},
    {"camera": ["c7", "c3"]},
    {"severity": ["major"], "verdict": ["false"]},
    {"group": ["g3", "g5"], "handling": ["closed"]},
    {"template": ["fall"], "text": "GATE"},
    {"since": NOW - timedelta(days=90), "template": ["loitering"], "severity": ["minor"]},
    {"camera": [f"c{number}" for number in range(100)], "severity": ["minor", "info"], "handling": ["new", "closed"]},
    {"severity": ["info", "minor", "major", "critical"], "handling": ["new", "acknowledged", "closed"]},
]


def _all(connection: Connection, principal: Principal, asked: dict[str, Any]) -> list[Any]:
    """Return a whole list, page by page."""
    found: list[Any] = []
    after: str | None = None
    while True:
        page = list_page(connection, principal, AlarmPage(**asked, after=after, limit=200), NOW)
        found += page.items
        if (after := page.next) is None:
            return found


def _fits(row: Any, principal: Principal, asked: dict[str, Any]) -> bool:
    one_of = {"camera": "camera_id", "group": "camera_group_id"}
    for name, value in asked.items():
        if name == "since" and row.began_at < value:
            return False
        if name == "text" and row.began_at < NOW - timedelta(days=31):
            return False
        if isinstance(value, list) and getattr(row, one_of.get(name, name)) not in value:
            return False
    return principal.sees(row.camera_group_id) and bool(row.quiet_reason) == bool(asked.get("quiet"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_alarms(database: Database, record_property: Any) -> None:
    fill(database, _ROWS)
    worst: dict[str, float] = {}
    with database.read() as connection:
        for principal, asked in CASES:
            times_ms = [_timed_ms(connection, principal, asked) for _ in range(3)]
            worst[f"{principal.name} {asked}"] = statistics.median(times_ms)
        for told, middle_ms in sorted(worst.items(), key=lambda one: -one[1])[:20]:
            record_property("page", f"{database.engine.dialect.name} {told}: {middle_ms:.1f} ms")
        began_s = time.perf_counter()
        timeline_of(connection, EVERYBODY, NOW - timedelta(days=1), [])
        record_property("timeline", f"{1000 * (time.perf_counter() - began_s):.1f} ms")


def _timed_ms(connection: Connection, principal: Principal, asked: dict[str, Any]) -> float:
    began_s = time.perf_counter()
    list_page(connection, principal, AlarmPage(**asked), NOW)
    return 1000 * (time.perf_counter() - began_s)
