"""A site for the load: cameras, their groups, people with keys, and receivers of pushes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from camloom.server.access.accounts import make_account
from camloom.server.access.keys import new_key
from camloom.server.access.principal import Role
from camloom.server.access.tokens import digest
from camloom.server.database import Database, new_id
from camloom.server.database.migrate import migrate
from camloom.server.database.tables import account_group, api_key, camera, camera_group, host, push_target, task
from camloom.server.settings import ServerSettings

HOST = "local"
GROUPS = 10


@dataclass(frozen=True, slots=True)
class Site:
    """What the other programs have to know.

    Attributes:
        cameras: ids of cameras and of their tasks.
        keys: of people; every second one sees two groups only.
        dead, alive: URLs of receivers of pushes.
    """

    folder: str
    cameras: list[tuple[str, str]]
    keys: list[str]
    database: str

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Site":
        told: dict[str, Any] = json.loads(path.read_text())
        return cls(**{**told, "cameras": [tuple(pair) for pair in told["cameras"]]})


def make_site(folder: Path, cameras: int, users: int, hooks: list[str], url: str) -> Site:
    """Fill the database of a site and return it."""
    made = Site(str(folder), [(new_id(), new_id()) for _ in range(cameras)], [new_key() for _ in range(users)], url)
    with opened(made) as database, database.write() as connection:
        now, groups = datetime.now(UTC), [new_id() for _ in range(GROUPS)]
        connection.execute(insert(host).values(id=HOST, name="box", created_at=now, revision=0, ordered=""))
        connection.execute(insert(camera_group), [{"id": one, "name": f"Group {one[-4:]}"} for one in groups])
        _add_cameras(connection, made, groups, now)
        _add_people(connection, made.keys, groups, now)
        _add_hooks(connection, hooks, now)
    return made


@contextmanager
def opened(site: Site) -> Iterator[Database]:
    """Yield the database of a site, in the shape that the server needs."""
    database = Database(site.database or ServerSettings(data=Path(site.folder)).database)
    migrate(database)
    yield database
    database.close()


def _add_cameras(connection: Connection, site: Site, groups: list[str], now: datetime) -> None:
    state = {"condition": "online", "reason": "", "detail": "", "stream": {}, "place": "", "source": {}}
    times = {"created_at": now, "updated_at": now, "revision": 1, "enabled": False, "document": {}}
    for number, (camera_id, task_id) in enumerate(site.cameras):
        row = {"id": camera_id, "host_id": HOST, "camera_group_id": groups[number % GROUPS], **state}
        connection.execute(insert(camera).values(**row, name=f"Camera {number}", enabled=True, created_at=now))
        connection.execute(insert(task).values(id=task_id, camera_id=camera_id, name=f"Task {number}", **times))


def _add_people(connection: Connection, keys: list[str], groups: list[str], now: datetime) -> None:
    for number, key in enumerate(keys):
        account_id = make_account(
            connection,
            name=f"person-{number}",
            password_hash="",
            role=Role.VIEWER,
            all_groups=number % 2 == 0,
            language="en",
            at=now,
        )
        seen = (groups[number % GROUPS], groups[(number + 1) % GROUPS])
        connection.execute(insert(account_group), [{"account_id": account_id, "camera_group_id": one} for one in seen])
        known = {"id": new_id(), "name": "load", "key_hash": digest(key), "role": "viewer", "created_at": now}
        connection.execute(insert(api_key).values(account_id=account_id, **known))


def _add_hooks(connection: Connection, hooks: list[str], now: datetime) -> None:
    for url in hooks:
        settings = {"url": url, "picture": False}
        state = {"failing_since": None, "last_error": "", "last_ok_at": None, "lost": 0, "changed_at": now}
        match = {"changes": ["raised", "ended"]}
        row = {"id": new_id(), "kind": "webhook", "name": url, "enabled": True, "settings": settings, "match": match}
        connection.execute(insert(push_target).values(**row, language="en", **state))
