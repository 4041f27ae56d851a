"""Task files of `camloom run`, put on the platform by command."""

import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, update
from tests.server.alarms import Site, event
from tests.server.fakes import START

from camloom.errors import CamloomError, ServerError
from camloom.server.access.sealing import load_sealer
from camloom.server.database.tables import alarm_month, audit, camera, task
from camloom.server.management.cameras.secrets import urls_of
from camloom.server.run import open_database
from camloom.server.settings import ServerSettings
from camloom.server.upkeep import check_sums, make_reset_link, take_files

STREET = Path(__file__).parents[2] / "examples" / "street.yaml"


@pytest.fixture(autouse=True)
def _database_there(settings: ServerSettings, _sqlite_template: Path) -> None:
    """Spares each test the time to make all tables."""
    settings.data.mkdir(mode=0o700)
    shutil.copy(_sqlite_template, settings.data / "camloom.db")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A task file."""
    path = tmp_path / "gate.yaml"
    path.write_text(
        "id: east_gate\nmodel: nanodet\nsource: {type: media, url: 'rtsp://ann:secret-77@192.0.2.7/1', timeout_s: 5}\n"
        "zones: [{name: yard, vertices: [[0, 0], [1, 0], [1, 1]]}]\nalarms: [{template: intrusion, zone: yard}]\n"
    )
    return path


def test_a_task_file_becomes_a_camera_with_a_task(settings: ServerSettings) -> None:
    (taken,) = take_files(settings, [STREET])
    assert (taken.name, taken.outcome) == ("street", "new")
    with open_database(settings) as database, database.read() as connection:
        one = connection.execute(select(task, camera.c.source, camera.c.host_id).join(camera)).mappings().one()
        actions = [tuple(row) for row in connection.execute(select(audit.c.action, audit.c.object_kind))]
    assert one["source"] == {"url": "sample:street", "options": {}}
    assert (one["host_id"], one["enabled"], one["id"]) == ("local", True, taken.task_id)
    assert [rule["id"] for rule in one["document"]["rules"]] == ["lawn_trampling", "passed_lamp_post", "loitering"]
    assert not {"id", "source", "sinks"} & one["document"].keys()
    assert actions == [("create", "camera"), ("create", "task")]


def test_the_password_of_the_camera_is_sealed(settings: ServerSettings, written: Path) -> None:
    take_files(settings, [written])
    with open_database(settings) as database, database.read() as connection:
        row = connection.execute(select(camera)).mappings().one()
    assert row["name"] == "east gate"
    assert row["source"] == {"url": "rtsp://ann:***@192.0.2.7/1", "options": {"timeout_s": 5}}
    assert urls_of(row, load_sealer(settings.data))["source"] == "rtsp://ann:secret-77@192.0.2.7/1"
    assert b"secret-77" not in (settings.data / "camloom.db").read_bytes()


def test_once_more_changes_what_is_there(settings: ServerSettings, written: Path) -> None:
    (first,) = take_files(settings, [written])
    assert take_files(settings, [written])[0].outcome == "same"
    written.write_text(written.read_text().replace("intrusion", "loitering"))
    (changed,) = take_files(settings, [written])
    assert (changed.task_id, changed.outcome) == (first.task_id, "changed")
    with open_database(settings) as database, database.read() as connection:
        rows = connection.execute(select(task.c.revision, task.c.document)).all()
        assert len(connection.execute(select(camera.c.id)).all()) == 1
    assert [(row.revision, row.document["alarms"][0]["template"]) for row in rows] == [(2, "loitering")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source: /etc/passwd\n", "'file:' are not allowed"),
        ("source: 'rtsp://127.0.0.1/1'\n", "not allowed"),
        ("model: nanodet\n", "source"),
        ("source: [1]\n", "source"),
        ("source: sample:street\nzones: 7\n", "zones"),
        ("- 1\n", "is no task"),
        ("a: [\n", "not YAML"),
    ],
)
def test_what_is_no_task_for_a_platform_is_said_and_nothing_is_kept(
    settings: ServerSettings, tmp_path: Path, text: str, said: str
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text)
    with pytest.raises(CamloomError, match=said):
        take_files(settings, [STREET, wrong])
    with open_database(settings) as database, database.read() as connection:
        assert connection.execute(select(camera.c.id)).all() == []


def test_the_first_task_file_may_come_before_the_server(tmp_path: Path) -> None:
    settings = ServerSettings(data=tmp_path / "new")
    take_files(settings, [STREET])
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700


def test_sums_are_compared_by_command(settings: ServerSettings) -> None:
    with open_database(settings) as database:
        site = Site(database)
        site.take(event(site.camera()[1]))
        with database.write() as connection:
            connection.execute(update(alarm_month).values(alarms=7))
    assert check_sums(settings) == (1, [START.date().replace(day=1)])
    assert check_sums(settings) == (1, [])


def test_no_sums_are_compared_where_no_server_is(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="there is no Camloom in"):
        check_sums(ServerSettings(data=tmp_path / "none"))


def test_a_password_is_not_reset_where_no_server_is(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="there is no Camloom in"):
        make_reset_link(ServerSettings(data=tmp_path / "none"), "ann")
    assert not (tmp_path / "none").exists()
