"""Whoever names a camera group means those below it as well: in lists, policies and pushes."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.server.alarms import Site, event
from tests.server.conftest import Visitors
from tests.server.people import Person, add_account, add_group

from camloom.server.database.tables import push_delivery

API = "/api/v1"


@pytest.fixture
def boss(sqlite_app: FastAPI, visit: Visitors) -> Person:
    return visit(sqlite_app).let_in(add_account(sqlite_app, "boss", "administrator"))


def _webhook(groups: list[str]) -> dict[str, object]:
    settings = {"url": "https://10.1.2.3/", "secret": "s" * 32}
    return {"kind": "webhook", "name": "hook", "settings": settings, "match": {"groups": groups}}


def test_a_group_means_those_below_it(sqlite_app: FastAPI, boss: Person) -> None:
    site = Site(sqlite_app.state.database)
    plant = add_group(sqlite_app, "Plant")
    hall = add_group(sqlite_app, "Hall", plant)
    gate, other = add_group(sqlite_app, "Gate", hall), add_group(sqlite_app, "Other")
    camera_id, task_id = site.camera(group_id=gate)
    boss.post(f"{API}/policies", json={"name": "x", "match": {"groups": [plant]}, "effect": {"severity": "critical"}})
    targets = [boss.post(f"{API}/pushes", json=_webhook(groups)).json()["id"] for groups in ([plant], [other], [])]
    site.take(event(task_id), at=sqlite_app.state.clock(), outbox=sqlite_app.state.outbox)

    for group, found in ((plant, 1), (hall, 1), (gate, 1), (other, 0)):
        assert len(boss.get(f"{API}/alarms?group={group}").json()["items"]) == found
        cameras = boss.get(f"{API}/cameras?group={group}").json()["items"]
        assert [one["id"] for one in cameras] == [camera_id][:found]
    assert boss.get(f"{API}/alarms").json()["items"][0]["severity"] == "critical"
    with sqlite_app.state.database.read() as connection:
        told = set(connection.scalars(select(push_delivery.c.push_target_id)))
    assert told == {targets[0], targets[2]}


def test_a_group_that_is_gone_matches_nothing(sqlite_app: FastAPI, boss: Person) -> None:
    site, gone = Site(sqlite_app.state.database), add_group(sqlite_app, "Gone")
    _, task_id = site.camera()
    boss.post(f"{API}/policies", json={"name": "x", "match": {"groups": [gone]}, "effect": {"quiet": True}})
    assert boss.delete(f"{API}/groups/{gone}").status_code == 204
    site.take(event(task_id), at=sqlite_app.state.clock())
    assert len(boss.get(f"{API}/alarms").json()["items"]) == 1
