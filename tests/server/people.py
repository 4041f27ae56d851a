"""People and programs who use the server in tests."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

from camloom.server.access.accounts import make_account
from camloom.server.access.keys import new_key
from camloom.server.access.passwords import Passwords
from camloom.server.access.principal import ROLES, RoleWord
from camloom.server.access.sessions import begin_session
from camloom.server.access.tokens import digest
from camloom.server.database import new_id
from camloom.server.database.tables import account_group, api_key, camera_group

PASSWORD = "correct horse battery"
BASE = "http://box.test:8780"


class Person(TestClient):
    """A browser: keeps its cookie and sends the token with what changes something.

    Attributes:
        account_id: empty until it is logged in.
        csrf: sent as `X-CSRF-Token`.
    """

    def __init__(self, app: FastAPI, **how: Any) -> None:
        how.setdefault("base_url", BASE)
        super().__init__(app, raise_server_exceptions=False, follow_redirects=False, **how)
        self.account_id = ""
        self.headers["Origin"] = str(self.base_url).rstrip("/")

    def websocket_connect(self, url: str, subprotocols: Sequence[str] | None = None, **how: Any) -> Any:
        """Open a socket at the same host as everything else."""
        how["headers"] = dict(how.get("headers") or {})
        return super().websocket_connect(f"ws{str(self.base_url)[4:].rstrip('/')}{url}", subprotocols, **how)

    def log_in(self, name: str, password: str = PASSWORD) -> "Person":
        """Log in by name and password."""
        answer = self.post("/api/v1/login", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        self.account_id = answer.json()["account_id"]
        self.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return self

    def let_in(self, account_id: str) -> "Person":
        """Give it a session of an account, as a login would, without the time that a password takes."""
        state = self.app.state  # type: ignore[attr-defined]
        with state.database.write() as connection:
            session = begin_session(
                connection, account_id, at=state.clock(), lasts=timedelta(days=7), address="test", agent="test"
            )
        self.account_id = account_id
        self.cookies.set("camloom", session.token, domain=self.base_url.host, path="/")
        self.headers["X-CSRF-Token"] = session.csrf
        return self


def add_account(
    app: FastAPI, name: str, role: RoleWord = "viewer", *, groups: tuple[str, ...] = (), all_groups: bool = False
) -> str:
    """Keep an account without asking the server, with `PASSWORD`; return its id."""
    with app.state.database.write() as connection:
        account_id = make_account(
            connection,
            name=name,
            password_hash=_hash(),
            role=ROLES[role],
            all_groups=all_groups,
            language="en",
            at=app.state.clock(),
        )
        for group in groups:
            connection.execute(insert(account_group).values(account_id=account_id, camera_group_id=group))
    return account_id


def add_group(app: FastAPI, name: str, parent_id: str | None = None) -> str:
    """Keep a camera group; return its id."""
    group_id = new_id()
    with app.state.database.write() as connection:
        connection.execute(insert(camera_group).values(id=group_id, name=name, parent_id=parent_id))
    return group_id


def add_key(app: FastAPI, account_id: str, role: RoleWord = "administrator", **more: Any) -> str:
    """Keep an API key; return its secret."""
    secret = new_key()
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": "test",
        "key_hash": digest(secret),
        "role": role,
        "created_at": app.state.clock(),
        "expires_at": None,
        "used_at": None,
    }
    with app.state.database.write() as connection:
        connection.execute(insert(api_key).values(**row | more))
    return secret


@cache
def _hash() -> str:
    return Passwords().hash(PASSWORD)
