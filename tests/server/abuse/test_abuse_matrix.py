"""Every operation of the API, asked by everybody about what is somebody else's: refused, and nothing changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect
from tests.server.abuse.decisions import DECISIONS, WITH_BODY, Of, asked
from tests.server.abuse.world import API, Half, Rows, World
from tests.server.people import Person

from camloom.server.access.principal import ROLES

ROLE = {
    "nobody": 0,
    "viewer of alpha": 1,
    "key of a viewer of alpha": 1,
    "operator of alpha": 2,
    "operator of bravo": 2,
    "administrator": 3,
}
# What is written down about a request itself, also where it is refused.
_NOTED = {"audit", "login_session", "api_key"}
_INCOMPLETE = {("create_site_map", 422), ("reorder_policies", 422), ("end_my_session", 404)}
_NOT_WITH_A_KEY = {"create_key", "change_password", "end_other_sessions", "logout", "make_live_link"} | {
    "list_my_sessions",
    "end_my_session",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A way to ask."""

    name: str
    method: str
    path: str
    role: int
    takes_body: bool

    def ask(self, world: World, person: Person, half: Half) -> Any:
        """Ask about what belongs to a half."""
        how = asked(self.name, half).how()
        return person.request(self.method, world.path(self.path, half), **how)


def operations(app: FastAPI) -> Iterator[Operation]:
    """Yield every operation that the server describes."""
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            role = ROLES[told["x-role"]] if "x-role" in told else 0
            yield Operation(told["operationId"], method.upper(), path, int(role), "requestBody" in told)


def expected(operation: Operation, name: str) -> int | None:
    """Return the status of a refusal of what is about `bravo`; None: the person may."""
    of, role = DECISIONS[operation.name], ROLE[name]
    if of in (Of.NOBODY, Of.LIBRARY):
        return 401 if of is Of.LIBRARY else None
    if role == 0:
        return 401
    if role < operation.role or (of is Of.ALL and name != "administrator"):
        return 403
    if "key" in name and operation.name in _NOT_WITH_A_KEY:
        return 403
    hidden = of in (Of.GROUP, Of.OWNER) and name not in ("operator of bravo", "administrator")
    return 404 if hidden else None


def test_a_route_that_nobody_decided_about_is_noticed(sqlite_app: FastAPI) -> None:
    found = {one.name: one for one in operations(sqlite_app)}
    assert found.keys() == DECISIONS.keys(), "decide in decisions.py whose each operation's object is"
    without = {name for name, one in found.items() if one.takes_body} - WITH_BODY
    assert without == set(), "say in decisions.py what to send"


def test_who_may_not_gets_nothing_and_changes_nothing(world: World) -> None:
    before = _kept(world.rows())
    wrong: list[tuple[object, ...]] = []
    for operation in operations(world.app):
        for name, person in world.people.items():
            status = expected(operation, name)
            if status is None:
                continue
            answer = operation.ask(world, person, world.bravo)
            if answer.status_code != status:
                wrong.append((operation.name, name, answer.status_code, status))
            if traces := _traces(world.bravo, world.path(operation.path, world.bravo), answer.text):
                wrong.append((operation.name, name, "tells", traces))
    assert wrong == []
    assert _kept(world.rows()) == before


def test_what_is_not_there_looks_like_what_one_may_not_know_of(world: World) -> None:
    nowhere = Half("nowhere", dict.fromkeys(world.bravo.ids, "01K00000000000000000000000"))
    for operation in operations(world.app):
        if DECISIONS[operation.name] not in (Of.GROUP, Of.OWNER):
            continue
        for name in ("viewer of alpha", "operator of alpha"):
            if expected(operation, name) == 404:
                person = world.people[name]
                hidden, missing = (operation.ask(world, person, half) for half in (world.bravo, nowhere))
                assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json()), operation.name


