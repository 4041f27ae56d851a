"""Whether the server can work, and what keeps it from that."""

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.people import Person, add_account

from camloom.server.database import Database
from camloom.server.health.room import watch_room
from camloom.server.trouble import Troubles

TROUBLES = "/api/v1/troubles"


class Usage(NamedTuple):
    """A disk as the system tells of it."""

    total: int
    used: int
    free: int


@pytest.fixture
def someone(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """An operator."""
    return visit(sqlite_app).let_in(add_account(sqlite_app, "ann", "operator", all_groups=True))


def _full(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(1 << 40, 0, free))


def test_a_server_that_is_well_is_ready(someone: Person) -> None:
    assert someone.get("/readyz").json() == {"ok": True}
    assert someone.get(TROUBLES).json()["items"] == []


def test_a_full_disk_is_not_ready(someone: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    _full(monkeypatch, 1 << 20)
    assert (someone.get("/readyz").status_code, someone.get("/readyz").json()) == (503, {"ok": False})
    (told,) = someone.get(TROUBLES).json()["items"]
    assert told["work"] == "disk"
    assert "is full: 1 MB are free" in told["why"]
    assert someone.get("/healthz").status_code == 200
    _full(monkeypatch, 1 << 30)
    assert someone.get("/readyz").status_code == 200


def test_events_that_have_to_wait_are_not_ready_and_a_push_that_waits_is(sqlite_app: FastAPI, someone: Person) -> None:
    troubles: Troubles = sqlite_app.state.troubles
    troubles.note("push to desk", "it does not answer")
    assert someone.get("/readyz").status_code == 200
    troubles.note("events", "events wait")
    assert someone.get("/readyz").status_code == 503
    assert [one["work"] for one in someone.get(TROUBLES).json()["items"]] == ["events", "push to desk"]
    troubles.over("events")
    assert someone.get("/readyz").status_code == 200


def test_a_database_that_does_not_answer_is_not_ready(sqlite_app: FastAPI, visit: Visitors, tmp_path: Path) -> None:
    sqlite_app.state.database = Database(f"sqlite:///{tmp_path / 'none' / 'x.db'}")
    assert visit(sqlite_app).get("/readyz").status_code == 503


def test_a_viewer_is_not_told(sqlite_app: FastAPI, visit: Visitors) -> None:
    viewer = visit(sqlite_app).let_in(add_account(sqlite_app, "viewer", all_groups=True))
    assert viewer.get(TROUBLES).status_code == 403
    assert visit(sqlite_app).get(TROUBLES).status_code == 401


def test_the_log_says_when_a_disk_is_full_and_when_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    troubles = Troubles()
    _full(monkeypatch, 0)
    watch_room([tmp_path], troubles)
    assert "disk" in troubles.lines
    _full(monkeypatch, 1 << 40)
    watch_room([tmp_path], troubles)
    assert not troubles.lines

    def gone(folder: Any) -> Usage:
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(shutil, "disk_usage", gone)
    watch_room([tmp_path], troubles)
    assert "cannot be used" in troubles.lines["disk"]
