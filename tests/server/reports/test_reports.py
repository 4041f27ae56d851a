"""What reports say, and to whom."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, insert
from tests.server.alarms import event
from tests.server.fakes import START
from tests.server.people import Person, add_group
from tests.server.reports.conftest import ReportSite

from camloom.server.business.reports.counting import quantile
from camloom.server.database.tables import WAITS, WAITS_S, camera, setting

_WEEK = {"period": "week", "day": "2026-11-04"}


def _ask(person: Person, **asked: Any) -> dict[str, Any]:
    answer = person.get("/api/v1/reports", params=_WEEK | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_week_with_nothing_in_it(site: ReportSite, admin: Person) -> None:
    report = _ask(admin)
    assert report["totals"] == {
        "alarms": 0,
        "before": 0,
        "trend": None,
        "judged_true": 0,
        "judged_false": 0,
        "false_share": None,
        "handled": 0,
        "median_s": None,
        "p90_s": None,
    }
    assert [day["alarms"] for day in report["days"]] == [0] * 7
    assert report["hours"] == [[0] * 24] * 7
    assert (report["templates"], report["cameras"], report["uptimes"], report["storage"]) == ([], [], [], None)
    assert report["flows"] == {"days": [], "lines": []}
    assert (report["zone"], report["complete"]) == ("Asia/Shanghai", True)
    assert (report["since"], report["until"]) == ("2026-11-01T16:00:00Z", "2026-11-08T16:00:00Z")


def test_the_numbers_of_a_week(site: ReportSite, admin: Person) -> None:
    gate, gate_task = site.camera("Gate")
    yard, yard_task = site.camera("Yard")
    site.alarm(gate_task, "2026-10-30T10:00:00+08:00")
    site.alarm(yard_task, "2026-10-31T10:00:00+08:00", template="fall")
    site.alarm(gate_task, "2026-11-02T00:00:00+08:00", handled_s=10, verdict="true")
    site.alarm(gate_task, "2026-11-02T23:59:59+08:00", handled_s=100, verdict="false", severity="critical")
    site.alarm(yard_task, "2026-11-08T23:59:59+08:00", handled_s=100, template="fall")
    site.alarm(yard_task, "2026-11-09T00:00:00+08:00")
    report = _ask(admin)
    totals = report["totals"]
    assert (totals["alarms"], totals["before"], totals["trend"]) == (3, 2, 0.5)
    assert (totals["judged_true"], totals["judged_false"], totals["false_share"], totals["handled"]) == (1, 1, 0.5, 3)
    assert 60 < totals["median_s"] <= totals["p90_s"] <= 120
    assert [day["alarms"] for day in report["days"]] == [2, 0, 0, 0, 0, 0, 1]
    assert [day["before"] for day in report["days"]] == [0, 0, 0, 0, 1, 1, 0]
    assert (report["hours"][0][0], report["hours"][0][23], report["hours"][6][23]) == (1, 1, 1)
    assert {one["up_to_s"]: one["alarms"] for one in report["waits"] if one["alarms"]} == {15: 1, 120: 2}
    cameras = [(one["id"], one["name"]["en"], one["alarms"], one["before"]) for one in report["cameras"]]
    assert cameras == [(gate, "Gate", 2, 1), (yard, "Yard", 1, 1)]
    assert [(one["id"], one["name"]["zh"], one["judged_false"]) for one in report["templates"]] == [
        ("intrusion", "入侵检测", 1),
        ("fall", "入侵检测", 0),
    ]
    assert {one["id"]: one["alarms"] for one in report["severities"]} == {"major": 2, "critical": 1}


def test_filters(site: ReportSite, app: FastAPI, admin: Person) -> None:
    top = add_group(app, "Top")
    below = add_group(app, "Below", top)
    gate, gate_task = site.camera("Gate", below)
    _, yard_task = site.camera("Yard")
    site.alarm(gate_task, "2026-11-03T10:00:00+08:00", severity="critical")
    site.alarm(gate_task, "2026-11-03T10:00:00+08:00", template="fall")
    site.alarm(yard_task, "2026-11-03T10:00:00+08:00")
    asked: list[dict[str, Any]] = [
        {"camera": gate},
        {"group": top},
        {"template": "intrusion"},
        {"severity": "critical"},
    ]
    found = [_ask(admin, **one)["totals"]["alarms"] for one in [{}, *asked, {"group": top, "template": "fall"}]]
    assert found == [3, 2, 2, 2, 1, 1]
    assert [one["camera"] for one in _ask(admin, group=top)["uptimes"]] == ["Gate"]
    assert _ask(admin, group="nowhere")["totals"]["alarms"] == 0


def test_a_period_that_is_not_over_has_no_trend(site: ReportSite, admin: Person) -> None:
    _, task_id = site.camera()
    site.alarm(task_id, "2026-11-03T10:00:00+08:00")
    report = admin.get("/api/v1/reports").json()
    assert (report["first"], report["complete"], report["totals"]["trend"]) == ("2026-11-09", False, None)
    assert report["totals"]["before"] == 1


def test_everybody_sees_the_cameras_of_their_groups(
    site: ReportSite, app: FastAPI, viewer: Person, group_id: str
) -> None:
    other = add_group(app, "West gate")
    mine, my_task = site.camera("East", group_id)
    _, no_task = site.camera("Nobody's")
    secret, other_task = site.camera("West", other)
    for task_id in (my_task, no_task, other_task):
        site.alarm(task_id, "2026-11-03T10:00:00+08:00", template=f"t{task_id}")
        line: dict[str, Any] = {"type": "line.crossed", "direction": "A->B"}
        site.take(event(task_id, after_s=86_400, incident=f"c{task_id}", **line))
    for camera_id in (mine, secret):
        site.state(camera_id, "2026-11-01T00:00:00+08:00", "online")
    with site.database.write() as connection:
        connection.execute(insert(setting).values(key="storage", value={"at": START.isoformat(), "used_bytes": 5}))
    report = _ask(viewer)
    assert (report["totals"]["alarms"], [one["id"] for one in report["cameras"]]) == (2, [mine])
    assert [one["camera"] for one in report["flows"]["lines"]] == ["East"]
    assert ([one["camera"] for one in report["uptimes"]], report["storage"]) == (["East"], None)
    for asked in ({"camera": secret}, {"group": other}, {"template": f"t{other_task}"}):
        narrowed = _ask(viewer, **asked)
        assert (narrowed["totals"]["alarms"], narrowed["uptimes"] if "camera" in asked else []) == (0, [])
    for form in ("report.csv", "report.csv?table=flows", "report.csv?table=cameras"):
        answer = viewer.get(f"/api/v1/reports/{form}", params=_WEEK)
        assert answer.status_code == 200
        assert "West" not in answer.text
        assert "Nobody" not in answer.text


def test_nobody_sees_anything_without_a_session(site: ReportSite, client: Person) -> None:
    for path in ("", "/report.csv", "/report.pdf", "/schedules"):
        assert client.get(f"/api/v1/reports{path}").status_code == 401


def test_a_camera_that_is_gone_keeps_its_name(site: ReportSite, admin: Person) -> None:
    camera_id, task_id = site.camera("Gate")
    site.alarm(task_id, "2026-11-03T10:00:00+08:00")
    with site.database.write() as connection:
        connection.execute(delete(camera).where(camera.c.id == camera_id))
    assert [one["name"]["en"] for one in _ask(admin)["cameras"]] == ["Gate"]


def test_flows_by_day_and_line(site: ReportSite, admin: Person) -> None:
    camera_id, task_id = site.camera("Gate")
    line: dict[str, Any] = {"type": "line.crossed", "template": "counting", "severity": "info"}
    for second, direction in ((0, "A->B"), (1, "A->B"), (2, "B->A"), (9 * 3600, "A->B"), (-20 * 3600, "A->B")):
        site.take(event(task_id, after_s=second, direction=direction, **line))
    flows = _ask(admin)["flows"]
    assert flows["lines"] == [
        {"camera_id": camera_id, "camera": "Gate", "rule_id": "r1", "passed": {"A->B": 3, "B->A": 1}}
    ]
    assert {day["day"]: day["passed"] for day in flows["days"] if day["passed"]} == {
        "2026-11-02": {"A->B": 2, "B->A": 1},
        "2026-11-03": {"A->B": 1},
    }
    table = admin.get("/api/v1/reports/report.csv", params=_WEEK | {"lang": "zh", "table": "flows"}).text
    heads, row = csv.reader(io.StringIO(table.removeprefix("\ufeff")))
    assert heads == ["摄像机", "规则", "A → B", "B → A", "摄像机编号"]
    assert row == ["Gate", "r1", "3", "1", camera_id]


def test_how_cameras_were(site: ReportSite, admin: Person) -> None:
    gate, _ = site.camera("Gate")
    yard, _ = site.camera("Yard")
    site.camera("New")
    for at, condition in (
        ("2026-10-20T00:00:00+08:00", "online"),
        ("2026-11-04T00:00:00+08:00", "offline"),
        ("2026-11-04T12:00:00+08:00", "online"),
        ("2026-11-05T00:00:00+08:00", "stopped"),
        ("2026-11-09T08:00:00+08:00", "offline"),
    ):
        site.state(gate, at, condition)
    site.state(yard, "2026-11-08T23:00:00+08:00", "online")
    found = {one["camera"]: one for one in _ask(admin)["uptimes"]}
    assert [*found] == ["Gate", "Yard", "New"]
    assert found["Gate"]["outages"] == 1
    assert (found["Gate"]["offline_s"], found["Gate"]["meant_s"]) == (12 * 3600, 3 * 86_400)
    assert (found["Gate"]["online_share"], found["Gate"]["known_s"]) == (pytest.approx(5 / 6), 7 * 86_400)
    assert (found["Yard"]["online_share"], found["Yard"]["known_s"]) == (1, 3600)
    assert (found["New"]["online_share"], found["New"]["known_s"]) == (None, 0)


def test_a_table_for_a_spreadsheet(site: ReportSite, admin: Person) -> None:
    _, task_id = site.camera('=HYPERLINK("http://x")')
    site.alarm(task_id, "2026-11-03T10:00:00+08:00", handled_s=5, verdict="false")
    site.alarm(task_id, "2026-11-03T11:00:00+08:00")
    answer = admin.get("/api/v1/reports/report.csv", params=_WEEK | {"lang": "zh"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"] == 'attachment; filename="alarms-2026-11-02-2026-11-08.csv"'
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:4] == ["日期", "摄像机", "名称", "级别"]
    assert row[:8] == ["2026-11-03", '\'=HYPERLINK("http://x")', "入侵检测", "重要", "2", "0", "1", "1"]


@pytest.mark.parametrize("query", ["period=year", "day=yesterday", "x=1", "lang=xx", "table=accounts", "day=%00"])
def test_what_makes_no_sense_is_refused(sqlite_site: ReportSite, sqlite_app: FastAPI, visit: Any, query: str) -> None:
    from tests.server.people import add_account

    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "viewer"))
    assert person.get(f"/api/v1/reports/report.csv?{query}").status_code in (400, 422)


def test_quantiles_lie_where_the_counts_say() -> None:
    waits = [0] * len(WAITS)
    assert quantile(waits, 0.5) is None
    waits[WAITS_S.index(60)] = 10
    assert (quantile(waits, 0.5), quantile(waits, 0.9)) == (45, 57)
    waits[-1] = 30
    assert quantile(waits, 0.9) == pytest.approx(86_400 + (604_800 - 86_400) * 26 / 30)
    assert timedelta(seconds=WAITS_S[-1]) == timedelta(days=7)
