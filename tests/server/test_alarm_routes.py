"""Alarms as people list, handle and take them away."""

import csv
import io
from datetime import timedelta

import pytest
from fastapi import FastAPI
from tests.server.alarms import Listener, Site, event
from tests.server.conftest import Visitors
from tests.server.fakes import START
from tests.server.people import Person, add_account, add_group

from camloom.server.business.hooks import AlarmChange
from camloom.server.business.policies import PolicyEffect
from camloom.server.database import Database, new_id
from camloom.server.database.tables import audit
from camloom.server.web.spreadsheet import safe_cell

ALARMS = "/api/v1/alarms"


@pytest.fixture
def site(app: FastAPI) -> Site:
    return Site(app.state.database)


@pytest.fixture
def here(sqlite_app: FastAPI) -> Site:
    return Site(sqlite_app.state.database)


@pytest.fixture
def boss(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """An administrator of the server on SQLite."""
    return visit(sqlite_app).let_in(add_account(sqlite_app, "boss", "administrator"))


@pytest.fixture
def guard(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """Somebody who handles the alarms of one group of the server on SQLite."""
    group_id = add_group(sqlite_app, "South")
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "guard", "operator", groups=(group_id,)))
    person.headers["X-Test-Group"] = group_id
    return person


def ids(person: Person, **query: object) -> list[str]:
    answer = person.get(ALARMS, params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_the_list_has_pages_that_new_alarms_do_not_move(site: Site, admin: Person) -> None:
    _, task_id = site.camera()
    site.take(*(event(task_id, after_s=second // 2) for second in range(10)))  # two at each moment
    first = admin.get(ALARMS, params={"limit": 4}).json()
    seen = [item["id"] for item in first["items"]]
    site.take(*(event(task_id, after_s=100 + second) for second in range(3)))
    after = first["next"]
    while after:
        page = admin.get(ALARMS, params={"limit": 4, "after": after}).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    expected = sorted(site.alarms()[:10], key=lambda row: (row["began_at"], row["id"]), reverse=True)
    assert seen == [row["id"] for row in expected]


def test_filters(site: Site, admin: Person) -> None:
    group_id = add_group(admin.app, "North")  # type: ignore[arg-type]
    gate, gate_task = site.camera("Gate 东门", group_id)
    _, yard_task = site.camera("Yard")
    site.take(
        event(gate_task),
        event(gate_task, after_s=60, template="fall", severity="critical", name={"zh": "跌倒", "en": "Fall"}),
        event(yard_task, after_s=120, severity="minor"),
    )
    intrusion, fall, yard = (row["id"] for row in site.alarms())
    assert ids(admin) == [yard, fall, intrusion]
    assert ids(admin, camera=gate) == [fall, intrusion]
    assert ids(admin, group=group_id, template="fall") == [fall]
    assert ids(admin, severity=["critical", "minor"]) == [yard, fall]
    minute = timedelta(seconds=60)
    assert ids(admin, since=(START + minute).isoformat()) == [yard, fall]
    assert ids(admin, until=(START + minute).isoformat()) == [intrusion]
    assert ids(admin, text="跌倒") == [fall]
    assert ids(admin, text="GATE") == [fall, intrusion]
    assert ids(admin, text="%") == []
    assert ids(admin, handling="closed") == []
    admin.post(f"{ALARMS}/{fall}/handling", json={"action": "true"})
    assert ids(admin, verdict="true") == [fall]
    assert ids(admin, handling=["acknowledged", "closed"]) == [fall]


@pytest.mark.parametrize(
    "query",
    [
        {"severity": "terrible"},
        {"since": "2026-11-02T08:00:00"},
        {"limit": 0},
        {"limit": 5000},
        {"after": "x"},
        {"after": "WyIyMDI2IiwxXQ"},
        {"order": "name"},
        {"text": "x" * 101},
        {"text": "a\0b"},
    ],
)
def test_what_is_asked_wrongly_is_refused(boss: Person, query: dict[str, str]) -> None:
    answer = boss.get(ALARMS, params=query)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["code"]


def test_quiet_and_merged_alarms_are_asked_for_by_name(here: Site, boss: Person) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(merge_s=60))
    here.take(event(task_id), event(task_id, after_s=5), event("gone", type="source.offline", rule_id="system"))
    parent, part, unknown = (row["id"] for row in here.alarms())
    assert ids(boss) == [parent]
    assert ids(boss, merged_into=parent) == [part]
    assert ids(boss, quiet=True) == [unknown]
    detail = boss.get(f"{ALARMS}/{parent}").json()
    assert (detail["merged"], detail["count"]) == (1, 2)


def test_an_alarm_tells_why(here: Site, boss: Person) -> None:
    _, task_id = here.camera()
    policy_id = here.policy(PolicyEffect(), name="all")
    here.take(event(task_id, "start", incident="i"), event(task_id, "end", incident="i", after_s=3))
    (row,) = here.alarms()
    detail = boss.get(f"{ALARMS}/{row['id']}").json()
    assert detail["why"] == [{"name": "dwell", "value": 1.5, "threshold": 0.6, "margin": 0.9, "unit": "s"}]
    assert [one["phase"] for one in detail["events"]] == ["start", "end"]
    assert (detail["policy"], row["policy_id"], detail["notes"]) == ("all", policy_id, [])


def test_another_group_s_alarm_is_as_if_it_were_not(here: Site, guard: Person) -> None:
    _, own = here.camera("Own", guard.headers["X-Test-Group"])
    _, other = here.camera("Other", add_group(guard.app, "Elsewhere"))  # type: ignore[arg-type]
    _, nowhere = here.camera("No group")
    here.take(event(own), event(other), event(nowhere))
    mine, *hidden = (row["id"] for row in here.alarms())
    assert ids(guard) == [mine]
    for alarm_id in [*hidden, new_id()]:
        for answer in (
            guard.get(f"{ALARMS}/{alarm_id}"),
            guard.get(f"{ALARMS}/{alarm_id}/evidence.zip"),
            guard.post(f"{ALARMS}/{alarm_id}/handling", json={"action": "close"}),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")
    bulk = guard.post(f"{ALARMS}/handling", json={"action": "close", "ids": [mine, *hidden]})
    assert bulk.json() == {"done": [mine]}
    assert [row["handling"] for row in here.alarms()] == ["closed", "new", "new"]
    assert len(guard.get(f"{ALARMS}/export.csv").text.splitlines()) == 2
    day = guard.get(f"{ALARMS}/timeline", params={"since": START.isoformat()}).json()
    assert [strip["camera_name"] for strip in day["cameras"]] == ["Own"]


def test_a_viewer_looks_and_does_not_touch(site: Site, viewer: Person, group_id: str) -> None:
    _, task_id = site.camera("East", group_id)
    site.take(event(task_id))
    (alarm_id,) = ids(viewer)
    answer = viewer.post(f"{ALARMS}/{alarm_id}/handling", json={"action": "close"})
    assert answer.status_code == 403
    assert viewer.get("/api/v1/policies").status_code == 403
    assert viewer.get("/api/v1/storage").status_code == 403


def test_handling_is_written_down_once(site: Site, operator: Person) -> None:
    app: FastAPI = operator.app  # type: ignore[assignment]
    app.state.outbox = listener = Listener()
    _, task_id = site.camera()
    site.take(event(task_id))
    (alarm_id,) = ids(operator)

    def act(action: str, **more: object) -> dict[str, object]:
        answer = operator.post(f"{ALARMS}/{alarm_id}/handling", json={"action": action} | more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert act("acknowledge")["handling"] == "acknowledged"
    act("acknowledge")
    assert act("true")["verdict"] == "true"
    assert act("note", text="a fox")["handling"] == "acknowledged"
    assert act("assign", assignee_id=operator.account_id)["assignee"] == "operator"
    assert act("close", text="done")["handling"] == "closed"
    last = act("reopen")
    assert (last["handling"], last["verdict"]) == ("new", None)
    notes = [(note["action"], note["text"], note["account_name"]) for note in last["notes"]]  # type: ignore[attr-defined]
    words = ["acknowledge", "true", "note", "assign", "close", "reopen"]
    texts = ["", "", "a fox", "", "done", ""]
    assert notes == [(word, text, "operator") for word, text in zip(words, texts, strict=True)]
    assert [row["action"] for row in site.rows(audit)] == [f"alarm.{word}" for word in words]
    assert listener.changes == [
        AlarmChange.ACKNOWLEDGED,
        AlarmChange.JUDGED,
        AlarmChange.NOTED,
        AlarmChange.ASSIGNED,
        AlarmChange.CLOSED,
        AlarmChange.REOPENED,
    ]


def test_what_cannot_be_done_is_refused(here: Site, boss: Person, guard: Person) -> None:
    _, task_id = here.camera()
    here.take(event(task_id))
    (alarm_id,) = ids(boss)
    for asked in (
        {"action": "explode"},
        {"action": "note", "text": "  "},
        {"action": "note", "text": "x" * 4001},
        {"action": "note", "text": "a\0b"},
        {"action": "close", "assignee_id": boss.account_id},
        {"action": "assign", "assignee_id": new_id()},
        {"action": "assign", "assignee_id": guard.account_id},
        {"action": "close", "handling": "new"},
    ):
        assert boss.post(f"{ALARMS}/{alarm_id}/handling", json=asked).status_code == 422, asked
    for many in ([], [alarm_id] * 501):
        assert boss.post(f"{ALARMS}/handling", json={"action": "close", "ids": many}).status_code == 422
    assert here.alarms()[0]["handling"] == "new"


def test_a_closed_alarm_takes_no_more_incidents(here: Site, boss: Person) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(merge_s=60))
    here.take(event(task_id))
    boss.post(f"{ALARMS}/{ids(boss)[0]}/handling", json={"action": "close"})
    here.take(event(task_id, after_s=5))
    assert len(ids(boss)) == 2


def test_the_day_in_pieces_of_ten_minutes(site: Site, admin: Person) -> None:
    camera_id, task_id = site.camera("Gate")
    site.take(event(task_id, severity="minor"), event(task_id, after_s=599), event(task_id, after_s=600))
    site.take(event(task_id, after_s=-1), event(task_id, after_s=86_400))
    found = admin.get(f"{ALARMS}/timeline", params={"since": START.isoformat()}).json()
    (strip,) = found["cameras"]
    assert (strip["camera_id"], strip["camera_name"], found["bucket_s"]) == (camera_id, "Gate", 600)
    assert (strip["alarms"][:3], sum(strip["alarms"]), len(strip["alarms"])) == ([2, 1, 0], 3, 144)
    assert strip["severity"][:3] == ["major", "major", ""]
    assert admin.get(f"{ALARMS}/timeline", params={"since": START.isoformat(), "camera": "x"}).json()["cameras"] == []


def test_a_table_that_no_spreadsheet_runs(here: Site, boss: Person) -> None:
    _, task_id = here.camera('=HYPERLINK("http://x")')
    here.take(event(task_id, zone="+1", name={"zh": "@入侵", "en": "-Intrusion"}))
    answer = boss.get(f"{ALARMS}/export.csv", params={"lang": "zh"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[3] == "摄像机"
    assert row[1:5] == ["2026-11-02 08:00:00", "2026-11-02 08:00:00", '\'=HYPERLINK("http://x")', "'@入侵"]
    assert row[5:7] == ["重要", "'+1"]
    english = boss.get(f"{ALARMS}/export.csv", params={"lang": "en"}).text
    assert "'-Intrusion,major" in english


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "\n=1"])
def test_cells_that_a_spreadsheet_would_run_are_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_many_rows_are_exported_whole(here: Site, boss: Person) -> None:
    _, task_id = here.camera()
    here.take(*(event(task_id, after_s=second // 3) for second in range(510)))
    lines = boss.get(f"{ALARMS}/export.csv").text.splitlines()
    assert len({line.split(",")[0] for line in lines}) == 511


def test_assignees(boss: Person, guard: Person) -> None:
    del guard
    assert [one["name"] for one in boss.get(f"{ALARMS}/assignees").json()] == ["boss", "guard"]


# --- policies ---------------------------------------------------------------------------------------------------


def test_policies_are_written_ordered_and_removed(admin: Person, site: Site) -> None:
    form = {"name": "Night", "effect": {"quiet": True}, "match": {"week": [{"start": "22:00", "end": "06:00"}]}}
    first = admin.post("/api/v1/policies", json=form)
    assert first.status_code == 201
    second = admin.post("/api/v1/policies", json={"name": "Rest"}).json()
    both = [first.json()["id"], second["id"]]
    assert [one["id"] for one in admin.get("/api/v1/policies").json()] == both
    turned = admin.put("/api/v1/policies/order", json={"ids": both[::-1]})
    assert [one["id"] for one in turned.json()] == both[::-1]
    assert admin.put("/api/v1/policies/order", json={"ids": both[:1]}).status_code == 422
    changed = admin.put(f"/api/v1/policies/{both[0]}", json={**form, "name": "Nights", "enabled": False})
    assert (changed.json()["name"], changed.json()["enabled"]) == ("Nights", False)
    assert changed.json()["match"]["week"][0]["start"] == "22:00:00"
    assert admin.delete(f"/api/v1/policies/{both[0]}").status_code == 204
    assert admin.delete(f"/api/v1/policies/{both[0]}").status_code == 404
    actions = [row["action"] for row in site.rows(audit)]
    assert actions == ["policy.create", "policy.create", "policy.order", "policy.change", "policy.delete"]


_GONE = "01K00000000000000000000000"


def test_policies_that_mean_nothing_are_refused_with_the_place(boss: Person) -> None:
    for form, where, code in (
        ({"name": ""}, "name", "string-too-short"),
        ({"name": "x", "effect": {"merge_s": -1}}, "effect.merge_s", "greater-than-equal"),
        ({"name": "x", "effect": {"merge": 5}}, "effect.merge", "unknown-key"),
        ({"name": "x", "effect": {"often": {"times": 1, "within_s": 5}}}, "effect.often.times", "greater-than-equal"),
        ({"name": "x", "effect": {"often": {"times": 2}}}, "effect.often.within_s", "missing"),
        ({"name": "x", "match": {"week": [{"days": ["someday"]}]}}, "match.week.0.days.0", "literal-error"),
        ({"name": "x", "effect": {"escalate": {"after_s": 1}}}, "effect.escalate.after_s", "greater-than-equal"),
        ({"name": "x", "match": {"cameras": [_GONE]}}, "match.cameras.0", "not-there"),
        ({"name": "x", "match": {"groups": [_GONE]}}, "match.groups.0", "not-there"),
        (
            {"name": "x", "effect": {"escalate": {"after_s": 60, "targets": [_GONE]}}},
            "effect.escalate.targets.0",
            "not-there",
        ),
    ):
        answer = boss.post("/api/v1/policies", json=form)
        problem = answer.json()["error"]["problems"][0]
        assert (answer.status_code, ".".join(map(str, problem["path"])), problem["code"]) == (422, where, code), form
    assert boss.post("/api/v1/policies", json={"name": "x", "match": {"cameras": ["a\0b"]}}).status_code == 422


def test_what_a_policy_named_before_may_be_gone(boss: Person, here: Site) -> None:
    camera_id, _ = here.camera()
    form = {"name": "Gate", "match": {"cameras": [camera_id]}}
    made = boss.post("/api/v1/policies", json=form).json()
    boss.delete(f"/api/v1/cameras/{camera_id}")
    path = f"/api/v1/policies/{made['id']}"
    assert boss.put(path, json=form | {"name": "Gates"}).status_code == 200
    form["match"] = {"cameras": [camera_id, _GONE]}
    assert boss.put(path, json=form).json()["error"]["problems"][0]["path"] == ["match", "cameras", 1]


def test_the_first_start_makes_policies_and_the_second_does_not(sqlite_database: Database) -> None:
    from camloom.server.business.policy_store import load_policies, make_default_policies, remove_policy

    make_default_policies(sqlite_database)
    with sqlite_database.write() as connection:
        made = load_policies(connection)
        remove_policy(connection, made[0].id)
    make_default_policies(sqlite_database)
    with sqlite_database.read() as connection:
        assert load_policies(connection) == made[1:]


def test_storage(boss: Person) -> None:
    assert boss.get("/api/v1/storage").json()["retention"]["media_days"] == 30
    assert boss.put("/api/v1/storage/retention", json={"media_days": 7, "quota_bytes": 1 << 30}).status_code == 200
    found = boss.get("/api/v1/storage").json()
    assert (found["retention"]["media_days"], found["storage"], found["aside"]) == (7, None, 0)
    assert boss.put("/api/v1/storage/retention", json={"media_days": 0}).status_code == 422
