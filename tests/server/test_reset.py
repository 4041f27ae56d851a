"""A way back in for who has lost the password: a link that whoever runs the machine makes."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import PASSWORD, Person, add_account

from camloom.errors import ServerError
from camloom.server.access.reset import reset_link
from camloom.server.database.tables import account, audit, setting

NEW = "another horse entirely"


def _token(app: FastAPI, name: str = "ann") -> str:
    place, _, token = reset_link(app.state.database, "http://box.test", name, app.state.clock()).partition("#")
    assert place == "http://box.test/reset"
    return token


def _asked(token: str, password: str = NEW) -> dict[str, str]:
    return {"token": token, "password": password}


def test_the_link_gives_a_new_password_once_and_ends_what_the_old_one_opened(
    app: FastAPI, client: Person, visit: Visitors
) -> None:
    old = visit(app).let_in(add_account(app, "ann", "operator"))
    token = _token(app, "ANN")
    answer = client.post("/api/v1/reset", json=_asked(token))
    assert (answer.status_code, answer.json()["name"], answer.json()["role"]) == (200, "ann", "operator")
    assert client.get("/api/v1/me").json()["name"] == "ann"
    assert old.get("/api/v1/me").status_code == 401
    again = visit(app).post("/api/v1/reset", json=_asked(token, "yet another horse"))
    assert (again.status_code, again.json()["error"]["code"]) == (403, "bad-reset-token")
    visit(app).log_in("ann", NEW)
    assert visit(app).post("/api/v1/login", json={"name": "ann", "password": PASSWORD}).status_code == 401
    with app.state.database.read() as connection:
        assert {"make-reset-link", "reset-password"} <= set(connection.scalars(select(audit.c.action)))


def test_a_link_does_not_hold_for_ever(app: FastAPI, client: Person, clock: FakeClock) -> None:
    add_account(app, "ann", "administrator")
    token = _token(app)
    clock.forward(minutes=59)
    assert client.post("/api/v1/reset", json=_asked(token, "short")).status_code == 422
    clock.forward(minutes=1)
    assert client.post("/api/v1/reset", json=_asked(token)).status_code == 403


def test_the_newest_link_alone_holds_and_no_other_token_does(app: FastAPI, client: Person) -> None:
    add_account(app, "ann", "administrator")
    first, second = _token(app), _token(app)
    for wrong in (first, "", "x" * 128, second[:-1]):
        assert client.post("/api/v1/reset", json=_asked(wrong)).status_code == 403
    assert client.post("/api/v1/reset", json=_asked("x" * 129)).status_code == 422
    assert client.post("/api/v1/reset", json=_asked(second)).status_code == 200


def test_without_a_link_nothing_is_reset(app: FastAPI, client: Person) -> None:
    add_account(app, "ann", "administrator")
    assert client.post("/api/v1/reset", json=_asked("")).status_code == 403


def test_a_page_of_another_site_may_not_use_it(app: FastAPI, client: Person) -> None:
    add_account(app, "ann", "administrator")
    answer = client.post("/api/v1/reset", json=_asked(_token(app)), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_an_account_that_was_switched_off_meanwhile_stays_out(app: FastAPI, client: Person) -> None:
    add_account(app, "ann", "viewer")
    token = _token(app)
    with app.state.database.write() as connection:
        connection.execute(account.update().values(active=False))
    assert client.post("/api/v1/reset", json=_asked(token)).status_code == 403
    with pytest.raises(ServerError, match="switched off"):
        _token(app)


@pytest.mark.parametrize("name", ["bob", "", "a\0b"])
def test_who_is_not_there_gets_none_and_the_names_are_told(app: FastAPI, name: str) -> None:
    add_account(app, "ann", "administrator")
    with pytest.raises(ServerError, match="There are: ann"):
        _token(app, name)


def test_the_token_is_not_kept(app: FastAPI) -> None:
    add_account(app, "ann", "administrator")
    token = _token(app)
    with app.state.database.read() as connection:
        assert token not in str(connection.execute(setting.select()).all())
