"""When something moved before which camera: from the messages of hosts to the strip of a day."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from tests.server.alarms import Site, event_id
from tests.server.fakes import START, FakeClock
from tests.server.people import Person

from camloom.exchange import MotionMessage, TaskMotion
from camloom.server.business.media_place import open_place
from camloom.server.business.retention import Disk, Retain
from camloom.server.database import Database
from camloom.server.database.tables import camera, camera_motion

TIMELINE = "/api/v1/alarms/timeline"


@pytest.fixture
def site(app: FastAPI) -> Site:
    return Site(app.state.database)


@pytest.fixture
def here(sqlite_database: Database) -> Site:
    return Site(sqlite_database)


def minute(at: datetime, **tasks: tuple[int, int]) -> MotionMessage:
    """Return what a host saw in a minute: of each task, the pieces with pictures, and those with motion."""
    told = {name: TaskMotion(watched=watched, moved=moved) for name, (watched, moved) in tasks.items()}
    return MotionMessage(id=event_id(), at=at, tasks=told)


def strips(person: Person) -> dict[str, list[float | None]]:
    """Return how much moved in the 24 hours since the start, by the name of the camera."""
    found = person.get(TIMELINE, params={"since": START.isoformat()}).json()
    return {strip["camera_name"]: strip["motion"] for strip in found["cameras"]}


def test_the_strip_has_the_share_of_the_time_in_which_something_moved(site: Site, admin: Person) -> None:
    _, task_id = site.camera("Gate")
    site.take(minute(START, **{task_id: (0b111111, 0b000111)}))
    site.take(minute(START + timedelta(minutes=1), **{task_id: (0b111111, 0)}))
    site.take(minute(START + timedelta(minutes=25), **{task_id: (0b000011, 0b000010)}))
    site.take(minute(START + timedelta(hours=24), **{task_id: (63, 63)}), minute(START - timedelta(seconds=1)))
    motion = strips(admin)["Gate"]
    assert motion[:4] == [0.25, None, 0.5, None]
    assert (len(motion), sum(share is not None for share in motion)) == (144, 2)


def test_others_see_the_motion_of_their_own_cameras(site: Site, viewer: Person, group_id: str) -> None:
    _, own = site.camera("Own", group_id)
    _, other = site.camera("Other")
    site.take(minute(START, **{own: (63, 63), other: (63, 63), "gone": (63, 63)}))
    assert {name: shares[0] for name, shares in strips(viewer).items()} == {"Own": 1.0}


def test_neither_order_nor_repetition_nor_a_second_task_counts(site: Site) -> None:
    camera_id, task_id = site.camera()
    told = [minute(START + timedelta(minutes=at), **{task_id: (48, moved)}) for at, moved in ((9, 1), (0, 2), (9, 16))]
    site.take(*told)
    site.take(*reversed(told), minute(START, **{task_id: (63, 0)}))
    [row] = site.rows(camera_motion)
    assert (row["camera_id"], row["at"]) == (camera_id, START)
    assert row["moved"] == 0b010001 << 54 | 0b000010
    assert row["watched"] == 0b110001 << 54 | 0b111111


def test_a_clock_that_is_far_ahead_leaves_nothing_and_zones_do_not_matter(here: Site) -> None:
    _, task_id = here.camera()
    here.take(minute(START + timedelta(days=2), **{task_id: (63, 63)}))
    assert here.rows(camera_motion) == []
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    here.take(minute((START + timedelta(minutes=9)).astimezone(kathmandu), **{task_id: (1, 1)}))
    [row] = here.rows(camera_motion)
    assert (row["at"], row["moved"]) == (START, 1 << 54)
    assert row["at"].tzinfo is UTC


def test_it_goes_with_its_camera_and_after_ninety_days(here: Site, clock: FakeClock) -> None:
    (gate, task_id), (yard, other) = here.camera("Gate"), here.camera("Yard")
    here.take(minute(START, **{task_id: (63, 0), other: (63, 0)}))
    with here.database.write() as connection:
        connection.execute(delete(camera).where(camera.c.id == gate))
    assert [row["camera_id"] for row in here.rows(camera_motion)] == [yard]
    retain = Retain(here.database, open_place("memory:///"), clock, lambda _: Disk(100, 90))
    clock.forward(days=90)
    retain.run()
    assert here.count(camera_motion) == 1
    clock.forward(minutes=1)
    retain.run()
    assert here.count(camera_motion) == 0
