"""A site with one host, two groups, and people who see all, one, or nothing of it."""

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.people import Person, add_account, add_group

from camloom.server.management.desk import Desk
from camloom.server.management.rounds import at_start

HOST = "01K00000000000000000000000"
API = "/api/v1"


@dataclass
class Site:
    """A server with one host.

    Attributes:
        desk: what its routes work with.
        admin: sees and does all. viewer, operator: see the group `east`. nobody: sees another one.
    """

    app: FastAPI
    desk: Desk
    east: str
    west: str
    admin: Person
    operator: Person
    viewer: Person
    nobody: Person

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


def site_of(app: FastAPI, visit: Visitors) -> Site:
    """Return a site with people in it."""
    desk: Desk = app.state.management
    at_start(desk, HOST, "box")
    east, west = add_group(app, "East"), add_group(app, "West")
    people = {
        "admin": add_account(app, "admin", "administrator"),
        "operator": add_account(app, "operator", "operator", groups=(east,)),
        "viewer": add_account(app, "viewer", "viewer", groups=(east,)),
        "nobody": add_account(app, "nobody", "operator", groups=(west,)),
    }
    return Site(app, desk, east, west, **{name: visit(app).let_in(one) for name, one in people.items()})


@pytest.fixture
def site(sqlite_app: FastAPI, visit: Visitors) -> Site:
    """A site on SQLite."""
    return site_of(sqlite_app, visit)


@pytest.fixture
def any_site(app: FastAPI, visit: Visitors) -> Site:
    """A site on each kind of database."""
    return site_of(app, visit)
