"""What the pictures and clips of each camera take."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import insert, update
from tests.server.alarms import Site, event_id
from tests.server.fakes import START, FakeClock
from tests.server.people import Person

from camloom.server.business.media_keys import media_key
from camloom.server.business.media_place import open_place
from camloom.server.business.retention import Retain
from camloom.server.database import new_id
from camloom.server.database.tables import media

STORAGE = "/api/v1/storage/cameras"
GONE = "01K8GONE000000000000000000"


def taken(person: Person) -> dict[str, tuple[int, int]]:
    """Return the bytes of pictures and of clips, by camera."""
    answer: list[dict[str, Any]] = person.get(STORAGE).json()
    return {one["camera_id"]: (one["picture_bytes"], one["clip_bytes"]) for one in answer}


def keep(site: Site, camera_id: str | None, kind: str, size_bytes: int) -> None:
    """Write down a picture or clip that is there."""
    key = media_key(START, camera_id, event_id(), kind, "bin")
    told = {"state": "there", "source_path": "", "key": key, "sha256": "", "size_bytes": size_bytes}
    with site.database.write() as connection:
        row = {"id": new_id(), "alarm_id": None, "event_id": new_id(), "kind": kind, "created_at": START, **told}
        connection.execute(insert(media).values(**row))


def test_each_camera_is_told_to_who_sees_it(
    app: FastAPI, clock: FakeClock, admin: Person, viewer: Person, group_id: str
) -> None:
    site = Site(app.state.database)
    (own, _), (other, _), (empty, _) = site.camera("Own", group_id), site.camera("Other"), site.camera("Empty")
    assert taken(admin) == {}, "nobody has counted yet"
    for kind, size_bytes in (("picture", 1000), ("clip", 5_000_000_000), ("clip", 1)):
        keep(site, own, kind, size_bytes)
    keep(site, other, "picture", 7)
    keep(site, None, "picture", 9)
    keep(site, GONE, "clip", 9)
    retain = Retain(app.state.database, open_place("memory:///"), clock)
    retain.run()
    assert taken(admin) == {own: (1000, 5_000_000_001), other: (7, 0), empty: (0, 0)}
    assert list(taken(viewer)) == [own]
    with site.database.write() as connection:
        connection.execute(update(media).values(state="expired"))
    retain.run()
    assert taken(admin) == dict.fromkeys((own, other, empty), (0, 0))
