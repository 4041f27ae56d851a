"""camloom gb28181 cascade, as a user runs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gb28181.device_talk import PASSWORD, PLATFORM_ID
from tests.gb28181.running import GATE, OWN_ID
from tests.gb28181.superior import Superior


@pytest.fixture
def platform() -> Iterator[Superior]:
    with Superior() as superior:
        yield superior


def camloom(*words: object, **environment: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "camloom", *map(str, words)]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    )


def write_cascade(folder: Path, platform: Superior) -> tuple[Path, Path]:
    file, control = folder / "above.yaml", folder / "c.sock"
    host, port = platform.address
    file.write_text(
        f"""
id: "{OWN_ID}"
host: 127.0.0.1
port: 0
control: {control}
upstream: {{id: "{PLATFORM_ID}", host: {host}, port: {port}, password_env: GB_ABOVE}}
channels: [{{id: "{GATE}", name: 大门}}]
"""
    )
    return file, control


def test_it_registers_tells_how_it_is_and_leaves_when_it_is_told_to(platform: Superior, tmp_path: Path) -> None:
    file, control = write_cascade(tmp_path, platform)
    with camloom("gb28181", "cascade", "--config", file, GB_ABOVE=PASSWORD) as running:
        platform.wait_for(OWN_ID, timeout_s=20)
        assert control.stat().st_mode & 0o077 == 0
        with camloom("gb28181", "above", "--control", control) as asking:
            said, _ = asking.communicate(timeout=20)
        assert f"{PLATFORM_ID}  registered, 0 alarms told, 0 live" in said
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=20)
    assert running.returncode == 0
    assert PASSWORD not in log
    assert not control.exists()
    assert OWN_ID not in platform.registered


def test_without_a_password_it_says_so_in_one_line(platform: Superior, tmp_path: Path) -> None:
    file, _ = write_cascade(tmp_path, platform)
    with camloom("gb28181", "cascade", "--config", file) as running:
        _, log = running.communicate(timeout=20)
    assert running.returncode == 2
    assert len(log.splitlines()) == 1
    assert "GB_ABOVE" in log
