"""Alarms as they happen."""

import pytest
from fastapi import FastAPI
from starlette.websockets import WebSocketDisconnect
from tests.server.alarms import Site, event
from tests.server.conftest import Visitors
from tests.server.people import BASE, Person, add_account, add_group

from camloom.server.access import Principal, Role
from camloom.server.business import feed
from camloom.server.business.feed import read_feed
from camloom.server.database import Database

FEED = "/api/v1/feed"
EVERYBODY = Principal("", "all", Role.VIEWER, None)
OURS = {"Origin": BASE}


@pytest.fixture
def site(sqlite_app: FastAPI) -> Site:
    return Site(sqlite_app.state.database)


def test_whoever_was_away_misses_nothing(sqlite_app: FastAPI, site: Site, visit: Visitors) -> None:
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "viewer", all_groups=True))
    _, task_id = site.camera()
    site.take(event(task_id))
    with person.websocket_connect(FEED, headers=OURS) as socket:
        first = socket.receive_json()
        assert first["alarms"] == []
        site.take(event(task_id, "start", incident="i"))
        second = socket.receive_json()
        assert [one["phase"] if "phase" in one else one["ended_at"] for one in second["alarms"]] == [None]
    site.take(event(task_id, "end", incident="i", after_s=5), event(task_id))
    with person.websocket_connect(f"{FEED}?after={second['after']}", headers=OURS) as socket:
        third = socket.receive_json()
        assert [one["ended_at"] is not None for one in third["alarms"]] == [True, True]
        assert third["after"] > second["after"]


def test_a_feed_has_only_what_its_reader_may_see(sqlite_app: FastAPI, site: Site, visit: Visitors) -> None:
    group_id = add_group(sqlite_app, "South")
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "viewer", groups=(group_id,)))
    _, own = site.camera("Own", group_id)
    _, other = site.camera("Other")
    site.take(event(other), event(own), event(other))
    with person.websocket_connect(f"{FEED}?after=0", headers=OURS) as socket:
        told = socket.receive_json()
    assert [one["camera_name"] for one in told["alarms"]] == ["Own"]


def test_much_that_is_not_for_its_reader_is_passed_over_some_at_a_time(
    sqlite_app: FastAPI, site: Site, visit: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_REACH", 2)
    group_id = add_group(sqlite_app, "South")
    person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "viewer", groups=(group_id,)))
    _, own = site.camera("Own", group_id)
    _, other = site.camera("Other")
    site.take(*(event(other) for _ in range(9)), event(own))
    with person.websocket_connect(f"{FEED}?after=0", headers=OURS) as socket:
        assert socket.receive_json() == {"alarms": [], "after": 2}
        assert [one["camera_name"] for one in socket.receive_json()["alarms"]] == ["Own"]


def test_no_feed_for_strangers(sqlite_app: FastAPI, visit: Visitors) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, visit(sqlite_app).websocket_connect(FEED) as socket:
        socket.receive_json()
    assert refused.value.code == 4401
    person: Person = visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "viewer"))
    elsewhere = {"Origin": "https://elsewhere.test"}
    with pytest.raises(WebSocketDisconnect), person.websocket_connect(FEED, headers=elsewhere):
        pass


def test_more_than_fits_comes_in_pieces(sqlite_database: Database) -> None:
    site = Site(sqlite_database)
    _, task_id = site.camera()
    site.take(*(event(task_id) for _ in range(120)))
    seen: list[str] = []
    after = 0
    while (message := read_feed(sqlite_database, EVERYBODY, after)).alarms:
        seen += [one.id for one in message.alarms]
        after = message.after
    assert seen == [row["id"] for row in sorted(site.alarms(), key=lambda row: row["change"])]
    assert read_feed(sqlite_database, EVERYBODY, 10**9).after == after, "a reader of another database begins anew"