def test_no_answer_tells_anybody_of_what_they_may_not_know(world: World) -> None:
    """Lists are filtered, sums are of what is seen, and asking for other cameras by name does not help."""
    told_of_own = set()
    for operation in operations(world.app):
        if operation.method != "GET":
            continue
        for name, person in world.strangers.items():
            if expected(operation, name) in (401, 403) or operation.name in ("list_people", "list_assignees"):
                continue
            for half in (world.alpha, world.bravo):
                answer = operation.ask(world, person, half)
                allowed = [] if half is world.alpha else [half.ids["group_id"], half.ids["camera_id"]]
                traces = [one for one in _traces(world.bravo, "", _text(answer)) if one not in allowed]
                assert traces == [], (operation.name, name, traces)
                if half is world.alpha and world.alpha.word in _text(answer):
                    told_of_own.add(operation.name)
    assert told_of_own >= {
        *("list_alarms", "list_cameras", "list_tasks", "list_groups", "list_keys", "list_site_maps", "export_alarms"),
        *("get_alarm", "get_camera", "get_task", "get_host", "get_timeline", "get_report", "get_report_csv"),
        *("list_report_schedules", "list_push_deliveries"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["operator of bravo", "administrator"])
def test_who_may_is_not_refused(world: World, name: str) -> None:
    """Without this the matrix would hold for a server that refuses everything."""
    before, wrong = world.rows(), []
    person = world.people[name]
    cookies = dict(person.cookies)
    for operation in operations(world.app):
        if expected(operation, name) is not None or DECISIONS[operation.name] is Of.NOBODY:
            continue
        status = operation.ask(world, person, world.bravo).status_code
        # 409, 503, 504: there is no host and no mail server in this test. 422: bodies that are not complete.
        if status >= 300 and status not in (409, 503, 504) and (operation.name, status) not in _INCOMPLETE:
            wrong.append((operation.name, status))
        if operation.method != "GET":
            world.restore(before)
            person.cookies.clear()
            person.cookies.update(cookies)
    assert wrong == []


def test_many_at_once_reach_only_ones_own(world: World) -> None:
    ids = [world.alpha.ids["alarm_id"], world.bravo.ids["alarm_id"]]
    answer = world.people["operator of alpha"].post(
        f"{API}/alarms/handling", json={"action": "close", "ids": ids, "text": "mine"}
    )
    assert answer.json() == {"done": ids[:1]}
    seen = world.people["operator of bravo"].get(f"{API}/alarms/{ids[1]}").json()
    assert (seen["handling"], seen["notes"]) == ("new", [])


def test_a_replay_sends_only_what_one_may_know_of(world: World) -> None:
    path = f"{API}/pushes/{world.site_wide['push_id']}"
    span = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    cameras = [one["camera_name"] for one in world.admin.get(f"{path}/deliveries").json()["items"]]
    of_alpha = sum(name.startswith(world.alpha.word) for name in cameras)
    assert 0 < of_alpha < len(cameras)
    with world.app.state.database.write() as connection:
        connection.exec_driver_sql("update push_delivery set state = 'refused'")
    assert world.people["operator of alpha"].post(f"{path}/replay", json=span).json() == {"deliveries": of_alpha}


def _sockets(app: FastAPI) -> list[str]:
    found = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        for one in inner.routes if inner is not None else [route]:
            if isinstance(one, WebSocketRoute) or type(one).__name__ == "APIWebSocketRoute":
                found.append(str(getattr(one, "path", "")))
    return sorted(found)


SOCKETS = {"/feed": None, "/live/{camera_id}/boxes": 4404, "/live/{camera_id}/flv": 4404}


def test_every_socket_is_decided_about(sqlite_app: FastAPI) -> None:
    assert _sockets(sqlite_app) == sorted(SOCKETS)


def test_who_may_not_gets_no_socket(world: World) -> None:
    for path, refusal in SOCKETS.items():
        url = API + world.path(path, world.bravo)
        assert _closed(world.people["nobody"], url) == 4401
        for person in world.strangers.values():
            if refusal is None:
                with person.websocket_connect(f"{url}?after=0") as socket:
                    told = socket.receive_text()
                assert world.alpha.word in told
                assert _traces(world.bravo, "", told) == []
            else:
                assert _closed(person, url) == refusal
                assert _closed(person, API + world.path(path, world.alpha)) == 4503


def _closed(person: Person, url: str) -> int:
    try:
        with person.websocket_connect(url) as socket:
            socket.receive_bytes()
    except WebSocketDisconnect as closed:
        return closed.code
    raise AssertionError("the socket stays open")


def _kept(rows: Rows) -> Rows:
    return {name: found for name, found in rows.items() if name not in _NOTED}


def _traces(half: Half, asked_for: str, text: str) -> list[str]:
    """Return what an answer tells of a half that the question did not."""
    return [one for one in half.traces() if one in text and one not in asked_for]


def _text(answer: Any) -> str:
    return str(answer.content.decode("utf-8", "replace"))
