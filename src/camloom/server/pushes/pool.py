"""The threads that send: one for each target that has something to do, so that none holds up another."""

import logging
import threading
import time
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
from camloom.server.trouble import AWAY, Troubles, line_of
from camloom.server.week import site_zone

_LOOK_S = 0.5
_PAUSE_S = 5.0
_KEEPING = "keeping of pushes"
_PIECES = 50
_logger = logging.getLogger(__name__)


class PushWork:
    """The loop that sends, and what is to be done about deliveries from time to time."""

    name = "pushes"

    def __init__(self, database: Database, sealer: Sealer, around: Around, troubles: Troubles | None = None) -> None:
        self._database, self._sealer, self._around = database, sealer, around
        self._troubles = troubles or Troubles()

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; what is being sent at that moment ends by itself, within its time limits."""
        sender = Sender(self._database, self._sealer, self._around, stopped=stop.is_set, troubles=self._troubles)
        executor = ThreadPoolExecutor(MAX_TARGETS, thread_name_prefix="push")
        desk = _Desk(sender, executor, self._troubles)
        try:
            while not stop.wait(_LOOK_S):
                self._dispatch(desk)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            desk.close()

    def _dispatch(self, desk: "_Desk") -> None:
        """Whatever happens, there is one desk: of two, both would send what waits for a target."""
        try:
            desk.dispatch()
        except Exception as error:
            if not isinstance(error, AWAY):
                _logger.exception("pushes wait: something unforeseen")
            self._troubles.note(self.name, f"pushes wait: {line_of(error)}")
        else:
            self._troubles.over(self.name)

    def trim(self, now: Clock | None = None) -> None:
        """Give up and forget what is too old or too much.

        Args:
            now: how late it is for what is removed by age.
        """
        at = (now or self._around.clock)()
        with self._database.read() as connection:
            targets = list(connection.execute(select(push_target.c.id)).scalars())
        for target_id in targets:
            for _ in range(_PIECES):
                with self._database.write() as connection:
                    if not queue.trim(connection, target_id, at):
                        break


class _Desk:
    """Gives each target that has something to do a thread, unless it has one, or could not write down what it did."""

    def __init__(self, sender: Sender, executor: ThreadPoolExecutor, troubles: Troubles) -> None:
        self._sender, self._executor, self._troubles = sender, executor, troubles
        self._busy: set[str] = set()
        self._paused: dict[str, float] = {}

    def dispatch(self) -> None:
        for target_id in self._sender.gone():
            if target_id not in self._busy:
                self._sender.forget(target_id)
        now_s = time.monotonic()
        for target_id in self._sender.due():
            if target_id not in self._busy and self._paused.get(target_id, 0.0) <= now_s:
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
        except Exception as error:  # noqa: BLE001  # the database takes nothing: it is looked at again
            self._paused[target_id] = time.monotonic() + _PAUSE_S
            self._troubles.note(_KEEPING, f"what became of pushes cannot be kept: {line_of(error)}")
        else:
            if self._paused.pop(target_id, None) is not None and not self._paused:
                self._troubles.over(_KEEPING)
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
