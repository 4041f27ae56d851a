"""camloom server add, camloom server reset-password, and camloom up as a person sees it at a terminal."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import insert, select

from camloom.claim import claimed
from camloom.cli import showing as showing_module
from camloom.cli import up as up_module
from camloom.cli.results import hand_over
from camloom.cli.showing import showing
from camloom.cli.up import up
from camloom.errors import ConfigError, ServerError, UsageError
from camloom.exchange import EventMessage
from camloom.exchange.local import LocalServer
from camloom.server.access.accounts import make_account
from camloom.server.access.principal import Role
from camloom.server.clock import system_clock
from camloom.server.database.tables import WAITS, alarm_month, task
from camloom.server.run import open_database
from camloom.server.settings import ServerSettings

Camloom = Callable[..., Any]
ROOT = Path(__file__).parents[2]
LINK = "http://127.0.0.1:8780/setup#a-token"
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Folder of a run that found one thing, with a picture, and names one that is not its own."""
    folder = tmp_path / "run"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "one.jpg").write_bytes(b"\xff\xd8picture")
    (tmp_path / "secret.jpg").write_bytes(b"not of the run")
    media = {"picture": "media/one.jpg", "clip": "media/gone.mp4", "other": "../secret.jpg"}
    event = {"id": ID, "type": "region.entered", "rule_id": "lawn", "media": media}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    return folder


def test_a_task_file_and_what_its_run_found_are_put_into_the_console(
    camloom: Camloom, results: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    outcome = camloom(
        "server", "add", str(ROOT / "examples/street.yaml"), "--results", str(results), "--data", str(data)
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == ["Camera and task 'street': new", f"Events of {results} handed over: 1"]
    with open_database(ServerSettings(data=data)) as database, database.read() as connection:
        task_id = connection.scalar(select(task.c.id))
    server = LocalServer(data / "exchange.db")
    (delivery,) = server.take(10, 0)
    server.close()
    message = delivery.message
    assert isinstance(message, EventMessage)
    picture = data / "streams" / str(task_id) / "media" / "one.jpg"
    assert (message.id, message.task_id, message.media) == (ID, task_id, {"picture": picture})
    assert picture.read_bytes() == (results / "media" / "one.jpg").read_bytes()


@pytest.mark.parametrize("text", ["", "no json\n", "[1]\n", '{"type": "region.entered"}\n'])
def test_what_is_no_result_of_a_run_is_said(tmp_path: Path, text: str) -> None:
    if text:
        (tmp_path / "events.jsonl").write_text(text)
    with pytest.raises(ConfigError, match=r"events\.jsonl"):
        hand_over(tmp_path, ID, tmp_path / "data")


def test_a_lost_password_is_replaced_by_a_link(camloom: Camloom, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with open_database(ServerSettings(data=data)) as database, database.write() as connection:
        person = {"name": "ann", "password_hash": "x", "role": Role.ADMINISTRATOR, "language": "en"}
        make_account(connection, **person, all_groups=True, at=system_clock())  # type: ignore[arg-type]
    outcome = camloom("server", "reset-password", "ann", "--data", str(data))
    assert outcome.code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8780/reset#[\w-]{40,}\n", outcome.out)
    outcome = camloom("server", "reset-password", "bob", "--data", str(data))
    assert (outcome.code, outcome.err) == (1, "camloom: there is no account 'bob'. There are: ann\n")


@pytest.mark.slow
def test_the_sums_of_reports_are_compared(camloom: Camloom, tmp_path: Path) -> None:
    with open_database(ServerSettings(data=tmp_path)) as database, database.write() as connection:
        key = {
            "month": date(2026, 11, 1),
            "camera_id": "c",
            "camera_group_id": "",
            "template": "t",
            "severity": "minor",
        }
        connection.execute(
            insert(alarm_month).values(**key, alarms=1, judged_true=0, judged_false=0, **dict.fromkeys(WAITS, 0))
        )
    for said in ("2026-11 was wrong and has been mended\nmonths: 1, right: 0\n", "months: 0, right: 0\n"):
        outcome = camloom("server", "check-sums", "--data", str(tmp_path))
        assert (outcome.code, outcome.out) == (0, said)


def test_the_browser_is_led_to_the_link_which_is_on_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setenv("DISPLAY", ":0")
    with showing(tmp_path, wanted=True) as show:
        show(LINK)
        until_s = time.monotonic() + 10
        while not opened and time.monotonic() < until_s:
            time.sleep(0.01)
        page = tmp_path / "open.html"
        assert opened == [page.as_uri()]
        assert LINK in page.read_text()
        assert page.stat().st_mode & 0o077 == 0
    assert not page.exists()
    assert capsys.readouterr().out == f"{LINK}\n"


@pytest.mark.parametrize(("wanted", "display"), [(True, ""), (False, ":0")])
def test_no_browser_where_none_is_wanted_or_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(showing_module, "_open", lambda *_: pytest.fail("opened"))
    with showing(tmp_path, wanted=wanted) as show:
        show(LINK)


def test_a_second_platform_on_the_same_folder_does_not_begin(
    camloom: Camloom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with claimed(tmp_path, "agent"):
        outcome = camloom("agent", "--data", str(tmp_path))
        assert outcome.code == 2
        assert f"another Camloom (agent) runs with {tmp_path}" in outcome.err
        monkeypatch.setattr(up_module, "_PATIENCE_S", 0.0)
        with pytest.raises(UsageError, match="another Camloom"):
            up(data=tmp_path, port=0)
        assert "waiting for its end" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_once_and_not_tried_again_and_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
            up(data=tmp_path, port=port)


@pytest.mark.slow
def test_at_a_terminal_the_platform_says_where_it_is_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "camloom", "up", "--data", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = ""
        while not (found := re.search(r"(http://\S+)/setup#\S+\s", said)):
            said += os.read(ours, 1 << 12).decode()
        assert "Make your account" in said
        assert "{" not in said, "the log of the server does not push the link away"
        with urlopen(f"{found[1]}/readyz") as answer:  # our own
            assert json.load(answer) == {"ok": True}
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    os.close(ours)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "none"), ("OIDC_ROLES", '{"guards": "king"}'), ("OIDC_GROUPS", "no JSON: s3cret"), ("OIDC_ISSUER", "x")],
)
def test_what_is_wrong_in_the_environment_is_named_in_one_line(
    camloom: Camloom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CAMLOOM_{name}", value)
    outcome = camloom("server", "--data", str(tmp_path / "data"), "--port", "0")
    assert outcome.code != 0
    assert f"CAMLOOM_{name}" in outcome.err
    assert "Traceback" not in outcome.err
    assert value not in outcome.err.replace(f"CAMLOOM_{name}", "")
