"""The first account."""

from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.people import PASSWORD, Person, add_account

from camloom.server.access.setup import setup_link
from camloom.server.database.tables import setting


def _token(app: FastAPI) -> str:
    link = setup_link(app.state.database, app.state.settings, app.state.clock())
    assert link is not None
    place, _, token = link.partition("#")
    assert place == "http://127.0.0.1:8780/setup"
    return token


def _first(token: str, **more: str) -> dict[str, str]:
    return {"token": token, "name": "Ann", "password": PASSWORD, **more}


def test_the_link_makes_an_administrator_once(app: FastAPI, client: Person, visit: Visitors) -> None:
    token = _token(app)
    answer = client.post("/api/v1/setup", json=_first(token, language="zh"))
    assert answer.status_code == 201
    me = client.get("/api/v1/me").json()
    assert (me["name"], me["role"], me["groups"], me["language"]) == ("Ann", "administrator", None, "zh")
    again = visit(app).post("/api/v1/setup", json=_first(token, name="Eve"))
    assert (again.status_code, again.json()["error"]["code"]) == (403, "bad-setup-token")
    visit(app).log_in("ann")


def test_where_there_is_an_account_there_is_no_link(app: FastAPI, client: Person) -> None:
    token = _token(app)
    add_account(app, "ann", "administrator")
    assert client.post("/api/v1/setup", json=_first(token, name="Eve")).status_code == 403
    assert setup_link(app.state.database, app.state.settings, app.state.clock()) is None
    assert client.post("/api/v1/setup", json=_first(token, name="Eve")).status_code == 403


def test_a_new_start_makes_a_new_link(app: FastAPI, client: Person) -> None:
    old, new = _token(app), _token(app)
    assert client.post("/api/v1/setup", json=_first(old)).status_code == 403
    assert client.post("/api/v1/setup", json=_first(new)).status_code == 201


def test_a_mistake_does_not_use_the_link_up(app: FastAPI, client: Person) -> None:
    token = _token(app)
    for wrong in ({"password": "short"}, {"password": "Ann"}, {"name": "a\0b"}, {"name": ""}, {"name": "x" * 65}):
        assert client.post("/api/v1/setup", json=_first(token) | wrong).status_code == 422
    assert client.post("/api/v1/setup", json=_first(token)).status_code == 201


def test_the_token_is_not_kept(app: FastAPI) -> None:
    token = _token(app)
    with app.state.database.read() as connection:
        assert token not in str(connection.execute(setting.select()).all())


def test_guessing_the_token_is_slowed_down(app: FastAPI, client: Person) -> None:
    token = _token(app)
    answers = [client.post("/api/v1/setup", json=_first("no")).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert client.post("/api/v1/setup", json=_first(token)).status_code == 429
