"""Pictures and clips: copied in, shown, and taken away in time."""

import errno
import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError
from tests.server.alarms import JPEG, MP4, Listener, Site, arrived, event, event_id
from tests.server.conftest import Visitors
from tests.server.fakes import START, FakeClock
from tests.server.people import Person, add_account, add_group

from camloom.errors import ServerError
from camloom.server.business import open_place
from camloom.server.business.expiring import Expiry
from camloom.server.business.hooks import AlarmChange, no_outbox
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.media_place import MediaPlace, kind_of
from camloom.server.business.media_routes import part_of
from camloom.server.business.retention import RETENTION, Disk, Retain, Retention
from camloom.server.database import Database, new_id
from camloom.server.database.tables import alarm, alarm_note, audit, media, setting
from camloom.server.web import RefusedError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the engine leaves its files."""
    folder = tmp_path / "streams"
    folder.mkdir()
    return folder


@pytest.fixture
def site(sqlite_app: FastAPI) -> Site:
    return Site(sqlite_app.state.database)


@pytest.fixture
def place(sqlite_app: FastAPI) -> MediaPlace:
    found: MediaPlace = sqlite_app.state.media
    return found


@pytest.fixture
def files(site: Site, place: MediaPlace, root: Path, clock: FakeClock) -> MediaIntake:
    return MediaIntake(site.database, place, root, clock, no_outbox)


@pytest.fixture
def boss(sqlite_app: FastAPI, visit: Visitors) -> Person:
    return visit(sqlite_app).let_in(add_account(sqlite_app, "boss", "administrator"))


def left(root: Path, name: str, content: bytes = JPEG) -> Path:
    path = root / name
    path.write_bytes(content)
    return path


def test_a_picture_is_copied_and_taken_away_there(
    site: Site, place: MediaPlace, root: Path, clock: FakeClock, boss: Person
) -> None:
    camera_id, task_id = site.camera()
    path = left(root, "a.jpg")
    message = event(task_id, media={"picture": path, "clip": root / "a.mp4"})
    site.take(message, arrived(message, "picture", path), arrived(message, "clip", None))
    listener = Listener()
    files = MediaIntake(site.database, place, root, clock, listener)
    assert files.collect() == 1
    assert not path.exists()
    states = {row["kind"]: row for row in site.rows(media)}
    assert (states["picture"]["state"], states["clip"]["state"]) == ("there", "missing")
    assert states["picture"]["key"] == f"2026/11/02/{camera_id}/{message.id}-picture.jpg"
    assert states["picture"]["sha256"] == hashlib.sha256(JPEG).hexdigest()
    assert listener.changes == [AlarmChange.UPDATED]
    assert files.collect() == 0
    (shown,) = boss.get("/api/v1/alarms").json()["items"]
    assert (shown["picture"], shown["clip"]) == (states["picture"]["id"], None)
    answer = boss.get(f"/api/v1/media/{shown['picture']}")
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = boss.get(f"/api/v1/media/{shown['picture']}", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


def test_a_picture_may_come_before_its_event(site: Site, files: MediaIntake, root: Path) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(arrived(message, "picture", left(root, "a.jpg")))
    files.collect()
    assert site.rows(media)[0]["alarm_id"] is None
    site.take(message)
    (row,) = site.rows(media)
    assert (row["alarm_id"], row["state"]) == (site.alarms()[0]["id"], "there")


def test_the_same_word_again_changes_nothing(site: Site, files: MediaIntake, root: Path) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    word = arrived(message, "picture", left(root, "a.jpg"))
    site.take(message, word, word)
    files.collect()
    before = site.rows(media)
    site.take(word, arrived(message, "picture", None))
    files.collect()
    assert site.rows(media) == before


def test_a_copy_that_was_cut_off_is_made_again(site: Site, files: MediaIntake, root: Path) -> None:
    """Whatever the moment at which the process dies: the row says what is still to be done."""
    _, task_id = site.camera()
    message, path = event(task_id), left(root, "a.jpg")
    site.take(message, arrived(message, "picture", path))
    files.collect()
    left(root, "a.jpg")  # it died after the row said `there`, before the file went
    with site.database.write() as connection:
        connection.execute(update(media).values(source_path=str(path)))
    assert files.collect() == 1
    assert not path.exists()
    assert site.rows(media)[0]["state"] == "there"


def test_a_place_that_takes_nothing_loses_nothing(site: Site, root: Path, clock: FakeClock, tmp_path: Path) -> None:
    _, task_id = site.camera()
    message, path = event(task_id), left(root, "a.jpg")
    site.take(message, arrived(message, "picture", path))
    place = open_place((tmp_path / "place").as_uri())
    (tmp_path / "place").rmdir()
    (tmp_path / "place").write_text("in the way")
    files = MediaIntake(site.database, place, root, clock, no_outbox)
    with pytest.raises(ServerError, match="cannot keep"):
        files.collect()
    assert path.exists()
    (tmp_path / "place").unlink()
    (tmp_path / "place").mkdir()
    assert files.collect() == 1
    assert site.rows(media)[0]["state"] == "there"


def test_nothing_outside_of_the_engine_s_folder_is_read_or_removed(
    site: Site, files: MediaIntake, root: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(JPEG)
    (root / "link.jpg").symlink_to(secret)
    (root / "out").symlink_to(tmp_path)
    (root / "folder.jpg").mkdir()
    (root / "round").symlink_to(root / "round")
    html = left(root, "page.jpg", b"<html><script>alert(1)</script>")
    _, task_id = site.camera()
    for path in (
        secret,
        root / ".." / "secret.jpg",
        root / "link.jpg",
        root / "out" / "secret.jpg",
        root / "folder.jpg",
        Path("secret.jpg"),
        Path("/proc/self/environ"),
        root / "none.jpg",
        root / "round" / "a.jpg",
        root / ("x" * 5000) / "a.jpg",
        html,
    ):
        message = event(task_id)
        site.take(message, arrived(message, "picture", path))
    files.collect()
    assert {row["state"] for row in site.rows(media)} == {"missing"}
    assert secret.read_bytes() == JPEG
    assert files.collect() == 0


@pytest.mark.parametrize("kind", ["../x", "a/b", "", "X", "a" * 40, "a.b"])
def test_a_kind_is_a_word(site: Site, kind: str) -> None:
    _, task_id = site.camera()
    with pytest.raises(ServerError, match="kind that cannot be"):
        site.take(arrived(event(task_id), kind, None))


def test_content_says_what_a_file_is() -> None:
    assert kind_of(JPEG) == "jpg"
    assert kind_of(MP4) == "mp4"
    assert kind_of(b"\x89PNG\r\n\x1a\n") == "png"
    assert kind_of(b"<svg xmlns") is None
    assert kind_of(b"") is None


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-", (10, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=50-5000", (50, 100)),
        ("bytes=0-1,5-6", None),
        ("bytes=5-1", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("lines=0-1", None),
        ("bytes=٠-١", None),
    ],
)
def test_parts_of_a_file(asked: str | None, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 100) == part


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=-0", "bytes=999999999999999999-"])
def test_parts_that_are_not_there(asked: str) -> None:
    with pytest.raises(RefusedError) as refused:
        part_of(asked, 100)
    assert refused.value.status == 416


def test_a_clip_is_played_in_parts(site: Site, files: MediaIntake, root: Path, boss: Person) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "clip", left(root, "a.mp4", MP4)))
    files.collect()
    url = f"/api/v1/media/{site.rows(media)[0]['id']}"
    part = boss.get(url, headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.content) == (206, MP4[8:12])
    assert part.headers["content-range"] == f"bytes 8-11/{len(MP4)}"
    assert boss.get(url, headers={"Range": f"bytes={len(MP4)}-"}).status_code == 416
    assert boss.get(url).headers["content-length"] == str(len(MP4))


@pytest.mark.parametrize("media_id", ["..%2f..%2fcamloom.db", "%2e%2e", "x" * 3000, "..\\x", "01" * 13])
def test_media_are_asked_for_by_id_only(boss: Person, media_id: str) -> None:
    assert boss.get(f"/api/v1/media/{media_id}").status_code == 404


def test_another_group_s_picture_is_as_if_it_were_not(
    site: Site, files: MediaIntake, root: Path, sqlite_app: FastAPI, visit: Visitors
) -> None:
    group_id = add_group(sqlite_app, "South")
    guard = visit(sqlite_app).let_in(add_account(sqlite_app, "guard", "viewer", groups=(group_id,)))
    for number, group in enumerate((group_id, None)):
        _, task_id = site.camera(group_id=group)
        message = event(task_id)
        site.take(message, arrived(message, "picture", left(root, f"{number}.jpg")))
    files.collect()
    site.take(arrived(event("x"), "picture", left(root, "orphan.jpg")))
    files.collect()
    answers = [guard.get(f"/api/v1/media/{row['id']}").status_code for row in site.rows(media)]
    assert answers == [200, 404, 404]


def test_a_file_that_somebody_removed_is_not_there(
    site: Site, files: MediaIntake, root: Path, place: MediaPlace, boss: Person
) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", left(root, "a.jpg")))
    files.collect()
    (row,) = site.rows(media)
    place.remove(row["key"])
    place.remove(row["key"])
    assert boss.get(f"/api/v1/media/{row['id']}").status_code == 404


# --- retention --------------------------------------------------------------------------------------------------


class Shelf:
    """Pictures of many days."""

    def __init__(self, site: Site, place: MediaPlace, clock: FakeClock) -> None:
        self._site, self._place, self._clock = site, place, clock
        _, self._task_id = site.camera()

    def put(self, days_ago: float, size: int = 1000) -> str:
        """Keep a picture; return the id of its alarm."""
        at = self._clock.at - timedelta(days=days_ago)
        message = event(self._task_id, after_s=(at - START).total_seconds())
        self._site.take(message, at=at)
        alarm_id = str(self._site.alarms()[-1]["id"])
        key = f"{at:%Y/%m/%d}/c/{message.id}-picture.jpg"
        with (self._place.folder / "x").open("wb+") as file:  # type: ignore[operator]
            file.write(b"x" * size)
            file.seek(0)
            self._place.put(key, file)
        row = {"id": new_id(), "alarm_id": alarm_id, "event_id": message.id, "kind": "picture", "state": "there"}
        with self._site.database.write() as connection:
            told = {"key": key, "sha256": "", "size_bytes": size, "source_path": "", "created_at": at}
            connection.execute(insert(media).values(**row, **told))
        return alarm_id

    def want(self, **wanted: object) -> None:
        """Say how long things are kept."""
        value = Retention.model_validate(wanted).model_dump(mode="json")
        with self._site.database.write() as connection:
            connection.execute(insert(setting).values(key=RETENTION, value=value))

    def left(self) -> list[str]:
        """Return the alarms whose picture is still there."""
        return [row["alarm_id"] for row in self._site.rows(media) if row["state"] == "there"]


@pytest.fixture
def shelf(site: Site, place: MediaPlace, clock: FakeClock) -> Shelf:
    clock.forward(days=1000)
    return Shelf(site, place, clock)


def _plenty(folder: Path) -> Disk:
    return Disk(1_000_000, 900_000)


def test_what_is_old_goes_and_what_matters_stays_longer(
    site: Site, place: MediaPlace, clock: FakeClock, shelf: Shelf
) -> None:
    noted, true, old, fresh = (shelf.put(days) for days in (39, 38, 31, 29))
    ancient, forgotten = shelf.put(364.5), shelf.put(366)
    with site.database.write() as connection:
        connection.execute(update(alarm).where(alarm.c.id.in_([true, ancient])).values(verdict="true"))
        note = {"id": new_id(), "account_name": "", "at": START, "action": "note", "text": "!"}
        connection.execute(insert(alarm_note).values(alarm_id=noted, **note))
    done = Retain(site.database, place, clock, _plenty).run()
    assert set(shelf.left()) == {noted, true, fresh, ancient}
    assert (done.expired, done.alarms_removed, done.reason, done.short) == (1, 1, "", False)
    assert forgotten not in {row["id"] for row in site.alarms()}
    assert {row["state"] for row in site.rows(media) if row["alarm_id"] == old} == {"expired"}
    assert len([path for path in place.folder.rglob("*.jpg")]) == 4  # type: ignore[union-attr]  # noqa: C416


def test_over_the_quota_the_oldest_go_first_and_what_matters_last(
    site: Site, place: MediaPlace, clock: FakeClock, shelf: Shelf
) -> None:
    true, *others = (shelf.put(days, 200_000) for days in (9, 8, 7, 6, 5, 4))
    with site.database.write() as connection:
        connection.execute(update(alarm).where(alarm.c.id == true).values(verdict="true"))
    shelf.want(quota_bytes=1 << 20)
    done = Retain(site.database, place, clock, _plenty).run()
    assert shelf.left() == [true, *others[2:]][:5]
    assert (done.reason, done.expired, done.used_bytes) == ("quota", 2, 800_000)
    assert [row["action"] for row in site.rows(audit)] == ["storage.quota"]
    assert Retain(site.database, place, clock, _plenty).run().expired == 0


def test_a_disk_that_is_nearly_full_is_told_and_relieved(
    site: Site, place: MediaPlace, clock: FakeClock, shelf: Shelf
) -> None:
    for days in (4, 3, 2):
        shelf.put(days, 20_000)

    def nearly_full(folder: Path) -> Disk:
        there = sum(path.stat().st_size for path in folder.rglob("*.jpg"))
        return Disk(1_000_000, 90_000 - there)

    done = Retain(site.database, place, clock, nearly_full).run()
    assert (done.reason, done.expired, done.short, done.free_bytes) == ("disk", 2, False, 70_000)
    full = Retain(site.database, place, clock, lambda folder: Disk(1_000_000, 10)).run()
    assert (full.short, shelf.left()) == (True, [])


def test_what_never_came_is_given_up(site: Site, place: MediaPlace, clock: FakeClock, root: Path) -> None:
    _, task_id = site.camera()
    site.take(event(task_id, media={"clip": root / "never.mp4"}))
    site.take(arrived(event("x", id=event_id()), "picture", None))
    clock.forward(days=2)
    Retain(site.database, place, clock, _plenty).run()
    assert [row["state"] for row in site.rows(media)] == ["missing"]


@pytest.mark.parametrize("full", [False, True], ids=["room", "no-room"])
def test_what_becomes_an_alarm_s_while_it_is_given_up_stays(
    site: Site,
    place: MediaPlace,
    files: MediaIntake,
    clock: FakeClock,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    full: bool,
) -> None:
    """A picture without an event is found to be too old, and in that moment its event arrives."""
    _, task_id = site.camera()
    late = event(task_id)
    site.take(arrived(late, "picture", left(root, "late.jpg")))
    files.collect()
    clock.forward(days=2)
    mark = Expiry._mark

    def mark_after_the_event(self: Expiry, rows: Any, still: Any) -> Any:
        if not site.alarms():
            site.take(late, at=clock.at)
            if full:
                raise OperationalError("update", {}, Exception("database or disk is full"))
        return mark(self, rows, still)

    monkeypatch.setattr(Expiry, "_mark", mark_after_the_event)
    Retain(site.database, place, clock, _plenty).run()
    (row,) = site.rows(media)
    assert (row["alarm_id"], row["state"]) == (site.alarms()[0]["id"], "there")
    assert place.has_lost(row["key"]) is False


def test_a_bucket_is_told_by_its_url(database: Database) -> None:
    del database
    assert open_place("memory:///").folder is None
    with pytest.raises(ServerError, match="cannot be opened"):
        open_place("gopher://x")


def test_a_file_that_cannot_be_read_now_is_neither_given_up_nor_removed(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files, a bad sector: others go on, and it is tried again in a minute."""
    _, task_id = site.camera()
    paths = [left(root, f"{name}.jpg", JPEG) for name in ("sick", "well")]
    for path in paths:
        message = event(task_id)
        site.take(message, arrived(message, "picture", path))
    seconds, opened = [0.0], os.open

    def sick(path: Any, *told: Any, **named: Any) -> int:
        if str(path).endswith("sick.jpg") and seconds[0] < 60:
            raise OSError(errno.EMFILE, "too many open files")
        return opened(path, *told, **named)

    monkeypatch.setattr(os, "open", sick)
    place = open_place((tmp_path / "place").as_uri())
    files = MediaIntake(site.database, place, root, clock, no_outbox, lambda: seconds[0])
    files.collect()
    assert sorted(row["state"] for row in site.rows(media)) == ["there", "waiting"]
    assert [path.exists() for path in paths] == [True, False]
    assert files.collect() == 0
    seconds[0] = 61
    assert files.collect() == 1
    assert {row["state"] for row in site.rows(media)} == {"there"}


