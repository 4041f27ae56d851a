"""What people take away of an alarm can be checked elsewhere."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from tests.server.alarms import JPEG, Site, event
from tests.server.conftest import Visitors
from tests.server.fakes import START
from tests.server.people import Person, add_account
from typer.testing import CliRunner

from camloom.cli.app import app as cli
from camloom.evidence import SEALS
from camloom.server.database import new_id
from camloom.server.database.tables import media

ALARMS = "/api/v1/alarms"


@pytest.fixture
def here(sqlite_app: FastAPI) -> Site:
    return Site(sqlite_app.state.database)


@pytest.fixture
def boss(sqlite_app: FastAPI, visit: Visitors) -> Person:
    """An administrator of the server on SQLite."""
    return visit(sqlite_app).let_in(add_account(sqlite_app, "boss", "administrator"))


def test_evidence_is_one_zip_that_can_be_checked(here: Site, boss: Person, sqlite_app: FastAPI, tmp_path: Path) -> None:
    _, task_id = here.camera()
    message = event(task_id)
    here.take(message)
    alarm_id = boss.get(ALARMS).json()["items"][0]["id"]
    stored = sqlite_app.state.media.put("2026/11/02/c/e-picture.jpg", io.BytesIO(JPEG))
    told = {"state": "there", "source_path": "", "sha256": stored.sha256, "size_bytes": stored.size_bytes}
    for kind, key in (("picture", "2026/11/02/c/e-picture.jpg"), ("clip", "2026/11/02/c/gone.mp4")):
        row = {"id": new_id(), "alarm_id": alarm_id, "event_id": message.id, "kind": kind, "key": key}
        with here.database.write() as connection:
            connection.execute(insert(media).values(**row, **told, created_at=START))
    answer = boss.get(f"{ALARMS}/{alarm_id}/evidence.zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="alarm-{alarm_id}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["alarm.json", f"{message.id}-picture.jpg", *SEALS]
        assert archive.read(f"{message.id}-picture.jpg") == JPEG
        assert json.loads(archive.read("alarm.json"))["media"][0]["sha256"] == stored.sha256
    zipped = tmp_path / "alarm.zip"
    zipped.write_bytes(answer.content)
    signer = boss.get(f"{ALARMS}/evidence-key").json()["signer"]
    said = CliRunner().invoke(cli, ["evidence", "verify", str(zipped), "--signer", signer])
    assert (said.exit_code, "ok, 2 files" in said.stdout) == (0, True)
    zipped.write_bytes(answer.content.replace(b'"severity": "major"', b'"severity": "minor"'))
    assert CliRunner().invoke(cli, ["evidence", "verify", str(zipped)]).exit_code == 1


def test_what_was_altered_since_it_came_is_not_signed(here: Site, boss: Person, sqlite_app: FastAPI) -> None:
    _, task_id = here.camera()
    message = event(task_id)
    here.take(message)
    alarm_id = boss.get(ALARMS).json()["items"][0]["id"]
    stored = sqlite_app.state.media.put("e.jpg", io.BytesIO(JPEG))
    told = {"state": "there", "source_path": "", "sha256": stored.sha256, "size_bytes": stored.size_bytes}
    row = {"id": new_id(), "alarm_id": alarm_id, "event_id": message.id, "kind": "picture", "key": "e.jpg"}
    with here.database.write() as connection:
        connection.execute(insert(media).values(**row, **told, created_at=START))
    sqlite_app.state.media.put("e.jpg", io.BytesIO(JPEG[:-1] + b"x"))
    answer = boss.get(f"{ALARMS}/{alarm_id}/evidence.zip")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "altered")
