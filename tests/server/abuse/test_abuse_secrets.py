"""Somebody who reads everything that comes out of the server, or what lies on its disk, finds no password."""

import io
import json
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.server.abuse.decisions import DECISIONS, asked
from tests.server.abuse.test_abuse_matrix import operations
from tests.server.abuse.world import API, PASSWORD_OF_CAMERA, World
from tests.server.people import PASSWORD

from camloom.server.access.setup import setup_link
from camloom.server.database.tables import metadata
from camloom.server.web.log import configure_log

PUSH = "canary-push-5ec7e7"
MAIL = "canary-mail-5ec7e7"
DIGEST = "canary-viid-5ec7e7"


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """The log as it is written when the server runs, with all that anybody logs."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_log(written)
    root.setLevel(logging.DEBUG)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="module")
def secrets(log: io.StringIO, world: World) -> list[str]:
    """All that must stay secret in a world that has it, each in one piece."""
    admin = world.admin
    path = f"{API}/pushes/{world.site_wide['push_id']}"
    hook = {"kind": "webhook", "name": "hook", "settings": {"url": "https://10.1.2.3/", "secret": PUSH}}
    assert admin.put(path, json=hook).status_code == 200
    library = {"host": "10.1.2.8", "device_id": "3" * 20, "username": "u", "password": PUSH}
    asks = {"asks_as": "lib", "asks_with": DIGEST, "mode": "subscribed"}
    viid = admin.post(f"{API}/pushes", json={"kind": "viid", "name": "library", "settings": {**library, **asks}})
    assert viid.status_code in (201, 422), viid.text
    mail = {"host": "10.1.2.5", "user": "box", "password": MAIL, "sender": "box@example.com"}
    assert admin.put(f"{API}/mail", json=mail).status_code == 200
    key = admin.post(f"{API}/keys", json={"name": "program"}).json()["secret"]
    admin.post(f"{API}/login", json={"name": "root", "password": "canary-wrong-pass"})
    bad = {"name": "x", "url": f"rtsp://a:{PASSWORD_OF_CAMERA}@127.0.0.1/"}
    assert admin.post(f"{API}/cameras", json=bad).status_code == 422
    link = setup_link(world.app.state.database, world.app.state.settings, world.app.state.clock())
    assert link is None
    tokens = [admin.cookies["camloom"], world.people["viewer of alpha"].cookies["camloom"]]
    return [PASSWORD_OF_CAMERA, PUSH, MAIL, DIGEST, PASSWORD, key, "canary-wrong-pass", *tokens]


def test_no_answer_export_figure_or_line_of_the_log_has_a_secret(
    world: World, secrets: list[str], log: io.StringIO
) -> None:
    for operation in operations(world.app):
        if operation.method != "GET" or DECISIONS[operation.name].value.startswith("asks nobody"):
            continue
        answer = operation.ask(world, world.admin, world.alpha)
        told = str(dict(answer.headers)) + answer.content.decode("utf-8", "replace")
        found = [one for one in secrets if one in told]
        assert found == [], (operation.name, found)
    # What is answered to who changes something, with the secret in it, is no better.
    for name in ("change_camera", "change_push", "set_mail_account", "probe_source", "import_cameras"):
        operation = next(one for one in operations(world.app) if one.name == name)
        how = asked(name, world.alpha).how()
        assert not [one for one in secrets if one in world.admin.request(
            operation.method, world.path(operation.path, world.alpha), **how
        ).text]  # fmt: skip
    written = log.getvalue()
    assert written.count('"event": "request"') > 50
    assert [one for one in secrets if one in written] == []


def test_a_copy_of_the_database_has_no_secret(world: World, secrets: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(world.app.state.database.engine.url.database)) as kept:
        kept.execute("vacuum into ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as copied:
        dump = "\n".join(copied.iterdump())
    assert all(table.name in dump for table in metadata.sorted_tables)
    content = copy.read_bytes()
    assert [one for one in secrets if one in dump or one.encode() in content] == []


def test_files_of_the_server_hold_none_and_are_for_nobody_else(world: World, secrets: list[str]) -> None:
    """Whatever lies in the data folder: only the file of keys opens anything, and nobody else may read it."""
    world.admin.get(f"{API}/alarms/{world.alpha.ids['alarm_id']}/evidence.zip")
    folder = world.app.state.settings.data
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"secrets.key", "evidence-key.pem"}
    for path in files:
        content = path.read_bytes()
        assert [one for one in secrets if one.encode() in content] == [], path
    for name in ("secrets.key", "evidence-key.pem"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_journal_tells_what_was_done_without_what_it_was_done_with(world: World, secrets: list[str]) -> None:
    told = world.admin.get(f"{API}/audit", params={"limit": 500}).json()["items"]
    assert {one["action"] for one in told} >= {"create", "push.create", "push.change", "mail.change"}
    assert [one for one in secrets if one in json.dumps(told)] == []


def test_the_environment_and_the_description_of_the_server_tell_nothing(sqlite_app: FastAPI) -> None:
    settings = sqlite_app.state.settings.model_copy(update={"database_url": None})
    url = type(settings)(data=settings.data, database_url=f"postgresql+psycopg://u:{MAIL}@h/d")
    assert MAIL not in repr(url) + str(url) + url.model_dump_json()
    assert MAIL not in json.dumps(sqlite_app.openapi())
    assert not any(MAIL in value for value in os.environ.values())
