"""Nobody gets in who should not: every route, every role."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import PASSWORD, Person, add_account, add_key

from camloom.server.access.principal import ROLES
from camloom.server.access.tokens import digest
from camloom.server.database.tables import api_key, login_session
from camloom.server.health.description import guard_of

VIID = "/VIID/Subscribes"  # has a guard of its own: libraries come by HTTP digest
CONSOLE = {"/assets", "/mark.svg", "/{path:path}"}
OPEN = {"/healthz", "/readyz", "/api/v1/setup", "/api/v1/reset", "/api/v1/login"} | {
    "/api/v1/oidc",
    "/api/v1/oidc/begin",
    "/api/v1/oidc/finish",
}
UNSAFE = {"post", "put", "patch", "delete"}


def _operations(app: FastAPI) -> list[tuple[str, str, str | None]]:
    document = app.openapi()
    return [
        (method, path, operation.get("x-role"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _call(client: Person, method: str, path: str, **how: Any) -> int:
    return client.request(method, re.sub(r"\{[^}]+\}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", path), **how).status_code


def test_every_route_has_a_guard(sqlite_app: FastAPI) -> None:
    routes = list(iter_route_contexts(sqlite_app.routes))
    unguarded = {str(route.path) for route in routes if guard_of(route) is None}
    assert unguarded == OPEN | CONSOLE | {VIID}
    assert len(routes) > 20


def test_the_description_names_every_route_and_its_role(sqlite_app: FastAPI) -> None:
    described = {path for _, path, _ in _operations(sqlite_app)}
    routes = {route.path for route in iter_route_contexts(sqlite_app.routes) if route.methods}
    assert routes - described == {"/api/v1/openapi.json"} | CONSOLE - {"/assets"}
    assert all((role is None) == (path in OPEN | {VIID}) for _, path, role in _operations(sqlite_app))


def test_nobody_gets_an_answer_without_a_session(sqlite_app: FastAPI, visit: Visitors) -> None:
    client = visit(sqlite_app)
    answers = {
        (method, path): _call(client, method, path)
        for method, path, role in [*_operations(sqlite_app), ("get", "/api/v1/openapi.json", "viewer")]
        if role is not None
    }
    assert set(answers.values()) == {401}


@pytest.mark.parametrize("role", ["viewer", "operator", pytest.param("administrator", marks=pytest.mark.slow)])
def test_a_role_gets_what_it_may_and_nothing_else(sqlite_app: FastAPI, visit: Visitors, role: str) -> None:
    client = visit(sqlite_app)
    for method, path, needed in _operations(sqlite_app):
        if needed is None or path == "/api/v1/logout":
            continue
        account_id = add_account(sqlite_app, f"{method} {path}", role, all_groups=True)  # type: ignore[arg-type]
        status = _call(client.let_in(account_id), method, path)
        allowed = ROLES[role] >= ROLES[needed]  # type: ignore[index]
        assert (status == 403) != allowed, (method, path, status)
        assert status != 401
        assert status < 500


def test_forged_revoked_and_expired_tokens_are_nothing(sqlite_app: FastAPI, visit: Visitors, clock: FakeClock) -> None:
    client = visit(sqlite_app)
    account_id = add_account(sqlite_app, "ann")
    key = add_key(sqlite_app, account_id)
    stored = digest(key)
    unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4iLCJyb2xlIjoiYWRtaW5pc3RyYXRvciJ9."
    for forged in ("", " ", "x" * 5000, unsigned, key[:-1], key + "A", key.upper(), stored, "camloom_", "%"):
        for scheme in ("Bearer", "Basic", "bearer ", "Token"):
            if (forged, scheme) != (key, "Bearer"):
                headers = {"Authorization": f"{scheme} {forged}"}
                assert client.get("/api/v1/me", headers=headers).status_code == 401
        client.cookies.set("camloom", forged, domain="box.test", path="/")
        assert client.get("/api/v1/me").status_code == 401
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    with sqlite_app.state.database.write() as connection:
        connection.execute(api_key.update().values(expires_at=clock.at))
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    client.let_in(account_id)
    with sqlite_app.state.database.write() as connection:
        connection.execute(login_session.delete())
    assert client.get("/api/v1/me").status_code == 401


def test_tokens_are_not_kept(sqlite_app: FastAPI, visit: Visitors) -> None:
    client = visit(sqlite_app)
    key = add_key(sqlite_app, add_account(sqlite_app, "ann"))
    client.log_in("ann")
    with sqlite_app.state.database.read() as connection:
        kept = str([connection.execute(table.select()).all() for table in (login_session, api_key)])
    assert key not in kept
    assert client.cookies["camloom"] not in kept
    assert PASSWORD not in kept


def test_a_key_cannot_make_another(sqlite_app: FastAPI, visit: Visitors) -> None:
    client = visit(sqlite_app)
    account_id = add_account(sqlite_app, "ann", "administrator")
    client.headers["Authorization"] = f"Bearer {add_key(sqlite_app, account_id)}"
    for method, path, body in (
        ("post", "/api/v1/keys", {"name": "next"}),
        ("post", "/api/v1/me/password", {"current": PASSWORD, "new": "a new password"}),
        ("post", "/api/v1/logout", None),
        ("get", "/api/v1/me/sessions", None),
        ("delete", "/api/v1/me/sessions", None),
        ("delete", "/api/v1/me/sessions/one", None),
    ):
        answer = client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "session-needed")