def test_what_a_killed_server_left_of_a_file_goes_with_the_next_try(site: Site, root: Path, tmp_path: Path) -> None:
    place = open_place((tmp_path / "place").as_uri())
    for number in (1, 2):
        left(tmp_path / "place", f"a.jpg#{number}", b"half")
    place.put("a.jpg", io.BytesIO(JPEG))
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["a.jpg"]


def test_a_file_that_cannot_be_removed_holds_up_no_other(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path
) -> None:
    _, task_id = site.camera()
    for name in ("stuck", "b", "c"):
        message = event(task_id)
        site.take(message, arrived(message, "picture", left(root, f"{name}.jpg", JPEG)))
    place = open_place((tmp_path / "place").as_uri())
    MediaIntake(site.database, place, root, clock, no_outbox).collect()
    stuck = tmp_path / "place" / site.rows(media)[0]["key"]
    stuck.unlink()
    stuck.mkdir()
    left(stuck, "in the way", b"")  # a folder of its name
    clock.forward(days=31)
    retain = Retain(site.database, place, clock, _plenty)
    assert retain.run().expired == 2
    clock.forward(days=366)
    assert retain.run().alarms_removed == 2
    (stuck / "in the way").unlink()
    stuck.rmdir()
    assert retain.run().alarms_removed == 1


