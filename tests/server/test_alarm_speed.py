"""The list of alarms reads a page from an index, however many alarms there are."""

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.server.fakes import START

from camloom.server.access import Principal, Role
from camloom.server.business.alarm_list import list_page, page_ids
from camloom.server.business.alarm_models import AlarmPage
from camloom.server.business.timeline import timeline_of
from camloom.server.database import Database
from camloom.server.database.tables import alarm

_ROWS = 1_000_000
_CAMERAS, _GROUPS = 100, 20
_NOW = START + timedelta(days=365)
EVERYBODY = Principal("", "all", Role.VIEWER, None)
SOME = Principal("", "some", Role.VIEWER, frozenset({"g3", "g7", "g11", "none"}))
ONE = Principal("", "one", Role.VIEWER, frozenset({"g5"}))

QUERIES: list[tuple[Principal, dict[str, Any]]] = [
    (EVERYBODY, {}),
    (EVERYBODY, {"camera": ["c7"]}),
    (EVERYBODY, {"camera": ["c7", "c8", "c90"]}),
    (EVERYBODY, {"handling": ["new"]}),
    (EVERYBODY, {"severity": ["critical"]}),
    (EVERYBODY, {"severity": ["critical"], "handling": ["new"]}),
    (EVERYBODY, {"template": ["fall"]}),
    (EVERYBODY, {"verdict": ["true"]}),
    (EVERYBODY, {"group": ["g3"], "template": ["fall"]}),
    (EVERYBODY, {"since": _NOW - timedelta(days=200), "until": _NOW - timedelta(days=199)}),
    (EVERYBODY, {"text": "camera 42"}),
    (EVERYBODY, {"assignee": "x"}),
    (EVERYBODY, {"quiet": True}),
    (EVERYBODY, {"merged_into": "a1"}),
    (SOME, {}),
    (SOME, {"severity": ["critical"]}),
    (ONE, {}),
    (ONE, {"handling": ["new"]}),
]


def _plan(database: Database, principal: Principal, asked: dict[str, Any]) -> str:
    statement = page_ids(principal, AlarmPage(**asked), _NOW, 51, (_NOW - timedelta(days=1), "x"))
    with database.read() as connection:
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
        word = "explain query plan" if database.is_sqlite else "explain"
        return "\n".join(str(row) for row in connection.execute(text(f"{word} {compiled}".replace(":", r"\:"))))


def _reads_by_index(plan: str, branches: int) -> bool:
    """Tell whether only the few rows of the branches are sorted, and no table is read whole."""
    if "ix_alarm_" not in plan or "SCAN alarm\n" in plan or "Seq Scan" in plan:
        return False
    return branches > 1 or not any(word in plan for word in ("TEMP B-TREE", "Sort"))


def _branches(principal: Principal, asked: dict[str, Any]) -> int:
    asked_for = len(asked.get("camera", asked.get("group", ())))
    return asked_for or len(principal.groups or ()) or 1


@pytest.mark.parametrize(("principal", "asked"), QUERIES)
def test_sqlite_reads_a_page_from_an_index(
    sqlite_database: Database, principal: Principal, asked: dict[str, Any]
) -> None:
    plan = _plan(sqlite_database, principal, asked)
    assert _reads_by_index(plan, _branches(principal, asked)), plan


_FILL = """
insert into alarm (id, incident_id, camera_id, camera_name, camera_group_id, host_id, task_id, rule_id, template, name,
    severity, stage, zone, began_at, ended_at, updated_at, received_at, count, handling, verdict, quiet, quiet_reason,
    happened, change, search, event)
{series}
select 'a' || n, 'i' || n, 'c' || (n % {cameras}), 'Camera ' || (n % {cameras}), 'g' || (n % {groups}), 'h', 't', 'r',
    case when n % 50 = 0 then 'fall' else 'intrusion' end, '{{}}',
    case when n % 100 = 1 then 'critical' else 'minor' end, '', '', {first} + n * {step}, {first} + n * {step},
    {first} + n * {step}, {first} + n * {step}, 1, case when n > {rows} - 500 then 'new' else 'closed' end,
    case when n % 1000 = 0 then 'true' end, {no}, '', 1, n, 'camera ' || (n % {cameras}) || ' gate',
    '{{"id": "x", "detail": "{padding}"}}'
from series
"""
_SERIES = {
    True: "with recursive series(n) as (select 1 union all select n + 1 from series where n < {rows})",
    False: "with series as (select generate_series(1, cast({rows} as bigint)) as n)",
}


def _fill(database: Database) -> None:
    first_us = int(START.timestamp()) * 1_000_000
    told = {"cameras": _CAMERAS, "groups": _GROUPS, "first": first_us, "rows": _ROWS, "padding": "x" * 500}
    step = 365 * 86_400 * 1_000_000 // _ROWS
    series = _SERIES[database.is_sqlite].format(rows=_ROWS)
    no = "0" if database.is_sqlite else "false"
    filled = _FILL.format(series=series, step=step, no=no, **told)
    with database.write() as connection:
        for index in alarm.indexes:
            index.drop(connection)
        connection.exec_driver_sql(filled if database.is_sqlite else filled.replace("%", "%%"))
        for index in alarm.indexes:
            index.create(connection)
        if not database.is_sqlite:
            connection.exec_driver_sql("analyze alarm")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_alarms(database: Database, record_property: Any) -> None:
    _fill(database)
    for principal, asked in QUERIES:
        plan = _plan(database, principal, asked)
        assert _reads_by_index(plan, _branches(principal, asked)), plan
        times_ms = []
        for _ in range(20):
            began_s = time.perf_counter()
            with database.read() as connection:
                list_page(connection, principal, AlarmPage(**asked), _NOW)
            times_ms.append(1000 * (time.perf_counter() - began_s))
        worst_ms, middle_ms = max(times_ms), statistics.median(times_ms)
        told = f"{database.engine.dialect.name} {principal.name} {asked}: {middle_ms:.1f}, worst {worst_ms:.1f} ms"
        record_property("page", told)
    began_s = time.perf_counter()
    with database.read() as connection:
        timeline_of(connection, EVERYBODY, _NOW - timedelta(days=1), [])
    record_property("timeline", f"{1000 * (time.perf_counter() - began_s):.1f} ms")
