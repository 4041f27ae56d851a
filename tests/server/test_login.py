"""Coming in and going out."""

from typing import Any

from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import PASSWORD, Person, add_account, add_group, add_key

from camloom.server.access.tokens import digest


def test_nobody_is_in_without_a_session(client: Person) -> None:
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not-logged-in"


def test_login_gives_a_cookie_that_scripts_cannot_read(app: FastAPI, client: Person) -> None:
    add_account(app, "Ann", "operator")
    answer = client.post("/api/v1/login", json={"name": " ANN ", "password": PASSWORD})
    assert answer.json() | {"csrf": "", "account_id": ""} == {
        "account_id": "",
        "name": "Ann",
        "role": "operator",
        "language": "en",
        "groups": [],
        "has_password": True,
        "csrf": "",
    }
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert client.get("/api/v1/me").json()["name"] == "Ann"


def test_groups_include_those_below(app: FastAPI, client: Person) -> None:
    site = add_group(app, "Site")
    gate = add_group(app, "Gate", site)
    booth = add_group(app, "Booth", gate)
    add_group(app, "Elsewhere")
    add_account(app, "ann", groups=(site,))
    client.log_in("ann")
    assert client.get("/api/v1/me").json()["groups"] == sorted([site, gate, booth])


def test_a_session_ends_when_idle_and_after_its_time(app: FastAPI, admin: Person, clock: FakeClock) -> None:
    for _ in range(3):
        clock.forward(hours=11)
        assert admin.get("/api/v1/me").status_code == 200
    clock.forward(hours=12)
    assert admin.get("/api/v1/me").status_code == 401
    admin.log_in("admin")
    for _ in range(15):
        clock.forward(hours=11)
        assert admin.get("/api/v1/me").status_code == 200
    clock.forward(hours=3)
    assert admin.get("/api/v1/me").status_code == 401


def test_logout_ends_the_session_on_the_server(admin: Person) -> None:
    cookies = dict(admin.cookies)
    assert admin.post("/api/v1/logout").json() == {"url": None}
    assert not admin.cookies
    admin.cookies.update(cookies)
    assert admin.get("/api/v1/me").status_code == 401


def test_a_new_password_ends_the_other_sessions(app: FastAPI, admin: Person, visit: Visitors) -> None:
    elsewhere = visit(app).log_in("admin")
    change = {"current": PASSWORD, "new": "another good one"}
    assert admin.post("/api/v1/me/password", json=change | {"current": "wrong"}).status_code == 422
    assert admin.post("/api/v1/me/password", json=change).status_code == 204
    assert admin.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401
    visit(app).log_in("admin", "another good one")


def test_one_sees_ones_own_sessions_and_ends_them(
    app: FastAPI, admin: Person, viewer: Person, visit: Visitors, clock: FakeClock
) -> None:
    clock.forward(minutes=5)
    elsewhere = visit(app)
    elsewhere.headers["User-Agent"] = "Phone"
    elsewhere.log_in("admin")
    here, there = _sessions(elsewhere)
    assert (here["current"], here["agent"], there["current"]) == (True, "Phone", False)
    assert digest(elsewhere.cookies["camloom"]) not in str(here)
    path = "/api/v1/me/sessions/"
    assert viewer.delete(path + there["id"]).status_code == 404
    assert elsewhere.delete(path + there["id"]).status_code == 204
    assert elsewhere.delete(path + there["id"]).status_code == 404
    assert admin.get("/api/v1/me").status_code == 401
    assert _sessions(elsewhere) == [here]


def test_sessions_that_are_over_are_not_shown(app: FastAPI, admin: Person, visit: Visitors, clock: FakeClock) -> None:
    clock.forward(hours=11)
    elsewhere = visit(app).let_in(admin.account_id)
    assert len(_sessions(elsewhere)) == 2
    clock.forward(hours=2)
    assert [one["current"] for one in _sessions(elsewhere)] == [True]


def _sessions(person: Person) -> list[dict[str, Any]]:
    answer = person.get("/api/v1/me/sessions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_key_does_no_more_than_its_account_and_its_role(app: FastAPI, client: Person, clock: FakeClock) -> None:
    client.headers.pop("Origin")
    account_id = add_account(app, "ann", "operator")
    client.headers["Authorization"] = f"Bearer {add_key(app, account_id, 'administrator')}"
    assert client.get("/api/v1/me").json()["role"] == "operator"
    client.headers["Authorization"] = f"Bearer {add_key(app, account_id, 'viewer')}"
    assert client.get("/api/v1/people").status_code == 403
    expiring = add_key(app, account_id, expires_at=clock.at)
    client.headers["Authorization"] = f"Bearer {expiring}"
    assert client.get("/api/v1/me").status_code == 401
