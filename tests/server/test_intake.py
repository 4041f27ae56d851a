"""From what hosts say to alarms."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from tests.server.alarms import Listener, Site, event, event_id, state, ulid
from tests.server.fakes import START, FakeClock

from camloom.errors import ServerError
from camloom.exchange import EventMessage
from camloom.server.business.due import look_again
from camloom.server.business.hooks import AlarmChange, no_outbox
from camloom.server.business.policies import Escalation, PolicyEffect, PolicyMatch, PolicyOften
from camloom.server.database import Database
from camloom.server.database.tables import (
    HOURS,
    alarm_day,
    alarm_event,
    alarm_note,
    camera,
    camera_state,
    flow_hour,
    metadata,
    task,
)


@pytest.fixture
def site(database: Database) -> Site:
    return Site(database)


@pytest.fixture
def here(sqlite_database: Database) -> Site:
    return Site(sqlite_database)


def test_an_incident_is_one_alarm(site: Site) -> None:
    camera_id, task_id = site.camera("Gate")
    site.take(event(task_id, "start", incident="i1"))
    site.take(event(task_id, "update", incident="i1", after_s=5, count=3, change="joined"))
    site.take(event(task_id, "end", incident="i1", after_s=9, count=3), at=START + timedelta(seconds=10))
    (found,) = site.alarms()
    assert (found["camera_id"], found["camera_name"], found["template"]) == (camera_id, "Gate", "intrusion")
    assert (found["began_at"], found["ended_at"]) == (START, START + timedelta(seconds=9))
    assert (found["count"], found["severity"], found["zone"]) == (3, "major", "yard")
    assert found["received_at"] == START
    assert [row["phase"] for row in site.rows(alarm_event)] == ["start", "update", "end"]


def test_an_instant_is_an_alarm_that_is_over(site: Site) -> None:
    _, task_id = site.camera()
    site.take(event(task_id))
    (found,) = site.alarms()
    assert found["ended_at"] == found["began_at"]


def test_the_same_again_changes_nothing(site: Site) -> None:
    _, task_id = site.camera()
    listener = Listener()
    message = event(task_id, type="line.crossed", direction="A->B")
    site.take(message, outbox=listener)
    before = site.alarms(), site.rows(flow_hour), site.rows(alarm_day)
    site.take(message, message, outbox=listener)
    assert (site.alarms(), site.rows(flow_hour), site.rows(alarm_day)) == before
    assert listener.changes == [AlarmChange.RAISED]


def test_a_worse_stage_makes_the_alarm_worse(here: Site) -> None:
    _, task_id = here.camera()
    listener = Listener()
    here.take(event(task_id, "start", incident="i", severity="minor", stage="warning"), outbox=listener)
    here.take(event(task_id, "update", incident="i", severity="critical", stage="alarm", after_s=3), outbox=listener)
    here.take(event(task_id, "end", incident="i", severity="minor", stage="warning", after_s=5), outbox=listener)
    (found,) = here.alarms()
    assert (found["severity"], found["stage"]) == ("critical", "alarm")
    assert listener.changes == [AlarmChange.RAISED, AlarmChange.WORSENED, AlarmChange.ENDED]


def test_what_a_quiet_policy_hid_comes_out_when_it_gets_worse(here: Site) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(quiet=True), PolicyMatch(severities=("info",)))
    listener = Listener()
    here.take(event(task_id, "start", incident="i", severity="info"), outbox=listener)
    assert (here.alarms()[0]["quiet"], here.alarms()[0]["quiet_reason"], listener.heard) == (True, "policy", [])
    here.take(event(task_id, "update", incident="i", severity="critical", after_s=1), outbox=listener)
    assert (here.alarms()[0]["quiet"], here.alarms()[0]["quiet_reason"]) == (False, "")
    assert listener.changes == [AlarmChange.RAISED]


def test_merged_incidents_count_and_keep_their_own_events(site: Site) -> None:
    _, task_id = site.camera()
    site.policy(PolicyEffect(merge_s=60))
    listener = Listener()
    for second in (0, 10, 20):
        site.take(event(task_id, after_s=second, severity="critical" if second == 20 else "minor"), outbox=listener)
    first, *others = site.alarms()
    assert (first["count"], first["severity"], first["merged_into"]) == (3, "critical", None)
    assert {row["merged_into"] for row in others} == {first["id"]}
    assert len({row["alarm_id"] for row in site.rows(alarm_event)}) == 3
    assert listener.changes == [AlarmChange.RAISED, AlarmChange.UPDATED, AlarmChange.WORSENED]
    assert [row["alarms"] for row in site.rows(alarm_day) if row["alarms"]] == [1]


def test_cameras_do_not_merge_with_each_other(here: Site) -> None:
    here.policy(PolicyEffect(merge_s=60, cooldown_s=60))
    for _ in range(2):
        _, task_id = here.camera()
        here.take(event(task_id))
    assert all(not row["quiet"] and row["merged_into"] is None for row in here.alarms())


def test_too_few_wait_quietly_until_there_are_enough(here: Site) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(often=PolicyOften(times=3, within_s=60)))
    here.take(event(task_id), event(task_id, after_s=1))
    assert [row["quiet_reason"] for row in here.alarms()] == ["rare", "rare"]
    here.take(event(task_id, after_s=2))
    *before, last = here.alarms()
    assert (last["count"], last["quiet"]) == (3, False)
    assert {row["merged_into"] for row in before} == {last["id"]}


def test_nobody_acknowledged_it(site: Site) -> None:
    _, task_id = site.camera()
    site.policy(PolicyEffect(escalate=Escalation(after_s=120, severity="critical", targets=("chief",))))
    clock, listener = FakeClock(), Listener()
    site.take(event(task_id))
    clock.forward(seconds=119)
    assert look_again(site.database, clock, listener) == 0
    clock.forward(seconds=1)
    assert look_again(site.database, clock, listener) == 1
    (found,) = site.alarms()
    assert (found["severity"], found["escalated_at"]) == ("critical", clock.at)
    assert listener.heard == [(found["id"], AlarmChange.ESCALATED, ("chief",))]
    assert [row["action"] for row in site.rows(alarm_note)] == ["escalate"]
    assert look_again(site.database, clock, listener) == 0


def test_an_event_of_an_unknown_task_is_kept_all_the_same(site: Site) -> None:
    site.take(event("gone"), state("gone", "offline"), state("gone", "online"))
    by_quiet = {row["quiet_reason"]: row for row in site.alarms()}
    assert set(by_quiet) == {"", "unknown"}
    assert (by_quiet[""]["camera_id"], by_quiet[""]["camera_name"]) == ("", "gate")
    assert site.count(alarm_event) == 3


def test_rules_without_a_template_make_alarms_of_their_type(here: Site) -> None:
    _, task_id = here.camera()
    here.take(event(task_id, template="", severity="", name={}))
    assert (here.alarms()[0]["template"], here.alarms()[0]["severity"]) == ("region.entered", "minor")


@pytest.mark.parametrize(
    "wrong",
    [
        {"phase": "later"},
        {"occurred_at": "yesterday"},
        {"occurred_at": "2026-11-02T08:00:00"},
        {"type": ""},
        {"severity": "terrible"},
        {"incident_id": "x" * 65},
        {"rule_id": None},
        {"name": ["zh"]},
        {"count": -1},
        {"why": [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]},
        {"detail": "x" * 300_000},
    ],
)
def test_what_is_no_event_is_refused_in_one_line(here: Site, wrong: dict[str, Any]) -> None:
    _, task_id = here.camera()
    with pytest.raises(ServerError) as refused:
        here.take(event(task_id, **wrong))
    assert len(refused.value.message) < 300
    assert here.alarms() == []


def test_text_that_no_database_takes_is_cleaned(site: Site) -> None:
    _, task_id = site.camera()
    site.take(event(task_id, zone="ya\0rd", detail="\ud800", name={"zh": "入\0侵"}, value=float("nan")))
    (found,) = site.alarms()
    assert (found["zone"], found["name"], found["event"]["value"]) == ("yard", {"zh": "入侵"}, None)


def test_crossings_are_counted_by_the_hour(site: Site) -> None:
    camera_id, task_id = site.camera()
    line: dict[str, Any] = {"type": "line.crossed", "template": "counting", "severity": "info"}
    site.take(*(event(task_id, direction="A->B", after_s=second, **line) for second in (0, 10, 3600)))
    site.take(event(task_id, direction="B->A", **line))
    site.take(event(task_id, "end", direction="B->A", **line))
    counts = {(row["at"].hour, row["direction"]): row["passed"] for row in site.rows(flow_hour)}
    assert counts == {(8, "A->B"): 2, (9, "A->B"): 1, (8, "B->A"): 1}
    assert {row["camera_id"] for row in site.rows(flow_hour)} == {camera_id}


# --- outages ----------------------------------------------------------------------------------------------------


def test_an_outage_is_an_alarm_when_it_has_lasted(site: Site) -> None:
    camera_id, task_id = site.camera()
    site.policy(PolicyEffect(lasts_s=60), PolicyMatch(templates=("camera",)))
    clock, listener = FakeClock(), Listener()
    site.take(state(task_id, "offline", reason="timeout"), outbox=listener)
    assert (site.alarms()[0]["quiet_reason"], listener.heard) == ("short", [])
    clock.forward(seconds=60)
    look_again(site.database, clock, listener)
    (found,) = site.alarms()
    assert (found["template"], found["quiet"], found["severity"]) == ("camera", False, "major")
    assert found["name"]["en"] == "Camera offline"
    site.take(state(task_id, "online", after_s=100), at=clock.at, outbox=listener)
    assert site.alarms()[0]["ended_at"] == START + timedelta(seconds=100)
    assert listener.changes == [AlarmChange.RAISED, AlarmChange.ENDED]
    assert [row["condition"] for row in site.rows(camera_state)] == ["offline", "online"]
    assert {row["camera_id"] for row in site.rows(camera_state)} == {camera_id}
    assert site.rows(camera)[0]["condition"] == "connecting", "how it is now says its host's report alone"


def test_a_short_outage_stays_quiet(here: Site) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(lasts_s=60), PolicyMatch(templates=("camera",)))
    clock = FakeClock()
    here.take(state(task_id, "offline"), state(task_id, "connecting", 2), state(task_id, "online", 5))
    clock.forward(hours=1)
    assert look_again(here.database, clock, no_outbox) == 0
    (found,) = here.alarms()
    assert (found["quiet"], found["quiet_reason"], found["due_at"]) == (True, "short", None)


def test_an_outage_that_was_over_before_anybody_looked_is_shown(here: Site) -> None:
    _, task_id = here.camera()
    here.policy(PolicyEffect(lasts_s=60), PolicyMatch(templates=("camera",)))
    here.take(state(task_id, "offline"), state(task_id, "online", 3600), at=START + timedelta(hours=2))
    assert not here.alarms()[0]["quiet"]


def test_retries_belong_to_the_same_outage_and_the_next_one_does_not(here: Site) -> None:
    _, task_id = here.camera()
    here.take(state(task_id, "offline"), state(task_id, "offline", 30), state(task_id, "degraded", 40))
    here.take(state(task_id, "online", 50), state(task_id, "offline", 70))
    first, second = here.alarms()
    assert first["ended_at"] == START + timedelta(seconds=50)
    assert (second["began_at"], second["ended_at"]) == (START + timedelta(seconds=70), None)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1), (0, 2, 1)])
def test_states_that_overtake_each_other_tell_the_same(here: Site, order: tuple[int, ...]) -> None:
    _, task_id = here.camera()
    said = [state(task_id, "offline", 10), state(task_id, "offline", 20), state(task_id, "online", 30)]
    for number in order:
        here.take(said[number])
    (found,) = here.alarms()
    assert (found["began_at"], found["ended_at"]) == (START + timedelta(seconds=10), START + timedelta(seconds=30))


def test_what_a_device_says_of_itself_is_about_the_camera(here: Site) -> None:
    _, task_id = here.camera()
    here.take(event(task_id, type="device.failed", rule_id="system", template="", name={}, severity=""))
    assert (here.alarms()[0]["template"], here.alarms()[0]["severity"]) == ("camera", "minor")


# --- properties -------------------------------------------------------------------------------------------------

_incidents = st.lists(
    st.tuples(
        st.integers(0, 1),  # camera
        st.sampled_from(["intrusion", "counting"]),
        st.integers(0, 120),  # begin, s
        st.lists(st.sampled_from(["info", "minor", "major", "critical"]), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=6,
)
_policies = st.lists(
    st.tuples(
        st.builds(
            PolicyEffect,
            quiet=st.booleans(),
            lasts_s=st.sampled_from([0, 5]),
            merge_s=st.sampled_from([0, 30]),
            cooldown_s=st.sampled_from([0, 30]),
            often=st.none() | st.just(PolicyOften(times=2, within_s=60)),
        ),
        st.builds(PolicyMatch, severities=st.sampled_from([(), ("info",), ("major", "critical")])),
    ),
    max_size=3,
)


def _said(task_ids: list[str], incidents: list[tuple[int, str, int, list[str]]]) -> list[EventMessage]:
    said: list[EventMessage] = []
    for number, (which, template, begin_s, severities) in enumerate(incidents):
        for step, severity in enumerate(severities):
            phase = "start" if step == 0 else "end" if step == 3 else "update"
            told: dict[str, Any] = {"incident": f"i{number}", "template": template, "severity": severity}
            said.append(event(task_ids[which], phase, after_s=begin_s + step, count=step + 1, id=event_id(), **told))
    return said


def _empty(database: Database) -> None:
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


@pytest.mark.slow
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(incidents=_incidents, policies=_policies, data=st.data())
def test_every_event_is_in_one_alarm_and_the_sums_are_right(
    sqlite_database: Database,
    incidents: list[tuple[int, str, int, list[str]]],
    policies: list[tuple[PolicyEffect, PolicyMatch]],
    data: st.DataObject,
) -> None:
    _empty(sqlite_database)
    site = Site(sqlite_database)
    for effect, match in policies:
        site.policy(effect, match)
    said = _said([site.camera()[1], site.camera()[1]], incidents)
    order = data.draw(st.permutations(range(len(said))))
    again = data.draw(st.lists(st.sampled_from(range(len(said))), max_size=5))
    for number in [*order, *again]:
        site.take(said[number])
    rows = {row["id"]: row for row in site.alarms()}
    assert len(rows) == len(incidents)
    kept = {row["id"]: row["alarm_id"] for row in site.rows(alarm_event)}
    assert set(kept) == {message.id for message in said}
    for message in said:
        assert rows[kept[message.id]]["incident_id"] == message.event["incident_id"]
    for row in rows.values():
        _check_fate(row, rows)
    _check_sums(site)


def _check_fate(row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> None:
    """Shown, or quiet with a reason, or part of one that is shown; and it counts what is part of it."""
    assert row["quiet"] == (row["quiet_reason"] != "")
    if row["merged_into"] is not None:
        parent = rows[row["merged_into"]]
        assert not row["quiet"]
        assert not parent["quiet"]
        assert parent["merged_into"] is None
    parts = [other for other in rows.values() if other["merged_into"] == row["id"]]
    assert row["count"] == row["happened"] + sum(part["happened"] for part in parts)


def _check_sums(site: Site) -> None:
    shown = [row for row in site.alarms() if not row["quiet"] and row["merged_into"] is None]
    counted: dict[tuple[Any, ...], int] = {}
    for row in shown:
        key = row["began_at"].date(), row["began_at"].hour, row["camera_id"], row["template"], row["severity"]
        counted[key] = counted.get(key, 0) + 1
    kept = {
        (row["day"], hour, row["camera_id"], row["template"], row["severity"]): row[name]
        for row in site.rows(alarm_day)
        for hour, name in enumerate(HOURS)
        if row[name]
    }
    assert kept == counted


@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)))
def test_an_incident_is_the_same_in_whatever_order_it_comes(sqlite_database: Database, order: list[int]) -> None:
    _empty(sqlite_database)
    site = Site(sqlite_database)
    _, task_id = site.camera()
    phases = ("start", "update", "update", "update", "end")
    severities = ("minor", "major", "critical", "critical", "minor")
    said = [
        event(task_id, phase, incident="i", after_s=n, count=n, severity=severity, stage=f"s{n}", id=ulid(n))
        for n, (phase, severity) in enumerate(zip(phases, severities, strict=True))
    ]
    for number in order:
        site.take(said[number])
    (found,) = site.alarms()
    told = {name: found[name] for name in ("began_at", "ended_at", "count", "severity", "stage")}
    assert told == {
        "began_at": START,
        "ended_at": START + timedelta(seconds=4),
        "count": 4,
        "severity": "critical",
        "stage": "s3",
    }
    assert found["event"]["id"] == ulid(3)


def test_the_copies_outlive_the_camera(site: Site) -> None:
    camera_id, task_id = site.camera("Gate")
    site.take(event(task_id))
    with site.database.write() as connection:
        connection.execute(delete(camera).where(camera.c.id == camera_id))
        assert connection.execute(select(func.count()).select_from(task)).scalar() == 0
    assert site.alarms()[0]["camera_name"] == "Gate"
