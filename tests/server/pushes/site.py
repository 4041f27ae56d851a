"""A site whose alarms are pushed."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from tests.server.alarms import Site, event
from tests.server.fakes import FakeClock

from camloom.exchange import EventMessage
from camloom.server.access.sealing import Sealer, load_sealer
from camloom.server.business import MediaPlace, open_place
from camloom.server.database import Database, new_id
from camloom.server.database.tables import alarm, media, push_delivery, push_target
from camloom.server.mail import SmtpMailer
from camloom.server.pushes import PushOutbox, make_around
from camloom.server.pushes.matching import PushMatch
from camloom.server.pushes.message import Message, message_of
from camloom.server.pushes.sending import Sender
from camloom.server.pushes.targets import add_target, columns_of, kind_class, read_settings

PUBLIC_URL = "https://box.test"


class PushSite(Site):
    """A site with an outbox and a sender that works when a test says so.

    Attributes:
        sender: with pauses of their full length.
    """

    def __init__(self, database: Database, clock: FakeClock, folder: Path) -> None:
        super().__init__(database)
        self.clock = clock
        self.folder = folder
        self.sealer: Sealer = load_sealer(folder)
        self.place: MediaPlace = open_place("memory:///")
        self.around = make_around(
            database, self.place, SmtpMailer(database, self.sealer, clock), clock, PUBLIC_URL, "127.0.0.1"
        )
        self.outbox = PushOutbox(clock)
        self.sender = self.new_sender()
        self.camera_id, self.task_id = self.camera("Gate")

    def new_sender(self) -> Sender:
        """Return a sender, as after a restart."""
        return Sender(self.database, self.sealer, self.around, jitter=lambda: 1.0)

    def target(self, kind: str, settings: Mapping[str, Any], match: PushMatch | None = None, **more: Any) -> str:
        """Add a target; return its id."""
        config = read_settings(kind_class(kind), settings)
        target_id = new_id()
        row = {
            "id": target_id,
            "kind": kind,
            "name": kind,
            "enabled": True,
            "language": "zh",
            "match": (match or PushMatch(changes=kind_class(kind).changes)).model_dump(mode="json"),
            **columns_of(self.sealer, config, self.clock()),
            **more,
        }
        with self.database.write() as connection:
            assert add_target(connection, row)
        return target_id

    def happen(self, *messages: EventMessage, many: int = 1, **more: Any) -> None:
        """Let alarms be raised, each by itself."""
        for message in messages or [event(self.task_id, **more) for _ in range(many)]:
            self.take(message, at=self.clock(), outbox=self.outbox)

    def pump(self) -> None:
        """Send all that is due."""
        for target_id in self.sender.due():
            self.sender.send(target_id)

    def deliveries(self, target_id: str) -> list[dict[str, Any]]:
        """Return the deliveries of a target in their order."""
        return [row for row in sorted(self.rows(push_delivery), key=_order) if row["push_target_id"] == target_id]

    def states(self, target_id: str) -> list[str]:
        """Return the states of the deliveries of a target in their order."""
        return [row["state"] for row in self.deliveries(target_id)]

    def health(self, target_id: str) -> dict[str, Any]:
        """Return the row of a target."""
        return next(row for row in self.rows(push_target) if row["id"] == target_id)

    def message(self, **more: Any) -> Message:
        """Return what is told of an alarm that has just been raised."""
        watcher = self.target("webhook", {"url": "http://127.0.0.1:9/"})
        self.happen(**more)
        row = self.deliveries(watcher)[-1]
        return message_of(row["key"], row["body"], "zh")

    def picture(self, data: bytes) -> None:
        """Give the newest alarm a picture."""
        with self.database.write() as connection:
            found = connection.execute(select(alarm.c.id, alarm.c.event).order_by(alarm.c.change.desc())).first()
            assert found is not None
            row = {
                "id": new_id(),
                "alarm_id": found.id,
                "event_id": found.event["id"],
                "kind": "picture",
                "state": "there",
                "source_path": "",
                "key": f"{found.id}.jpg",
                "sha256": "",
                "size_bytes": len(data),
                "created_at": self.clock(),
            }
            connection.execute(insert(media).values(**row))
        self.place.put(f"{found.id}.jpg", io.BytesIO(data))


def _order(row: dict[str, Any]) -> tuple[int, str]:
    return row["seq"], row["id"]
