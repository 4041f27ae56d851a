"""docs/api.md: what it shows does what it says."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.server.alarms import JPEG, Site, arrived, event
from tests.server.client.conftest import blocks_of

from camloom.client import Camloom, each
from camloom.server.business.hooks import no_outbox
from camloom.server.business.media_intake import MediaIntake
from camloom.server.management.rounds import every_minute
from camloom.server.pushes.kinds.webhook import sign


@pytest.fixture
def here(tmp_path: Path, address: str, key: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the examples run, with what they ask the environment for."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CAMLOOM_URL", address)
    monkeypatch.setenv("CAMLOOM_KEY", key)
    return folder


def _run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(block, "docs/api.md", "exec"), names)
    return names


def test_python_looks_at_alarms(
    here: Path, box: Camloom, sqlite_app: FastAPI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(sqlite_app.state.database)
    (tmp_path / "a.jpg").write_bytes(JPEG)
    _, task_id = site.camera("North gate")
    message = event(task_id, media={"picture": tmp_path / "a.jpg"})
    site.take(message, arrived(message, "picture", tmp_path / "a.jpg"), event(task_id, severity="minor"))
    state = sqlite_app.state
    MediaIntake(state.database, state.media, tmp_path, state.clock, no_outbox).collect()
    _run(blocks_of("python")[0])
    assert "North gate Intrusion" in capsys.readouterr().out
    (seen,) = each(box.alarms.list_alarms, handling=["acknowledged"])
    assert (here / f"{seen.id}.jpg").read_bytes() == JPEG


def test_python_sets_up_a_camera(
    here: Path, box: Camloom, sqlite_app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    every_minute(sqlite_app.state.management)
    _run(blocks_of("python")[1])
    (task,) = each(box.tasks.list_tasks)
    assert task.document["alarms"][0]["template"] == "intrusion"
    assert task.id in capsys.readouterr().out


def test_curl_lists_and_imports(here: Path, box: Camloom, sqlite_app: FastAPI) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    every_minute(sqlite_app.state.management)
    (here / "cameras.csv").write_text("name,url\nGate,rtsp://10.1.2.3/a\n")
    (block,) = blocks_of("sh")
    done = subprocess.run(["bash", "-ec", block], env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"cameras":1,"imported":0' in done.stdout
    assert "name,url" in (here / "cameras.copy.csv").read_text()


def test_a_signature_is_checked() -> None:
    is_ours = _run(blocks_of("python")[2])["is_ours"]
    body, at_s = b'{"id": 1}', 1762070400
    told = sign("s3cret", body, at_s)
    assert is_ours("s3cret", told, body, at_s + 299.0)
    assert not is_ours("s3cret", told, body, at_s + 301.0)
    assert not is_ours("s3cret", told, body)
    assert not is_ours("another", told, body, at_s)
    assert not is_ours("s3cret", told, body + b" ", at_s)
    assert not is_ours("s3cret", told.replace(str(at_s), str(at_s + 1)), body, at_s)
    for nonsense in ("", "t=1", "v1=x", "t=x,v1=y", f"t={at_s},v1=\u00e9", "t", "t=,v1="):
        assert not is_ours("s3cret", nonsense, body, at_s), nonsense