def test_a_crash_while_files_expire_leaves_neither_a_file_nor_a_row_without_one(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", left(root, "a.jpg")))
    place = open_place((tmp_path / "place").as_uri())
    MediaIntake(site.database, place, root, clock, no_outbox).collect()
    clock.forward(days=31)
    with monkeypatch.context() as crashed:
        crashed.setattr(place, "remove", lambda key: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Retain(site.database, place, clock, _plenty).run()
    assert [row["state"] for row in site.rows(media)] == ["expired"], "nobody is shown what goes at this moment"
    Retain(site.database, place, clock, _plenty).run()
    assert [(row["state"], row["key"]) for row in site.rows(media)] == [("expired", "")]
    assert not [path for path in (tmp_path / "place").rglob("*") if path.is_file()]


def test_on_a_full_disk_a_file_goes_before_its_row_can_say_so(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", left(root, "a.jpg")))
    place = open_place((tmp_path / "place").as_uri())
    MediaIntake(site.database, place, root, clock, no_outbox).collect()
    (kept,) = [path for path in (tmp_path / "place").rglob("*") if path.is_file()]
    expiry = Expiry(site.database, place, lambda: True)
    mark = Expiry._mark

    def mark_if_there_is_room(self: Expiry, rows: Any, still: Any) -> Any:
        if kept.exists():
            raise OperationalError("update", {}, Exception("database or disk is full"))
        return mark(self, rows, still)

    monkeypatch.setattr(Expiry, "_mark", mark_if_there_is_room)
    assert expiry.take_away(site.rows(media)) == 1
    assert [(row["state"], row["key"]) for row in site.rows(media)] == [("expired", "")]


def test_what_could_not_even_then_be_said_is_said_as_soon_as_there_is_room(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", left(root, "a.jpg")))
    place = open_place((tmp_path / "place").as_uri())
    MediaIntake(site.database, place, root, clock, no_outbox).collect()
    expiry = Expiry(site.database, place, lambda: True)
    with monkeypatch.context() as full:
        full.setattr(Expiry, "_mark", lambda *_: 1 / 0)
        full.setattr("camloom.server.business.expiring.AWAY", ZeroDivisionError)
        with pytest.raises(ZeroDivisionError):
            expiry.take_away(site.rows(media))
    assert ([row["state"] for row in site.rows(media)], expiry.is_behind) == (["there"], True)
    expiry.finish()
    assert ([row["state"] for row in site.rows(media)], expiry.is_behind) == (["expired"], False)


def test_a_row_whose_file_went_before_a_crash_is_found_by_the_next_server(
    site: Site, root: Path, clock: FakeClock, tmp_path: Path
) -> None:
    _, task_id = site.camera()
    message = event(task_id)
    site.take(message, arrived(message, "picture", left(root, "a.jpg")))
    place = open_place((tmp_path / "place").as_uri())
    MediaIntake(site.database, place, root, clock, no_outbox).collect()
    for path in [path for path in (tmp_path / "place").rglob("*") if path.is_file()]:
        path.unlink()
    Expiry(site.database, place, lambda: False).finish()
    assert [(row["state"], row["key"]) for row in site.rows(media)] == [("expired", "")]


def test_a_disk_that_something_else_fills_takes_a_tenth_an_hour(
    site: Site, clock: FakeClock, place: MediaPlace, tmp_path: Path
) -> None:
    _, task_id = site.camera()
    site.take(event(task_id))
    size, (shown,) = 20 << 20, site.alarms()
    with site.database.write() as connection:
        for number in range(50):  # 1000 MB
            (tmp_path / f"{number}.mp4").touch()
            row = {"id": new_id(), "alarm_id": shown["id"], "event_id": event_id(), "kind": "clip", "state": "there"}
            told = {"source_path": "", "key": f"{number}.mp4", "sha256": "", "size_bytes": size, "created_at": START}
            connection.execute(insert(media).values(**row, **told))
    seconds = [0.0]
    full = Retain(site.database, place, clock, lambda folder: Disk(1 << 40, 0), monotonic=lambda: seconds[0])
    full._place.folder = tmp_path  # a disk of this machine
    assert [full.run().expired for _ in range(3)] == [5, 0, 0]
    seconds[0] = 3700
    assert full.run().expired in (4, 5)
