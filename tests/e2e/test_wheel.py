"""The wheel, as people get it: installed by itself, without a checkout and without node."""

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx2
import pytest
from tests.console.platform import running

from camloom import assets
from camloom.errors import AssetError
from camloom.server.console import BUILT

ROOT = Path(__file__).parents[2]
# What docs/api.md tells people to write, on a film that comes with Camloom.
PROGRAM = """
import sys, time
from camloom.client import connect, each
from camloom.client.models import CameraIn, TaskIn

EVERYWHERE = {"name": "street", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}
WATCH = {"zones": [EVERYWHERE], "alarms": [{"template": "intrusion", "zone": "street"}]}

with connect(sys.argv[1], sys.stdin.read()) as box:
    camera = box.cameras.create_camera(body=CameraIn(name="Street", url="sample:street"))
    box.tasks.create_task(body=TaskIn(name="Street", camera_id=camera.id, document=WATCH))
    while not (alarms := list(each(box.alarms.list_alarms))):
        time.sleep(0.2)
    print(alarms[0].camera_name, alarms[0].name["en"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    if not (BUILT / "index.html").is_file():
        pytest.skip("the console is not built: make console")
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", f"--wheel-dir={folder}", ROOT)
    (made,) = folder.glob("*.whl")
    return made


def _installed(wheel: Path, extras: str, folder: Path) -> Path:
    """Install it into an environment of its own; return the folder of its commands."""
    venv.create(folder, with_pip=True)
    python, constraints = folder / "bin" / "python", ROOT / "constraints.txt"
    _run(python, "-m", "pip", "install", "-q", "-c", constraints, f"{wheel}[{extras}]")
    return folder / "bin"


def _run(*command: str | Path, told: str = "") -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd="/", input=told, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_it_holds_the_console_and_nothing_beside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "camloom/server/console/dist/index.html" in names
    assert [name for name in names if not name.startswith(("camloom/", "camloom-"))] == []
    assert [name for name in names if "node_modules" in name or name.endswith((".tsx", ".map"))] == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_from_the_wheel_to_an_alarm_without_node(wheel: Path, tmp_path: Path) -> None:
    """Server, engine and console in one environment; a program that has the client alone in another."""
    try:
        for name in ("nanodet", "street"):
            assets.fetch(name)
    except AssetError as error:
        pytest.skip(f"needs a film and a model: {error}")
    commands = _installed(wheel, "server,engine", tmp_path / "box")
    program = _installed(wheel, "client", tmp_path / "program")
    with running(tmp_path / "data", [str(commands / "camloom")], PATH=str(commands)) as platform:
        address, _, token = platform.link.partition("/setup#")
        key = _first_visit(address, token)
        assert _run(program / "python", "-c", PROGRAM, address, told=key) == "Street Intrusion\n"
    assert platform.complaints() == []


def _first_visit(address: str, token: str) -> str:
    """See the console, make the first account, and return a key for a program."""
    with httpx2.Client(base_url=address, headers={"Origin": address}) as browser:
        page = browser.get("/", headers={"Accept": "text/html"})
        (script,) = re.findall(r'<script [^>]*src="(/assets/[^"]+\.js)"', page.text)
        assert browser.get(script).status_code == 200
        account = {"token": token, "name": "ada", "password": "correct horse battery"}
        made = browser.post("/api/v1/setup", json=account)
        assert made.status_code == 201, made.text
        wanted = {"name": "program", "role": "administrator"}
        key = browser.post("/api/v1/keys", json=wanted, headers={"X-CSRF-Token": made.json()["csrf"]})
        assert key.status_code == 201, key.text
        return str(key.json()["secret"])
