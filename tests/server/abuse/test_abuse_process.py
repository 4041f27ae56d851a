"""The server as it runs: who it believes, and what others of the machine can read."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import httpx2
from tests.server.people import PASSWORD

CANARY = "canary-pr0cess"


def test_a_forged_address_gives_no_more_guesses_and_nothing_is_for_others_to_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    told = {"CAMLOOM_DATA": str(data), "CAMLOOM_PORT": "0", "CAMLOOM_PROXIES": "10.9.9.9"}
    command = [sys.executable, "-m", "tests.server.served"]
    environment = {**os.environ, **told}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, umask=0o000
        ) as process,
    ):
        try:
            assert process.stdout is not None
            base, _, token = process.stdout.readline().strip().partition("/setup#")
            with httpx2.Client(base_url=base, timeout=30) as client:
                first = {"token": token, "name": "ann", "password": PASSWORD}
                assert client.post("/api/v1/setup", json=first).status_code == 201
                _look_around(client)
                _is_for_nobody_else(data)
                arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
                assert not [one for one in (PASSWORD, token, CANARY) if one in arguments]
                assert _guesses(base) == [401] * 10 + [429] * 2
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    written = (tmp_path / "log").read_text()
    assert "1.2.3." not in written
    assert not [one for one in (PASSWORD, token, CANARY) if one in written]


def _look_around(client: httpx2.Client) -> None:
    """Let the server write what it writes."""
    csrf = {"X-CSRF-Token": client.get("/api/v1/me").json()["csrf"]}
    camera = {"name": "Gate", "url": f"rtsp://a:{CANARY}@10.1.2.3/x"}
    client.post("/api/v1/cameras", json=camera, headers=csrf)
    recording = b"\x00\x00\x00\x20ftypisom" + bytes(500)
    assert client.post("/api/v1/uploads?name=x", content=recording, headers=csrf).status_code == 201
    assert client.get("/api/v1/alarms/evidence-key").json()["signer"].startswith("SHA256:")


def _is_for_nobody_else(data: Path) -> None:
    open_ones = [path for path in (data, *data.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_ones == []
    assert {path.name for path in data.iterdir()} >= {"camloom.db", "secrets.key", "evidence-key.pem", "uploads"}


def _guesses(base: str) -> list[int]:
    """Guess twelve times, each time as if from elsewhere; return what is answered."""
    found = []
    with httpx2.Client(base_url=base, timeout=30) as client:
        for number in range(12):
            headers = {"X-Forwarded-For": f"1.2.3.{number}", "X-Real-IP": f"1.2.3.{number}", "Forwarded": "for=1.2.3.9"}
            guess = {"name": "ann", "password": "wrong password"}
            answer = client.post("/api/v1/login", json=guess, headers=headers)
            assert not re.search(r"1\.2\.3\.", answer.text)
            found.append(answer.status_code)
    return found
