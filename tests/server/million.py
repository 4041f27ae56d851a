"""Very many alarms of a year, made inside the database; some filters have nothing in common."""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from tests.server.fakes import START

from camloom.server.database import Database
from camloom.server.database.tables import alarm

CAMERAS, GROUPS = 100, 20

# Half of the year: one template and severity, then others: each has half of all rows, and two pairs have none.
_FILL = """
insert into alarm (id, incident_id, camera_id, camera_name, camera_group_id, host_id, task_id, rule_id, template, name,
    severity, stage, zone, began_at, ended_at, updated_at, received_at, aged_from, count, handling, verdict,
    assignee_id, quiet, quiet_reason, merged_into, happened, change, words_id, event)
{series}
select 'a' || n, 'i' || n, 'c' || (n % {cameras}), 'Camera ' || (n % {cameras}), 'g' || (n % {groups}), 'h', 't', 'r',
    case when n % 50 = 0 then 'fall' when n * 2 < {rows} then 'intrusion' else 'loitering' end, '{{}}',
    case when n % 100 = 1 then 'critical' when n * 2 < {rows} then 'major' else 'minor' end, '', '',
    {first} + n * {step}, {first} + n * {step}, {first} + n * {step}, {first} + n * {step}, {first} + n * {step}, 1,
    case when n > {rows} - 500 then 'new' when n % 10 = 3 then 'acknowledged' else 'closed' end,
    case when n % 1000 = 0 then 'true' when n % 7 = 1 then 'false' end, case when n % 100 = 2 then 'x' end,
    {quiet}, case when n % 11 = 5 then 'policy' else '' end, case when n % 13 = 4 then 'a' || (n / 1000 * 1000 + 1) end,
    1, n, 1 + n % {cameras} + {cameras} * (case when n % 50 = 0 then 0 when n * 2 < {rows} then 1 else 2 end),
    '{{"id": "x", "detail": "{padding}"}}'
from series
"""
_WORDS = """
insert into alarm_words (id, camera_id, template, text, digest)
{series}
select n + 1, 'c' || (n % {cameras}), case when n < {cameras} then 'fall' when n < 2 * {cameras} then 'intrusion'
    else 'loitering' end, 'camera ' || (n % {cameras}) || ' gate', 'd' || n from series
"""
_SERIES = {
    True: "with recursive series(n) as (select {first} union all select n + 1 from series where n < {last})",
    False: "with series as (select generate_series({first}, cast({last} as bigint)) as n)",
}


def fill(database: Database, rows: int) -> None:
    """Write alarms, from `START` on, over a year."""
    first_us, sqlite = int(START.timestamp()) * 1_000_000, database.is_sqlite
    told = {"cameras": CAMERAS, "groups": GROUPS, "first": first_us, "rows": rows, "padding": "x" * 500}
    quiet = "n % 11 = 5"  # what SQLite says of it is a number, as its column is
    alarms = _FILL.format(
        series=_SERIES[sqlite].format(first=1, last=rows), step=365 * 86_400 * 1_000_000 // rows, quiet=quiet, **told
    )
    words = _WORDS.format(series=_SERIES[sqlite].format(first=0, last=3 * CAMERAS - 1), cameras=CAMERAS)
    with database.write() as connection:
        for index in alarm.indexes:
            index.drop(connection)
        for statement in (alarms, words):
            connection.exec_driver_sql(statement if sqlite else statement.replace("%", "%%"))
        for index in alarm.indexes:
            index.create(connection)
    if not sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze alarm")  # PostgreSQL's autovacuum does so within a minute


def spender(connection: Connection) -> Callable[[], float]:
    """Return what tells the CPU time of this program and, if there is one here, of the process that serves it."""
    if connection.dialect.name == "sqlite":
        return time.process_time
    pid = connection.exec_driver_sql("select pg_backend_pid()").scalar()
    its = Path(f"/proc/{pid}/schedstat")
    return lambda: time.process_time() + (int(its.read_text().split()[0]) / 1e9 if its.exists() else 0.0)
