"""The threads that send: one for each target that has something to do, so that none holds up another."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from sqlalchemy import select

from camloom.server.access.sealing import Sealer
from camloom.server.business import Job, MediaPlace
from camloom.server.business.site import site_zone
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import push_target
from camloom.server.pushes import queue
from camloom.server.pushes.pictures import Pictures
from camloom.server.pushes.seam import Around, allowed_hosts
from camloom.server.pushes.sending import Sender
from camloom.server.pushes.targets import MAX_TARGETS

_LOOK_S = 0.5
_PIECES = 50
_logger = logging.getLogger(__name__)


class PushWork:
    """What goes on about pushes while nobody asks."""

    def __init__(self, database: Database, sealer: Sealer, around: Around) -> None:
        self._database, self._clock = database, around.clock
        self._stopped = threading.Event()
        self._sender = Sender(database, sealer, around, stopped=self._stopped.is_set)
        self._executor = ThreadPoolExecutor(MAX_TARGETS, thread_name_prefix="push")
        self._busy: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="push-dispatch")
        self.jobs = (Job("push-log", 60, self.trim),)

    def start(self) -> None:
        """Begin; the database is migrated."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being sent."""
        self._stopped.set()
        self._thread.join()
        self._executor.shutdown(cancel_futures=True)
        self._sender.close()

    def trim(self) -> None:
        """Give up and forget what is too old or too much."""
        with self._database.read() as connection:
            targets = list(connection.execute(select(push_target.c.id)).scalars())
        for target_id in targets:
            for _ in range(_PIECES):
                with self._database.write() as connection:
                    if not queue.trim(connection, target_id, self._clock()):
                        break

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            try:
                self._dispatch()
            except Exception as error:  # noqa: BLE001  # nothing may end this loop
                _logger.warning("pushes wait: %s", type(error).__name__)

    def _dispatch(self) -> None:
        for target_id in self._sender.gone():
            if target_id not in self._busy:
                self._sender.forget(target_id)
        for target_id in self._sender.due():
            if target_id not in self._busy:
                self._busy.add(target_id)
                self._executor.submit(self._send, target_id)

    def _send(self, target_id: str) -> None:
        try:
            self._sender.send(target_id)
        except Exception as error:  # noqa: BLE001  # the database is away: it is looked at again
            _logger.warning("a push waits: %s", type(error).__name__)
        finally:
            self._busy.discard(target_id)


def make_around(database: Database, place: MediaPlace, clock: Clock, public_url: str, allow: str) -> Around:
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
    )
