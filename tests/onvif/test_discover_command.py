"""camloom discover, as a user runs it."""

import json
from collections.abc import Callable

import pytest
import yaml
from tests.onvif.camera import Profile
from tests.onvif.conftest import MakeCamera
from typer.testing import CliRunner, Result

from camloom.cli.app import app
from camloom.config import parse_task
from camloom.errors import UsageError

PASSWORD = "p@ss:w/r#1%?&!"
Discover = Callable[..., Result]


@pytest.fixture
def discover(monkeypatch: pytest.MonkeyPatch, discovery_alone: None) -> Discover:
    """Return a runner of the command on the loopback: `discover("--user", "admin", password="x")`."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("CAMLOOM_CAMERA_PASSWORD", raising=False)

    def run(*arguments: str, password: str | None = None) -> Result:
        environment = {} if password is None else {"CAMLOOM_CAMERA_PASSWORD": password}
        command = ["discover", "--interface", "lo", "--seconds", "0.5", *arguments]
        return CliRunner().invoke(app, command, env=environment)

    return run


def test_a_table_of_cameras_and_a_source_to_copy(discover: Discover, onvif_camera: MakeCamera) -> None:
    camera = onvif_camera(profiles=(Profile("A", "H265", 3840, 2160), Profile("B", "H264", 704, 576, 12)))
    told = discover("--user", "admin", password=PASSWORD)
    assert (told.exit_code, told.stderr) == (0, "")
    (row,) = [line for line in told.stdout.splitlines() if "Gate 1" in line and "│" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["127.0.0.1", "ONVIF", "Loomcam", "LC-20", "Gate 1"]
    assert "main   hevc  3840x2160  25 fps  rtsp://127.0.0.1:554/A" in told.stdout
    assert "sub    h264  704x576  12 fps  rtsp://127.0.0.1:554/B" in told.stdout
    assert PASSWORD not in told.stdout
    lines = [line.strip() for line in told.stdout.splitlines() if line.strip().startswith("source:")]
    task = parse_task(yaml.safe_load(lines[0]))
    assert task.source.config.url == f"onvif://admin:PASSWORD@{camera.place}"
    assert task.source.config.profile == "sub"


def test_json_for_programs(discover: Discover, onvif_camera: MakeCamera) -> None:
    onvif_camera(login="http")
    told = json.loads(discover("--user", "admin", "--json", password=PASSWORD).stdout)
    (camera,) = told["cameras"]
    assert [stream["role"] for stream in camera["streams"]] == ["main", "sub", ""]
    assert camera["serial"] == "SN7"
    assert PASSWORD not in json.dumps(told)


def test_without_a_login_cameras_are_listed_with_what_they_tell_everybody(
    discover: Discover, onvif_camera: MakeCamera
) -> None:
    camera = onvif_camera()
    told = discover()
    assert "Gate 1" in told.stdout
    assert "camloom discover --user" in told.stdout
    assert "GetProfiles" not in camera.asked


def test_a_wrong_password_is_said_beside_the_camera(discover: Discover, onvif_camera: MakeCamera) -> None:
    camera = onvif_camera()
    told = discover("--user", "admin", password="kilimanjaro")
    assert told.exit_code == 0
    assert "refused the user or the password" in told.stdout
    assert "kilimanjaro" not in told.stdout + told.stderr
    assert camera.refused == 1


def test_no_password_to_be_had_is_one_line(discover: Discover) -> None:
    told = discover("--user", "admin")
    assert isinstance(told.exception, UsageError)
    assert "CAMLOOM_CAMERA_PASSWORD" in str(told.exception)


def test_nothing_there_is_said_with_what_to_do(discover: Discover) -> None:
    told = discover()
    assert told.exit_code == 0
    assert "no camera answered within 0.5 s" in told.stdout


def test_a_camera_that_hears_no_multicast_is_asked_by_its_address(discover: Discover, onvif_camera: MakeCamera) -> None:
    camera = onvif_camera(types="", scopes="", probe_reply=b"nothing of use")
    told = json.loads(discover(f"localhost:{camera.port}", "--user", "admin", "--json", password=PASSWORD).stdout)
    (found,) = told["cameras"]
    assert (found["url"], found["model"], len(found["streams"])) == (f"onvif://{camera.place}", "LC-20", 3)


def test_where_addresses_are_named_nobody_else_sees_the_login(discover: Discover, onvif_camera: MakeCamera) -> None:
    stranger = onvif_camera(answers_from=("127.0.0.1",))
    told = discover("127.0.0.2:9", "--user", "admin", password=PASSWORD)
    assert "Gate 1" in told.stdout
    assert stranger.logins == []


def test_who_claims_to_be_a_named_camera_does_not_see_the_login_of_it(
    discover: Discover, onvif_camera: MakeCamera
) -> None:
    stranger = onvif_camera(answers_from=("127.0.0.1", "127.0.0.2"), stated_host="127.0.0.2")
    told = discover("127.0.0.2", "--user", "admin", password=PASSWORD)
    assert "127.0.0.2" in told.stdout
    assert stranger.logins == []


def test_an_address_where_nobody_speaks_onvif_is_no_camera(discover: Discover) -> None:
    assert json.loads(discover("127.0.0.1:9", "--json").stdout)["cameras"] == []


@pytest.mark.parametrize("address", ["no.such.host.invalid", "127.0.0.1:port", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_one_line(discover: Discover, address: str) -> None:
    assert isinstance(discover(address).exception, UsageError)
