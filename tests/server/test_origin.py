"""Pages of other sites do not act in a user's name."""

import pytest
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect
from tests.server.conftest import Visitors
from tests.server.people import PASSWORD, Person, add_account, add_key

from camloom.server.access import Operator, Viewer
from camloom.server.web import not_there

OTHERS = [
    "http://evil.test",
    "null",
    "http://box.test:8781",
    "http://box.test.evil.test:8780",
    "file://",
    "http://[",
    "",
]


@pytest.fixture
def person(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """A viewer."""
    return visit(sqlite_app).let_in(add_account(sqlite_app, "ann"))


@pytest.mark.parametrize("origin", OTHERS)
def test_a_page_of_another_site_changes_nothing(person: Person, origin: str) -> None:
    headers = {"Origin": origin}
    answer = person.patch("/api/v1/me", json={"language": "zh"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin")
    # Nor does it log anybody in: what they then do would be seen by whoever has that account.
    login = {"name": "ann", "password": PASSWORD}
    assert person.post("/api/v1/login", json=login, headers=headers).status_code == 403
    assert person.get("/api/v1/me").json()["language"] == "en"


@pytest.mark.parametrize("token", [None, "", "x", "ü"])
def test_without_the_token_of_the_session_nothing_changes(person: Person, token: str | None) -> None:
    del person.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    answer = person.patch("/api/v1/me", json={"language": "zh"}, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    person.headers["X-CSRF-Token"] = person.get("/api/v1/me").json()["csrf"]
    assert person.patch("/api/v1/me", json={"language": "zh"}).json()["language"] == "zh"


def test_an_old_browser_that_says_no_origin_needs_the_token(person: Person) -> None:
    del person.headers["Origin"]
    assert person.patch("/api/v1/me", json={"language": "zh"}).status_code == 200
    other = {"Sec-Fetch-Site": "cross-site"}
    assert person.patch("/api/v1/me", json={"language": "zh"}, headers=other).status_code == 403


def test_behind_a_proxy_the_public_address_is_our_own(sqlite_app: FastAPI, person: Person) -> None:
    headers = {"Origin": "https://cams.test"}
    assert person.patch("/api/v1/me", json={"language": "zh"}, headers=headers).status_code == 403
    public = {"public_url": "https://cams.test/"}
    sqlite_app.state.settings = sqlite_app.state.settings.model_copy(update=public)
    person.cookies.set("__Host-camloom", person.cookies["camloom"], domain="box.test", path="/")
    assert person.patch("/api/v1/me", json={"language": "zh"}, headers=headers).status_code == 200


def test_over_tls_the_cookie_belongs_to_this_host_alone(sqlite_app: FastAPI) -> None:
    add_account(sqlite_app, "ann")
    with Person(sqlite_app, base_url="https://box.test") as client:
        answer = client.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-camloom=")
        assert "Secure" in cookie
        assert "domain" not in cookie.lower()
        # A cookie that a plain page of the same name could have set is not believed.
        token = client.cookies["__Host-camloom"]
        client.cookies.clear()
        client.cookies.set("camloom", token, domain="box.test", path="/")
        assert client.get("/api/v1/me").status_code == 401


@pytest.fixture
def sockets(sqlite_app: FastAPI) -> FastAPI:
    """The server with sockets that say who came."""

    @sqlite_app.websocket("/api/v1/test")
    async def say(socket: WebSocket, principal: Viewer) -> None:
        await socket.accept()
        await socket.send_text(principal.name)
        await socket.close()

    @sqlite_app.websocket("/api/v1/test/{what}")
    async def refuse(socket: WebSocket, principal: Operator, what: str) -> None:
        raise not_there("camera")

    return sqlite_app


def _close_code(client: Person, path: str, headers: dict[str, str] | None = None) -> tuple[bool, int]:
    """Return whether the socket was opened, and with what it was closed."""
    opened = False
    try:
        with client.websocket_connect(path, headers=headers) as socket:
            opened = True
            socket.receive_text()
    except WebSocketDisconnect as closed:
        return opened, closed.code
    raise AssertionError("the socket was not closed")


def test_a_socket_needs_a_session(sockets: FastAPI, visit: Visitors) -> None:
    assert _close_code(visit(sockets), "/api/v1/test") == (True, 4401)


def test_a_socket_says_who_came(sockets: FastAPI, person: Person) -> None:
    with person.websocket_connect("/api/v1/test") as socket:
        assert socket.receive_text() == "ann"


@pytest.mark.parametrize("origin", [*OTHERS, None])
def test_a_page_of_another_site_gets_no_socket(sockets: FastAPI, person: Person, origin: str | None) -> None:
    if origin is None:
        del person.headers["Origin"]
    assert _close_code(person, "/api/v1/test", {} if origin is None else {"Origin": origin})[0] is False


def test_a_program_with_a_key_needs_no_origin(sockets: FastAPI, visit: Visitors) -> None:
    client = visit(sockets)
    del client.headers["Origin"]
    key = add_key(sockets, add_account(sockets, "bot"))
    with client.websocket_connect("/api/v1/test", headers={"Authorization": f"Bearer {key}"}) as socket:
        assert socket.receive_text() == "bot"


def test_what_is_not_there_closes_the_socket_with_its_code(sockets: FastAPI, person: Person) -> None:
    assert _close_code(person, "/api/v1/test/x") == (True, 4403)
    person.let_in(add_account(sockets, "op", "operator"))
    assert _close_code(person, "/api/v1/test/x") == (True, 4404)
