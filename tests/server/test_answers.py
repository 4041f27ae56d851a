"""How the server says no, whatever is sent to it; and what it puts on every answer."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.types import Message, Receive, Scope, Send
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.people import Person, add_account

from camloom.errors import CamloomError, ConfigError, ExchangeError, ServerError
from camloom.server.access import Viewer
from camloom.server.app import create_app
from camloom.server.database import Database
from camloom.server.settings import ServerSettings
from camloom.server.web import RefusedError
from camloom.server.web.log import configure_log
from camloom.server.web.paging import cursor_of, cursor_values
from camloom.server.web.protection import Patience

CANARY = "canary-5f3a"


@pytest.fixture
def person(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """Somebody who is logged in."""
    return visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "administrator"))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log, as it is written when the server runs."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_log(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def _failing(app: FastAPI, error: Exception) -> None:
    @app.get("/api/v1/test/{word}")
    def fail(word: str, principal: Viewer) -> None:
        raise error

    # Before the console, which answers every path that is left.
    app.router.routes.insert(0, app.router.routes.pop())


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/api/v1/nowhere", None, (404, "not-found")),
        ("GET", "/api/v1/accounts/", None, (404, "not-found")),
        ("GET", "/api/v1/accounts/x", None, (404, "not-found")),
        ("PUT", "/api/v1/login", None, (405, "method-not-allowed")),
        ("GET", "/api/v1/me%00", None, (400, "malformed")),
        ("GET", "/api/v1/audit?action=%00", None, (400, "malformed")),
        ("GET", "/api/v1/audit?limit=0", None, (422, "invalid")),
        ("GET", "/api/v1/audit?since=2026-01-01", None, (422, "invalid")),
        ("POST", "/api/v1/groups", b"{", (422, "invalid")),
        ("POST", "/api/v1/groups", b"[" * 100_000, (400, "malformed")),
        ("POST", "/api/v1/groups", b'{"name": "a", "nmae": "b"}', (422, "invalid")),
        ("POST", "/api/v1/groups", b'{"name": "a\\u0000"}', (422, "invalid")),
        ("POST", "/api/v1/groups", b'{"name": "\xff"}', (400, "malformed")),
        ("POST", "/api/v1/groups", b" " * (1 << 20) + b"{}", (413, "too-large")),
    ],
)
def test_every_refusal_has_the_one_shape(
    person: Person, method: str, path: str, body: bytes | None, expected: tuple[int, str]
) -> None:
    answer = person.request(method, path, content=body, headers={"Content-Type": "application/json"} if body else {})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == expected
    assert set(error) == {"code", "message", "hint", "problems", "id", "values"}
    assert error["message"]
    assert "\n" not in error["message"]


def test_a_parameter_is_called_by_its_name_alone(person: Person) -> None:
    error = person.get("/api/v1/audit?limit=0").json()["error"]
    assert (error["problems"][0]["path"], error["message"].partition(":")[0]) == (["limit"], "limit")
    answer = person.post("/api/v1/groups", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.json()["error"]["message"] == "what was sent is no JSON"


def test_a_body_without_a_length_is_bounded_too(person: Person) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 10_000

    answer = person.post("/api/v1/groups", content=endless(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large")


def test_a_route_may_take_more_and_is_bounded_too(settings: ServerSettings, sqlite_database: Database) -> None:
    router = APIRouter()

    @router.post("/upload", max_body_size=3 << 20)
    async def upload(request: Request, principal: Viewer) -> int:
        return sum([len(part) async for part in request.stream()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("camloom.server.app.routers", lambda: (router,))
        app = create_app(settings, sqlite_database, FakeExchange(), FakeClock())
    with Person(app) as client:
        client.let_in(add_account(app, "ann"))
        assert client.post("/api/v1/upload", content=b" " * (2 << 20)).json() == 2 << 20
        answer = client.post("/api/v1/upload", content=b" " * (4 << 20))
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large")
        client.cookies.clear()
        assert client.post("/api/v1/upload", content=b" " * (4 << 20)).status_code == 401


def test_problems_of_a_document_come_with_their_place(person: Person) -> None:
    answer = person.post("/api/v1/accounts", json={"name": "Bob", "password": "x", "rle": "viewer"})
    problems = {tuple(one["path"]): one["message"] for one in answer.json()["error"]["problems"]}
    assert "Did you mean 'role'?" in problems["rle",]
    answer = person.post("/api/v1/accounts", json={"name": "Bob", "password": CANARY * 400, "role": "king"})
    assert {tuple(one["path"]) for one in answer.json()["error"]["problems"]} == {("password",), ("role",)}
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RefusedError(418, "teapot", "no coffee"), (418, "teapot")),
        (ConfigError("zones.0: too small"), (422, "refused")),
        (ExchangeError("the host is away"), (503, "host-away")),
        (ServerError("no"), (500, "failed")),
        (CamloomError("no"), (500, "failed")),
        (IntegrityError("insert", {"p": CANARY}, ValueError("x")), (409, "conflict")),
        (OperationalError("insert", {"p": CANARY}, ValueError("x")), (503, "database")),
        (DataError("insert", {"p": CANARY}, ValueError("x")), (422, "invalid")),
        (OverflowError(CANARY), (422, "invalid")),
        (RuntimeError(CANARY), (500, "internal")),
        (ExceptionGroup(CANARY, [ValueError(CANARY)]), (500, "internal")),
    ],
)
def test_no_error_tells_strangers_more_than_it_should(
    sqlite_app: FastAPI, person: Person, error: Exception, expected: tuple[int, str]
) -> None:
    _failing(sqlite_app, error)
    answer = person.get("/api/v1/test/x")
    assert (answer.status_code, answer.json()["error"]["code"]) == expected
    assert CANARY not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_error_of_our_own_is_found_in_the_log_by_its_id(
    sqlite_app: FastAPI, person: Person, log: io.StringIO
) -> None:
    _failing(sqlite_app, RuntimeError("boom"))
    error_id = person.get("/api/v1/test/x").json()["error"]["id"]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    entry = next(line for line in lines if line["event"] == "error")
    assert entry["error_id"] == error_id
    assert "RuntimeError: boom" in entry["exception"]


def test_nobody_writes_lines_of_their_own_into_the_log(person: Person, log: io.StringIO) -> None:
    forged = '\r\n{"event": "forged"}\u2028\u0085\x1b[2J'
    person.get(f"/api/v1/{quote(forged)}", headers=[("User-Agent", b"x\xff\x9b")])  # type: ignore[arg-type]
    person.post("/api/v1/login", json={"name": forged, "password": CANARY}, params={"token": CANARY})
    logging.getLogger("other").warning("name %s", forged)
    lines = log.getvalue().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events.count("request") == 2
    assert "forged" not in events
    assert "\x1b" not in log.getvalue()
    assert CANARY not in log.getvalue()


def test_every_answer_protects_the_browser(sqlite_app: FastAPI, person: Person) -> None:
    _failing(sqlite_app, RuntimeError())
    for path in ("/healthz", "/api/v1/me", "/api/v1/nowhere", "/api/v1/test/x", "/api/v1/me%00"):
        headers = person.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert ("no-store" in headers.get("cache-control", "")) == path.startswith("/api")
        assert "access-control-allow-origin" not in headers


def test_a_forged_host_changes_nothing(person: Person) -> None:
    plain = person.get("/api/v1/me")
    forged = person.get("/api/v1/me", headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"})
    assert (forged.status_code, forged.content) == (plain.status_code, plain.content)
    for host in ("", "[", "a b", "evil.test:x", "evil.test\x7f", "x" * 5000):
        assert person.get("/api/v1/me", headers={"Host": host}).content == plain.content
        assert person.patch("/api/v1/me", json={"language": "zh"}, headers={"Host": host}).status_code == 403
    for path in ("/api/v1/accounts/", "/healthz/", "//evil.test/..", "/api/v1"):
        answer = person.get(path, headers={"Host": "evil.test"})
        assert answer.status_code in {200, 404}
        assert "location" not in answer.headers
        assert "evil.test" not in answer.text


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", cursor_of(), cursor_of("a"), cursor_of(1, 2), cursor_of(2**63, "a"), cursor_of(1, "\0"), "W1td"],
)
def test_a_cursor_of_somebody_else_is_refused(cursor: str) -> None:
    with pytest.raises(RefusedError) as refused:
        cursor_values(cursor, int, str)
    assert refused.value.status == 422


def test_a_cursor_comes_back_as_it_was() -> None:
    cursor = cursor_of(1_700_000_000_000_000, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert re.fullmatch(r"[\w-]+", cursor)
    assert cursor_values(cursor, int, str) == (1_700_000_000_000_000, "01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_whoever_stops_in_the_middle_of_a_body_is_given_up() -> None:
    got: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(await receive())
        got.append(await receive())

    async def receive() -> Message:
        if got:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(Patience(app, idle_s=0.01)(scope, receive, send))
    assert [message["type"] for message in got] == ["http.request", "http.disconnect"]


def test_a_database_that_is_away_is_said_so(sqlite_app: FastAPI, person: Person) -> None:
    with sqlite_app.state.database.write() as connection:
        connection.execute(text("drop table login_session"))
    answer = person.get("/api/v1/me")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database")
    assert "login_session" not in answer.text


@pytest.fixture
def probe(person: Person) -> Callable[[str], tuple[int, Any]]:
    """Ask a probe as a stranger does."""
    person.cookies.clear()

    def ask(path: str) -> tuple[int, Any]:
        answer = person.get(path)
        return answer.status_code, answer.json()

    return ask


def test_probes_say_yes_or_no_and_nothing_else(sqlite_app: FastAPI, probe: Callable[[str], tuple[int, Any]]) -> None:
    assert probe("/healthz") == (200, {"ok": True})
    assert probe("/readyz") == (200, {"ok": True})
    with sqlite_app.state.database.write() as connection:
        connection.execute(text("update alembic_version set version_num = 'old'"))
    assert probe("/healthz") == (200, {"ok": True})
    assert probe("/readyz") == (503, {"ok": False})


def test_figures_are_for_those_who_see_everything(sqlite_app: FastAPI, person: Person, visit: Visitors) -> None:
    person.get("/api/v1/nowhere/else")
    person.get("/api/v1/accounts/x")
    figures = person.get("/metrics").text
    assert 'camloom_http_requests_total{method="GET",route="/{path}",status="404"} 1.0' in figures
    assert 'route="/accounts/{account_id}",status="404"' in figures
    limited = visit(sqlite_app).let_in(add_account(sqlite_app, "bob", "viewer"))
    assert limited.get("/metrics").status_code == 403


def test_the_description_can_be_read_by_people_who_are_in(person: Person) -> None:
    document = person.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    login = document["paths"]["/api/v1/login"]["post"]
    assert login["operationId"] == "login"
    assert login["security"] == []
    assert {operation["operationId"] for path in document["paths"].values() for operation in path.values()} >= {
        "list_accounts",
        "healthz",
        "metrics",
    }
