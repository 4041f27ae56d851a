"""The threads that send: one for each target that has something to do, so that none holds up another."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from sqlalchemy import select

from camloom.server.access.sealing import Sealer
from camloom.server.business import MediaPlace
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import push_target
from camloom.server.mail import Mailer
from camloom.server.pushes import queue
from camloom.server.pushes.pictures import Pictures
from camloom.server.pushes.seam import Around, allowed_hosts
from camloom.server.pushes.sending import Sender
from camloom.server.pushes.targets import MAX_TARGETS
from camloom.server.week import site_zone

_LOOK_S = 0.5
_PIECES = 50
_logger = logging.getLogger(__name__)


class PushWork:
    """The loop that sends, and what is to be done about deliveries from time to time."""

    name = "pushes"

    def __init__(self, database: Database, sealer: Sealer, around: Around) -> None:
        self._database, self._sealer, self._around = database, sealer, around

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; what is being sent at that moment ends by itself, within its time limits."""
        sender = Sender(self._database, self._sealer, self._around, stopped=stop.is_set)
        executor = ThreadPoolExecutor(MAX_TARGETS, thread_name_prefix="push")
        desk = _Desk(sender, executor)
        try:
            while not stop.wait(_LOOK_S):
                desk.dispatch()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            desk.close()

    def trim(self) -> None:
        """Give up and forget what is too old or too much."""
        with self._database.read() as connection:
            targets = list(connection.execute(select(push_target.c.id)).scalars())
        for target_id in targets:
            for _ in range(_PIECES):
                with self._database.write() as connection:
                    if not queue.trim(connection, target_id, self._around.clock()):
                        break


class _Desk:
    """Gives each target that has something to do a thread, unless it has one."""

    def __init__(self, sender: Sender, executor: ThreadPoolExecutor) -> None:
        self._sender, self._executor = sender, executor
        self._busy: set[str] = set()

    def dispatch(self) -> None:
        for target_id in self._sender.gone():
            if target_id not in self._busy:
                self._sender.forget(target_id)
        for target_id in self._sender.due():
            if target_id not in self._busy:
                self._busy.add(target_id)
                self._executor.submit(self._send, target_id)

    def close(self) -> None:
        """End the connections of those that nobody is sending to."""
        for target_id in self._sender.in_use():
            if target_id not in self._busy:
                self._sender.forget(target_id)

    def _send(self, target_id: str) -> None:
        try:
            self._sender.send(target_id)
        except Exception as error:  # noqa: BLE001  # the database is away: it is looked at again
            _logger.warning("a push waits: %s", type(error).__name__)
        finally:
            self._busy.discard(target_id)


def make_around(
    database: Database, place: MediaPlace, mailer: Mailer, clock: Clock, public_url: str, allow: str
) -> Around:
    """Return what kinds may use of a server."""

    def zone() -> ZoneInfo:
        with database.read() as connection:
            return site_zone(connection)

    return Around(
        policy=allowed_hosts(allow),
        public_url=public_url,
        picture=Pictures(database, place),
        zone=zone,
        clock=clock,
        database=database,
        mailer=mailer,
    )
