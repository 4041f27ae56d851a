"""A site with one host, two groups, and people who see all, one, or nothing of it."""

from functools import cached_property
from typing import Any

import pytest
from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.people import Person, add_account, add_group, add_key

from camloom.server.access.principal import RoleWord
from camloom.server.management.desk import Desk
from camloom.server.management.rounds import THIS_HOST, every_minute

HOST = THIS_HOST
ULID = "01K00000000000000000000000"
API = "/api/v1"


class Site:
    """A server with one host, and a group `east` of cameras.

    Attributes:
        desk: what its routes work with.
    """

    def __init__(self, app: FastAPI, visit: Visitors) -> None:
        self.app, self._visit = app, visit
        self.desk: Desk = app.state.management
        every_minute(self.desk)
        self.east = add_group(app, "East")

    @cached_property
    def admin(self) -> Person:
        """Sees and does all."""
        return self._let_in("admin", "administrator")

    @cached_property
    def operator(self) -> Person:
        """Handles the cameras of `east`."""
        return self._let_in("operator", "operator", self.east)

    @cached_property
    def viewer(self) -> Person:
        """Looks at the cameras of `east`."""
        return self._let_in("viewer", "viewer", self.east)

    @cached_property
    def stranger(self) -> Person:
        """Handles the cameras of another group."""
        return self._let_in("stranger", "operator", add_group(self.app, "West"))

    def _let_in(self, name: str, role: RoleWord, *groups: str) -> Person:
        # By key: a session would end when a test lets days go by.
        key = add_key(self.app, add_account(self.app, name, role, groups=groups), role)
        person = self._visit(self.app)
        person.headers["Authorization"] = f"Bearer {key}"
        return person

    def add_camera(self, name: str = "Gate", url: str = "rtsp://admin:hunter2@10.1.2.3/main", **more: Any) -> Any:
        """Add a camera in `east`."""
        body = {"name": name, "url": url, "group_id": self.east, **more}
        answer = self.admin.post(f"{API}/cameras", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def add_task(self, camera_id: str, document: Any = None, **more: Any) -> Any:
        """Add a task that is on."""
        body = {"name": "Watch", "camera_id": camera_id, "document": document or {}, **more}
        answer = self.admin.post(f"{API}/tasks", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def site(sqlite_app: FastAPI, visit: Visitors) -> Site:
    """A site on SQLite."""
    return Site(sqlite_app, visit)


@pytest.fixture
def any_site(app: FastAPI, visit: Visitors) -> Site:
    """A site on each kind of database."""
    return Site(app, visit)
