"""The server as a process of its own."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.server.fakes import FakeExchange
from tests.server.people import PASSWORD

from camloom.errors import ServerError
from camloom.server.place import listening
from camloom.server.run import serve
from camloom.server.settings import ServerSettings

CANARY = "canary-77d1"


@contextmanager
def _running(data: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {**os.environ, "CAMLOOM_DATA": str(data), "CAMLOOM_PORT": "0"}
    command = [sys.executable, "-m", "tests.server.served"]
    with (
        log.open("w") as err,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=err, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_from_the_start_to_the_end(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    with _running(data, log) as (process, link):
        base, _, token = link.partition("/setup#")
        with httpx2.Client(base_url=base, timeout=30) as client:
            assert client.get("/readyz").json() == {"ok": True}
            asked = {"token": token, "name": "ann", "password": PASSWORD}
            assert client.post("/api/v1/setup", json=asked).status_code == 201
            assert client.get("/api/v1/me").json()["name"] == "ann"
            cookies = client.cookies
            answer = client.get("/api/v1/me", headers={"X-Forwarded-For": "1.2.3.4"})
            assert "server" not in answer.headers
            arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
            assert PASSWORD not in arguments
            assert token not in arguments
        _end(process)
    written = log.read_text()
    assert all(json.loads(line)["event"] for line in written.splitlines())
    assert '"address": "1.2.3.4"' in written
    for secret in (token, PASSWORD, *cookies.values()):
        assert secret not in written
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def _refusal(settings: ServerSettings) -> str:
    with pytest.raises(ServerError) as refused:
        serve(settings, FakeExchange, announce=print)
    return str(refused.value)


@pytest.mark.usefixtures("keep_log")
def test_what_hinders_the_start_is_said_in_one_line(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://camloom:{CANARY}@127.0.0.1:1/camloom"
    away = ServerSettings(data=tmp_path, port=0, database_url=url)  # type: ignore[arg-type]  # made a secret of
    said = _refusal(away)
    assert said.startswith("the database cannot be opened")
    assert CANARY not in said + repr(away) + str(away)
    (tmp_path / "camloom.db").write_bytes(b"no database" * 1000)
    assert _refusal(ServerSettings(data=tmp_path, port=0)).startswith("the database cannot be opened")
    assert "cannot use" in _refusal(ServerSettings(data=tmp_path / "camloom.db", port=0))


def test_an_answer_does_not_wait_for_the_receiver(tmp_path: Path) -> None:
    with (
        listening(ServerSettings(data=tmp_path, port=0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.usefixtures("keep_log")
def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in _refusal(ServerSettings(data=tmp_path, port=port))
