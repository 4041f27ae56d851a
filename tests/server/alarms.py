"""Hosts that raise alarms, for tests."""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select
from tests.server.fakes import START

from camloom.exchange import Delivery, EventMessage, MediaMessage, Message
from camloom.server.business.hooks import AlarmChange, Outbox, no_outbox
from camloom.server.business.intake import Intake
from camloom.server.business.ledger import Ledger
from camloom.server.business.policies import Policy, PolicyEffect, PolicyMatch
from camloom.server.business.policy_store import add_policy
from camloom.server.database import Database, new_id
from camloom.server.database.tables import alarm, camera, host, task

HOST = "01K8H0000000000000000000HQ"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100
SOURCE = {"url": "rtsp://10.1.2.3/main", "options": {}}
MP4 = b"\0\0\0\x18ftypmp42" + b"clip" * 1000
_numbers = itertools.count(1)


def ulid(number: int) -> str:
    """Return an id that sorts by its number."""
    return f"01K8{number:022}"


def event_id() -> str:
    """Return an id that no other event has."""
    return ulid(next(_numbers))


class Site:
    """A host, some cameras, and what they say."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.seq = 0
        with database.write() as connection:
            connection.execute(insert(host).values(id=HOST, name="box", created_at=START, revision=0, ordered=""))

    def camera(self, name: str = "Gate", group_id: str | None = None) -> tuple[str, str]:
        """Add a camera with a task; return the ids of both."""
        camera_id, task_id = new_id(), new_id()
        told = {
            "place": "",
            "source": {"url": "rtsp://10.1.2.3/s", "options": {}},
            "enabled": True,
            "created_at": START,
            "stream": {},
        }
        state = {"condition": "connecting", "reason": "", "detail": ""}
        with self.database.write() as connection:
            row = {"id": camera_id, "host_id": HOST, "camera_group_id": group_id, "name": name, **told, **state}
            connection.execute(insert(camera).values(**row))
            times = {"created_at": START, "updated_at": START, "revision": 1, "enabled": True, "document": {}}
            connection.execute(insert(task).values(id=task_id, camera_id=camera_id, name=name, **times))
        return camera_id, task_id

    def policy(self, effect: PolicyEffect, match: PolicyMatch | None = None, name: str = "test") -> str:
        """Add a policy; return its id."""
        made = Policy(id=new_id(), name=name, match=match or PolicyMatch(), effect=effect)
        with self.database.write() as connection:
            assert add_policy(connection, made)
        return made.id

    def deliver(self, *messages: Message) -> list[Delivery]:
        """Return messages as they arrive."""
        self.seq += len(messages)
        return [Delivery(self.seq - len(messages) + n + 1, HOST, one) for n, one in enumerate(messages)]

    def take(self, *messages: Message, at: datetime = START, outbox: Outbox = no_outbox) -> None:
        """Take messages in one transaction."""
        deliveries = self.deliver(*messages)
        with self.database.write() as connection:
            intake = Intake(Ledger(connection, at, outbox), deliveries)
            for one in deliveries:
                intake.take(one)

    def alarms(self) -> list[dict[str, Any]]:
        """Return all alarms, in the order in which they were made."""
        return self.rows(alarm)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Return all rows of a table in the order of its key."""
        wanted = select(table).order_by(*table.primary_key.columns)
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def count(self, table: Table) -> int:
        """Return how many rows there are."""
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def event(
    task_id: str,
    phase: str = "instant",
    *,
    after_s: float = 0,
    incident: str = "",
    template: str = "intrusion",
    severity: str = "major",
    media: Mapping[str, Path] | None = None,
    **more: Any,
) -> EventMessage:
    """Return an event of a rule that a template made."""
    identity = more.pop("id", None) or event_id()
    document = {
        "schema": "camloom.event/1",
        "id": identity,
        "type": "region.entered",
        "source_id": "gate",
        "rule_id": "r1",
        "phase": phase,
        "incident_id": incident or identity,
        "occurred_at": (START + timedelta(seconds=after_s)).isoformat(),
        "pts_s": after_s,
        "track_ids": [1],
        "objects": [{"track_id": 1, "class_name": "person", "confidence": 0.9, "xyxy_px": [1, 2, 3, 4]}],
        "zone": "yard",
        "direction": "",
        "value": 1.5,
        "unit": "s",
        "why": [{"name": "dwell", "value": 1.5, "threshold": 0.6, "margin": 0.9, "unit": "s"}],
        "media": {kind: path.name for kind, path in (media or {}).items()},
        "template": template,
        "name": {"zh": "入侵检测", "en": "Intrusion"},
        "severity": severity,
        "count": 1,
        "ongoing": 1,
        "change": "",
        **more,
    }
    return EventMessage(id=identity, task_id=task_id, event=document, media=dict(media or {}))


def state(task_id: str, condition: str, after_s: float = 0, reason: str = "") -> EventMessage:
    """Return a change of the state of a source."""
    told: dict[str, Any] = {"type": f"source.{condition}", "rule_id": "system", "objects": [], "track_ids": []}
    message = event(task_id, after_s=after_s, reason=reason, **told)
    plain = {key: value for key, value in message.event.items() if key not in ("template", "name", "severity")}
    return message.model_copy(update={"event": plain})


def arrived(of: EventMessage, kind: str, path: Path | None) -> MediaMessage:
    """Return the word that a picture or clip is complete."""
    return MediaMessage(id=f"{of.id}:{kind}", event_id=of.id, media_kind=kind, path=path)


class Listener:
    """An outbox that remembers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, AlarmChange, tuple[str, ...]]] = []

    def __call__(
        self, connection: Any, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()
    ) -> None:
        self.heard.append((alarm["id"], change, targets))

    @property
    def changes(self) -> list[AlarmChange]:
        """What was heard, without of what."""
        return [change for _, change, _ in self.heard]
