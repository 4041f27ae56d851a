"""No list of the API reads a table that grows from one end to the other, whatever is asked; pages of alarms:
`test_alarm_speed.py`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, event, insert, update
from tests.server.alarms import HOST, Site
from tests.server.alarms import event as event_of
from tests.server.fakes import START
from tests.server.people import Person

from camloom.server.database import Database, new_id
from camloom.server.database.tables import audit, camera, push_delivery, push_target

GROWING = (
    *("alarm", "alarm_event", "alarm_note", "alarm_words", "media", "message_aside"),
    *("alarm_day", "alarm_month", "alarm_group_day", "flow_hour"),
    *("camera_state", "host_minute", "audit", "push_delivery"),
)
_SPAN = "since=2026-11-01T00:00:00Z&until=2026-11-30T00:00:00Z"
_YEAR = "period=custom&day=2026-01-01&last=2026-12-31"

# Those of a whole list walk through an index in its order, a page at a time.
WHOLE = ("audit", "pushes/{push}/deliveries", "alarms")
ASKED = (
    *(f"audit?{one}" for one in ("account_id=A", "action=login", "object_kind=alarm", "object_id=A", _SPAN)),
    f"audit?action=login&{_SPAN}",
    "audit?action=look&limit=1&after={audit}",
    "pushes",
    "pushes/health",
    "pushes/{push}/deliveries?state=refused&state=lost",
    "pushes/{push}/deliveries?limit=1&after={delivery}",
    "alarms/{alarm}",
    f"alarms/timeline?{_SPAN[:26]}",
    f"alarms/timeline?{_SPAN[:26]}&camera={{camera}}",
    f"reports?{_YEAR}",
    f"reports?{_YEAR}&camera={{camera}}",
    f"reports?{_YEAR}&template=intrusion&severity=major",
    f"reports/report.csv?{_YEAR}&table=alarms",
    "cameras",
    "cameras/{camera}",
    "cameras/{camera}/history",
    "tasks",
    "hosts",
    "hosts/{host}",
    "hosts/{host}/utilisation?hours=168",
    "storage",
    "me",
    "me/sessions",
    "troubles",
)


@pytest.fixture
def ids(app: FastAPI) -> dict[str, str]:
    """Something of each kind."""
    database: Database = app.state.database
    site = Site(database)
    camera_id, task_id = site.camera()
    site.take(*(event_of(task_id, after_s=100 * number) for number in range(3)))
    target, now = new_id(), app.state.clock()
    state = {"failing_since": None, "last_error": "", "last_ok_at": None, "lost": 0, "changed_at": now}
    row = {"id": target, "kind": "webhook", "name": "x", "enabled": True, "settings": {}, "match": {}, "language": "en"}
    with database.write() as connection:
        connection.execute(update(camera).values(source={"url": "rtsp://192.0.2.1/", "options": {}}))
        connection.execute(insert(push_target).values(**row, **state))
        connection.execute(insert(push_delivery), [_delivery(target, number) for number in range(3)])
        connection.execute(insert(audit), [_entry(number) for number in range(3)])
    return {"camera": camera_id, "host": HOST, "push": target, "alarm": site.alarms()[0]["id"]}


def _delivery(target: str, number: int) -> dict[str, Any]:
    body = {"change": "raised", "at": START.isoformat(), "alarm": {"camera_name": "Gate", "name": {}}}
    told = {"attempts": 0, "refusals": 0, "state": "lost", "last_error": "", "body": body, "seq": number}
    return {
        "id": new_id(),
        "push_target_id": target,
        "key": str(number),
        "created_at": START,
        "aged_from": START,
        "due_at": START,
        **told,
    }


def _entry(number: int) -> dict[str, Any]:
    told = {"account_name": "ann", "action": "look", "object_kind": "", "object_id": "", "detail": {}, "address": ""}
    return {"id": new_id(), "at": START, **told}


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield what is asked of a database meanwhile."""
    asked: list[tuple[str, Any]] = []

    def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", _note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", _note)


def _asked(admin: Person, database: Database, path: str, ids: dict[str, str]) -> list[tuple[str, Any]]:
    with _statements(database) as asked:
        answer = admin.get(f"/api/v1/{path.format(**ids)}")
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return asked


def _wrong(connection: Connection, statement: str, parameters: Any, *, walks: bool) -> list[str]:
    """Return the lines of a plan in which a table that grows is read as a whole, or sorted to show a few rows."""
    if connection.dialect.name != "sqlite":
        plan = [row[0] for row in connection.exec_driver_sql(f"explain {statement}", parameters)]
        return [line for line in plan if re.search(rf"Seq Scan on ({'|'.join(GROWING)})\b", line)]
    plan = [row[-1] for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)]
    scans = [line for line in plan if re.match(rf"SCAN ({'|'.join(GROWING)})(_\d)?\b", line)]
    limited = "LIMIT" in statement and " OVER (" not in statement  # that sorts what was found
    if limited and (walks or "WHERE" not in statement):
        scans = [line for line in scans if "USING" not in line]
    sorts = [line for line in plan if "TEMP B-TREE FOR ORDER BY" in line or "TEMP B-TREE FOR LAST" in line]
    touched = any(re.search(rf"\b{table}\b", statement) for table in GROWING)
    return scans + (sorts if limited and touched else [])


def test_no_list_reads_all_of_a_table_that_grows(app: FastAPI, admin: Person, ids: dict[str, str]) -> None:
    database: Database = app.state.database
    for path in ("audit?action=look&limit=1", "pushes/{push}/deliveries?limit=1"):
        found = admin.get(f"/api/v1/{path.format(**ids)}").json()["next"]
        ids["audit" if path.startswith("audit") else "delivery"] = found
    wrong: dict[str, list[str]] = {}
    for path in (*WHOLE, *ASKED):
        asked = _asked(admin, database, path, ids)
        with database.read() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql("set local enable_seqscan = off")  # it is right where there are three rows
            for statement, parameters in asked:
                if found := _wrong(connection, statement, parameters, walks=path in WHOLE):
                    wrong[f"{path}: {statement[:300]}"] = found
    assert wrong == {}


def test_pages_of_the_log_of_what_was_done(app: FastAPI, admin: Person) -> None:
    """By time, and where that is one and the same, by id; nothing comes twice or is left out."""
    rows = [_entry(number) for number in range(7)]
    with app.state.database.write() as connection:
        connection.execute(insert(audit), rows)
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = admin.get("/api/v1/audit", params={"action": "look", "limit": 2, **after}).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == sorted((row["id"] for row in rows), reverse=True)


def test_pages_of_the_log_of_pushes(app: FastAPI, admin: Person, ids: dict[str, str]) -> None:
    with app.state.database.write() as connection:
        for number in range(3, 9):
            row = _delivery(ids["push"], number)
            connection.execute(insert(push_delivery), [{**row, "state": ("lost", "refused", "waiting")[number % 3]}])
    found: list[int] = []
    after: dict[str, str] = {}
    while True:
        asked: dict[str, Any] = {"state": ["lost", "refused"], "limit": 2, **after}
        page = admin.get(f"/api/v1/pushes/{ids['push']}/deliveries", params=asked).json()
        found += [int(one["key"]) for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == [7, 6, 4, 3, 2, 1, 0]
