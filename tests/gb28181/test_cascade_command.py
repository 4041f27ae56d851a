"""camloom gb28181 cascade, as a user runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.gb28181.device_talk import PASSWORD, PLATFORM_ID
from tests.gb28181.running import GATE, OWN_ID
from tests.gb28181.superior import Superior
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.errors import ConfigError
from camloom.gb28181.control.client import ControlClient

ALARM = {"id": "01H", "type": "line.crossed", "phase": "instant", "occurred_at": "2026-11-01T08:00:00Z"}


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
        platform.wait_for(OWN_ID, timeout_s=60)
        assert control.stat().st_mode & 0o077 == 0
        said = CliRunner().invoke(app, ["gb28181", "above", "--control", str(control)]).stdout
        assert f"{PLATFORM_ID}  registered, 0 alarms told, 0 live" in said
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=60)
    assert running.returncode == 0
    assert PASSWORD not in log
    assert not control.exists()
    assert OWN_ID not in platform.registered


def test_without_a_password_or_a_second_port_it_does_not_start(platform: Superior, tmp_path: Path) -> None:
    file, _ = write_cascade(tmp_path, platform)
    refused = CliRunner().invoke(app, ["gb28181", "cascade", "--config", str(file)])
    assert isinstance(refused.exception, ConfigError)
    assert "GB_ABOVE" in str(refused.exception)
    file.write_text(file.read_text().replace("port: 0", "port: 5062", 1))
    twice = CliRunner().invoke(app, ["gb28181", "cascade", "--config", str(file), "--config", str(file)])
    assert "same port" in str(twice.exception)


def test_one_service_can_be_a_platform_and_below_another(platform: Superior, tmp_path: Path) -> None:
    file, _ = write_cascade(tmp_path, platform)
    own, control = tmp_path / "own.yaml", tmp_path / "own.sock"
    own.write_text(f'{{id: "34020000002000000009", host: 127.0.0.1, port: 0, control: {control}}}')
    with camloom("gb28181", "serve", "--config", own, "--above", file, GB_ABOVE=PASSWORD) as running:
        platform.wait_for(OWN_ID, timeout_s=60)
        with ControlClient(control) as client:
            assert client.ask("status")["id"] == "34020000002000000009"
            assert client.ask("cascade.alarm", event=ALARM, channel=GATE) == {"outcome": "delivered", "again": False}
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert platform.heard.of("Alarm")[0].device_id == GATE
    assert OWN_ID not in platform.registered
