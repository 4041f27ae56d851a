"""Sealed secrets, the log of who did what, and what time makes of both."""

import json
import os
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.server.fakes import FakeClock
from tests.server.people import Person

from camloom.errors import ServerError
from camloom.server.access import Principal, Role
from camloom.server.access.audit import record
from camloom.server.access.housekeeping import tidy_access
from camloom.server.access.sealing import load_sealer, rotate
from camloom.server.database import Database
from camloom.server.database.tables import audit, login_session

SECRET = b"p\xc3\xa4ssword of a camera"


def test_what_is_sealed_can_be_opened_after_a_restart(tmp_path: Path) -> None:
    sealed = load_sealer(tmp_path / "new").seal(SECRET)
    assert SECRET not in sealed
    assert load_sealer(tmp_path / "new").open(sealed) == SECRET
    assert load_sealer(tmp_path / "new").seal(SECRET) != sealed


def test_the_file_of_keys_is_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_sealer(tmp_path / "data")
    finally:
        os.umask(before)
    path = tmp_path / "data" / "secrets.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["secrets.key"]
    path.chmod(0o640)
    with pytest.raises(ServerError, match="others may read"):
        load_sealer(tmp_path / "data")


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    sealer = load_sealer(tmp_path)
    sealed = sealer.seal(SECRET)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(ServerError):
            sealer.open(bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(ServerError):
            sealer.open(sealed[:length])


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old = load_sealer(tmp_path)
    sealed = old.seal(SECRET)
    new = rotate(tmp_path)
    assert new.open(sealed) == SECRET
    assert new.is_old(sealed)
    again = new.seal(SECRET)
    assert not load_sealer(tmp_path).is_old(again)
    with pytest.raises(ServerError, match="not here"):
        old.open(again)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"keys": []}', '{"keys": [{"id": "00", "key": "AA=="}]}', '{"keys": [{}]}', "\0"]
)
def test_a_file_that_is_no_file_of_keys_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "secrets.key").write_text(content)
    (tmp_path / "secrets.key").chmod(0o600)
    with pytest.raises(ServerError, match=r"secrets\.key"):
        load_sealer(tmp_path)


def test_the_log_leaves_secrets_out(database: Database, clock: FakeClock) -> None:
    principal = Principal("A", "ann", Role.OPERATOR, None, "K", "10.0.0.9")
    detail = {"source": {"password": "x1", "url": "rtsp://cam"}, "api_token": "x2", "list": [{"client_secret": "x3"}]}
    with database.write() as connection:
        record(connection, principal, "create", "camera", "C", detail, at=clock())
        record(connection, None, "expire", "session", "", at=clock())
    with database.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.account_name.desc())).all()
    assert json.loads(json.dumps(rows[0].detail)) == {
        "source": {"password": "***", "url": "rtsp://cam"},
        "api_token": "***",
        "list": [{"client_secret": "***"}],
        "key": "K",
    }
    assert (rows[0].address, rows[1].account_id) == ("10.0.0.9", None)


def test_the_log_is_written_with_what_it_tells_of_or_not_at_all(database: Database, clock: FakeClock) -> None:
    def fail() -> None:
        with database.write() as connection:
            record(connection, None, "delete", "camera", "C", at=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert connection.execute(select(audit)).all() == []


def test_old_sessions_and_old_entries_go(app: FastAPI, admin: Person, clock: FakeClock) -> None:
    state = app.state
    with state.database.write() as connection:
        record(connection, None, "old", "x", "", at=clock())

    def left() -> tuple[int, int]:
        tidy_access(state.database, state.settings, clock)
        with state.database.read() as connection:
            return (
                len(connection.execute(select(login_session)).all()),
                len(connection.execute(select(audit)).all()),
            )

    assert left() == (1, 1)
    clock.forward(hours=12)
    assert left() == (0, 1)
    clock.forward(days=365)
    assert left() == (0, 0)
