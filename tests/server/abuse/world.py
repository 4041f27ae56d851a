"""A site of two groups in which everything there can be is there once for each: what an attacker would like to have."""

import io
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fastapi import FastAPI
from PIL import Image
from sqlalchemy import insert, select
from tests.server.alarms import JPEG, Site, event
from tests.server.conftest import Visitors
from tests.server.people import Person, add_account, add_group, add_key

from camloom.server.access.principal import RoleWord
from camloom.server.database import new_id
from camloom.server.database.tables import alarm, media, metadata, push_delivery
from camloom.server.management.rounds import THIS_HOST, every_minute

API = "/api/v1"
PASSWORD_OF_CAMERA = "canary-c4m3r4"  # it is looked for everywhere
RECORDING = b"\x00\x00\x00\x20ftypisom" + bytes(500)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Half:
    """What belongs to one group.

    Attributes:
        word: stands in every name of it.
        ids: of its objects, by the name of the parameter of a path.
    """

    word: str
    ids: dict[str, str] = field(default_factory=dict)

    def traces(self) -> list[str]:
        """Return what must not reach anybody who may not know of it."""
        return [self.word, *self.ids.values()]


class World:
    """A server with `alpha` and `bravo`, and people of either.

    Attributes:
        site_wide: ids of what belongs to nobody in particular.
    """

    def __init__(self, app: FastAPI, visit: Visitors) -> None:
        self.app, self._visit = app, visit
        every_minute(app.state.management)
        self.admin = self._let_in("root", "administrator")
        self._site = Site(app.state.database)
        self.site_wide = {"host_id": THIS_HOST, "name": "intrusion", "state": "full", "example": "0-a1"}
        self.alpha, self.bravo = self._half("alpha"), self._half("bravo")
        self.people = {
            "nobody": visit(app),
            "viewer of alpha": self._let_in("vera", "viewer", self.alpha),
            "operator of alpha": self._let_in("otto", "operator", self.alpha),
            "key of a viewer of alpha": self._program("vera"),
            "operator of bravo": self._let_in("bob", "operator", self.bravo),
            "administrator": self.admin,
        }
        self._own_things()
        self._things_of_the_site()

    @property
    def strangers(self) -> dict[str, Person]:
        """People who may not know of `bravo`."""
        return {name: self.people[name] for name in ("viewer of alpha", "operator of alpha")}

    def rows(self) -> Rows:
        """Return all that is kept."""
        with self.app.state.database.read() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in metadata.sorted_tables
            }

    def restore(self, rows: Rows) -> None:
        """Make everything as it was."""
        with self.app.state.database.write() as connection:
            if self.app.state.database.is_sqlite:
                connection.exec_driver_sql("pragma defer_foreign_keys=on")
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            for table in metadata.sorted_tables:
                made = {column.name for column in table.columns if column.computed is None}
                kept = [{key: row[key] for key in made} for row in rows[table.name]]
                if kept:
                    connection.execute(insert(table), kept)

    def path(self, path: str, half: Half) -> str:
        """Return a path with the ids of a half in it."""
        return path.format_map({**half.ids, **self.site_wide})

    def _half(self, word: str) -> Half:
        group_id = add_group(self.app, f"{word} group")
        half = Half(word, {"group_id": group_id})
        url = f"rtsp://admin:{PASSWORD_OF_CAMERA}@10.1.2.{len(word)}/{word}"
        body = {"name": f"{word} camera", "url": url, "group_id": group_id, "host_id": THIS_HOST}
        half.ids["camera_id"] = self._made("cameras", body)
        task = {"name": f"{word} task", "camera_id": half.ids["camera_id"], "document": {}}
        half.ids["task_id"] = self._made("tasks", task)
        self._raise_alarm(half)
        self._add_map(half)
        return half

    def _raise_alarm(self, half: Half) -> None:
        state = self.app.state
        told = event(half.ids["task_id"], zone=f"{half.word} zone")
        self._site.take(told, at=state.clock(), outbox=state.outbox)
        picture_id = new_id()
        with state.database.write() as connection:
            found = select(alarm.c.id).where(alarm.c.camera_id == half.ids["camera_id"])
            half.ids["alarm_id"] = str(connection.scalar(found))
            row = {"id": picture_id, "alarm_id": half.ids["alarm_id"], "event_id": told.id, "kind": "picture"}
            kept = {"state": "there", "source_path": "", "key": f"{picture_id}.jpg", "sha256": sha256(JPEG).hexdigest()}
            times = {"size_bytes": len(JPEG), "created_at": state.clock()}
            connection.execute(insert(media).values(**row, **kept, **times))
        state.media.put(f"{picture_id}.jpg", io.BytesIO(JPEG))
        half.ids["media_id"] = picture_id

    def _add_map(self, half: Half) -> None:
        out = io.BytesIO()
        Image.new("RGB", (32, 24)).save(out, "PNG")
        answer = self.admin.post(f"{API}/site-maps", params={"name": f"{half.word} map"}, content=out.getvalue())
        half.ids["map_id"] = answer.json()["id"]
        camera = self.admin.get(f"{API}/cameras/{half.ids['camera_id']}").json()
        kept = {key: camera[key] for key in ("name", "url", "group_id", "host_id")}
        placed = kept | {"site_map_id": half.ids["map_id"], "map_x": 0.5, "map_y": 0.5}
        assert self.admin.put(f"{API}/cameras/{half.ids['camera_id']}", json=placed).status_code == 200

    def _own_things(self) -> None:
        """Give each half a key and a report of its operator."""
        for half, name in ((self.alpha, "operator of alpha"), (self.bravo, "operator of bravo")):
            person = self.people[name]
            wish = {"recipients": [f"{half.word}@example.com"]}
            answer = person.post(f"{API}/reports/schedules", json={"name": f"{half.word} report", "wish": wish})
            half.ids["schedule_id"] = answer.json()["id"]
            half.ids["key_id"] = person.post(f"{API}/keys", json={"name": f"{half.word} key"}).json()["id"]
            half.ids["account_id"] = person.account_id

    def _things_of_the_site(self) -> None:
        push = {"kind": "webhook", "name": "hook", "settings": {"url": "https://10.1.2.3/", "secret": "s" * 32}}
        self.site_wide["push_id"] = self._made("pushes", push)
        self.site_wide["policy_id"] = self._made("policies", {"name": "watch"})
        upload = self.admin.post(f"{API}/uploads?name=film", content=RECORDING)
        self.site_wide["upload_id"] = upload.json()["id"]
        draft = self.admin.post(f"{API}/hosts/{THIS_HOST}/models/drafts?name=model.onnx", content=bytes(64))
        self.site_wide["draft_id"] = draft.json()["id"]
        # Deliveries of both halves wait for the target.
        for half in (self.alpha, self.bravo):
            told = event(half.ids["task_id"], zone=f"{half.word} zone", template="loitering")
            self._site.take(told, at=self.app.state.clock(), outbox=self.app.state.outbox)
            with self.app.state.database.read() as connection:
                here = push_delivery.c.camera_group_id == half.ids["group_id"]
                half.ids["delivery_id"] = str(connection.scalar(select(push_delivery.c.id).where(here)))

    def _made(self, what: str, body: dict[str, Any]) -> str:
        answer = self.admin.post(f"{API}/{what}", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def _let_in(self, name: str, role: RoleWord, half: Half | None = None) -> Person:
        groups = (half.ids["group_id"],) if half else ()
        account_id = add_account(self.app, name, role, groups=groups, all_groups=half is None)
        return self._visit(self.app).let_in(account_id)

    def _program(self, name: str) -> Person:
        """Return a program with a key that says it may do everything, of somebody who may only look."""
        person = self._visit(self.app)
        del person.headers["Origin"]
        account_id = self.people_id(name)
        person.headers["Authorization"] = f"Bearer {add_key(self.app, account_id, 'administrator')}"
        return person

    def people_id(self, name: str) -> str:
        """Return the id of an account."""
        answer = self.admin.get(f"{API}/accounts").json()
        return str(next(one["id"] for one in answer["items"] if one["name"] == name))
