"""camloom gb28181 serve, devices and ptz, as a user runs them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, PASSWORD, PLATFORM_ID, Channel, Device
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.errors import ConfigError, SourceError
from camloom.gb28181.control.client import ControlClient

PLATFORM = f"""
id: "{PLATFORM_ID}"
host: 127.0.0.1
port: 0
addresses: [127.0.0.0/8]
password_env: GB_PASSWORD
devices: [{{id: "{DEVICE_ID}"}}]
catalog_next_s: 0.3
"""


@pytest.fixture
def runtime_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def serving(runtime_dir: Path) -> "Iterator[subprocess.Popen[str]]":
    """The service, in a process of its own, at the control socket that all commands use by default."""
    config = runtime_dir / "platform.yaml"
    config.write_text(PLATFORM)
    command = [sys.executable, "-m", "camloom", "gb28181", "serve", "--config", str(config)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "GB_PASSWORD": PASSWORD}
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert f"{PLATFORM_ID} listens on 127.0.0.1:" in first
        yield process
        process.kill()


def said(*words: str) -> str:
    outcome = CliRunner().invoke(app, ["gb28181", *words])
    assert outcome.exit_code == 0, outcome.exception
    return outcome.stdout


def test_devices_are_listed_and_moved(serving: "subprocess.Popen[str]", runtime_dir: Path) -> None:
    control = runtime_dir / "camloom" / "gb28181.sock"
    assert control.stat().st_mode & 0o777 == 0o600
    assert control.parent.stat().st_mode & 0o777 == 0o700
    assert "no device is registered" in said("devices")
    with ControlClient(control) as client:
        port = client.ask("status")["port"]
    channels = [Channel(CHANNEL_ID, name="东门"), Channel("34020000001340000001", name="报警")]
    with Device(("127.0.0.1", port), channels=channels) as device:
        assert device.wait_online()
        listed = said("devices", DEVICE_ID)
        assert f"gb28181://{DEVICE_ID}/{CHANNEL_ID}  东门" in listed
        assert "报警  (no camera)" in listed
        said("ptz", DEVICE_ID, CHANNEL_ID, "--pan", "1")
        said("ptz", DEVICE_ID, CHANNEL_ID)
        device.alarm(text="周界入侵")
        assert json.loads(said("alarms"))["description"] == "周界入侵"
        assert device.seen.ptz == ["A50F0101FF0000B5", "A50F0100000000B5"]
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(20) == 0
    assert not control.exists()
    assert serving.stderr is not None
    assert PASSWORD not in serving.stderr.read()


def test_one_socket_has_one_service_and_a_killed_one_leaves_it_free(
    serving: "subprocess.Popen[str]", runtime_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GB_PASSWORD", PASSWORD)
    command = ["gb28181", "serve", "--config", str(runtime_dir / "platform.yaml")]
    second = CliRunner().invoke(app, command)
    assert isinstance(second.exception, ConfigError)
    assert "listens on" in str(second.exception)
    serving.kill()
    serving.wait()
    missing = CliRunner().invoke(app, ["gb28181", "devices"])
    assert isinstance(missing.exception, SourceError)
    assert "camloom gb28181 serve" in str(missing.exception)
    third = subprocess.Popen([sys.executable, "-m", "camloom", *command], stderr=subprocess.PIPE, text=True)
    assert third.stderr is not None
    assert "listens on" in third.stderr.readline()
    third.send_signal(signal.SIGINT)
    assert third.wait(20) == 0
    third.stderr.close()


@pytest.mark.parametrize(("devices", "warned"), [(["1"], False), (["1", "2"], True)], ids=["alone", "common"])
def test_a_password_of_several_devices_is_warned_of(
    runtime_dir: Path, monkeypatch: pytest.MonkeyPatch, devices: list[str], warned: bool
) -> None:
    monkeypatch.setenv("GB_PASSWORD", PASSWORD)
    config = runtime_dir / "platform.yaml"
    config.write_text(PLATFORM.replace("host: 127.0.0.1", "host: 203.0.113.9"))  # not ours: it ends at once
    listed = json.dumps([{"id": one} for one in devices])
    config.write_text(config.read_text().replace(f'[{{id: "{DEVICE_ID}"}}]', listed))
    outcome = CliRunner().invoke(app, ["gb28181", "serve", "--config", str(config)])
    assert isinstance(outcome.exception, ConfigError)
    assert ("same password" in outcome.stderr) is warned
