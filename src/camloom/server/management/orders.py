"""What a host is to do, made out of the rows and handed to the exchange.

It is level-triggered: whoever changes anything calls `Orders.publish` after it is kept, and so does a job every
minute. What got lost between the database and the exchange, and what the clock switches on or off, is then made good.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, select, update

from camloom.errors import CamloomError, ExchangeError
from camloom.exchange import Desired, ServerSide, TaskOrder
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import camera, host, task
from camloom.server.management.cameras.secrets import Seals, urls_of
from camloom.server.management.cameras.sources import source_document
from camloom.server.management.tasks.completed import completed
from camloom.server.week import in_week, site_zone, week_of

_log = structlog.get_logger()
_OF_CAMERA = ("source", "main_source", "secret", "host_id")


class Orders:
    """Says to hosts what they are to do.

    Args:
        database, exchange, seals, clock: of this server.
        uploads: folder of what was uploaded.
    """

    def __init__(self, database: Database, exchange: ServerSide, seals: Seals, clock: Clock, uploads: Path) -> None:
        self._database, self._exchange = database, exchange
        self._seals, self._clock, self._uploads = seals, clock, uploads

    def publish(self, host_id: str) -> None:
        """Tell a host what it is to do. Where that fails it stays as it was, and the job of the minute tries again."""
        try:
            self._publish(host_id)
        except ExchangeError as error:
            _log.warning("a host could not be told what to do", host=host_id, why=str(error))

    def publish_all(self) -> None:
        """Tell all hosts: at the start, and every minute."""
        with self._database.read() as connection:
            hosts = connection.scalars(select(host.c.id)).all()
        for host_id in hosts:
            self.publish(host_id)

    def _publish(self, host_id: str) -> None:
        # The row of the host is held until the exchange has it, so that nothing newer is overtaken by something older.
        with self._database.write() as connection:
            row = connection.execute(select(host).where(host.c.id == host_id).with_for_update()).mappings().first()
            if row is None:
                return
            running = self._running(connection, host_id)
            content = _fingerprint(running)
            revision = row["revision"] + (content != row["ordered"])
            tasks = tuple(order for one in running if (order := self._order(one)))
            self._exchange.want(Desired(host_id=host_id, revision=revision, tasks=tasks))
            values = {"revision": revision, "ordered": content}
            connection.execute(update(host).where(host.c.id == host_id).values(**values))

    def _running(self, connection: Connection, host_id: str) -> list[RowMapping]:
        """Return the tasks that are to run at this moment, with what is needed of their cameras."""
        enabled = task.c.enabled & camera.c.enabled & (camera.c.host_id == host_id)
        wanted = (
            select(task, *(camera.c[name] for name in _OF_CAMERA))
            .join(camera, camera.c.id == task.c.camera_id)
            .where(enabled)
            .order_by(task.c.id)
        )
        zone, now = site_zone(connection), self._clock()
        return [row for row in connection.execute(wanted).mappings() if in_week(week_of(row["schedule"]), now, zone)]

    def _order(self, row: RowMapping) -> TaskOrder | None:
        with suppress(CamloomError, ValueError, KeyError, TypeError):  # one broken row does not stop the others
            urls = urls_of(row, self._seals)
            sources = {key: source_document(url, row[key]["options"], self._uploads) for key, url in urls.items()}
            document = completed(row["id"], row["document"], sources, urls["source"])
            return TaskOrder(id=row["id"], camera_id=row["camera_id"], revision=row["revision"], document=document)
        _log.error("a task cannot be given to its host: its camera's secret or source cannot be read", task=row["id"])
        return None


def _fingerprint(running: Sequence[RowMapping]) -> str:
    """Return what changes whenever the orders do. It is made of sealed secrets: it tells nothing of them."""
    told: list[list[Any]] = [
        [row["id"], row["revision"], row["source"], row["main_source"], (row["secret"] or b"").hex()] for row in running
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
