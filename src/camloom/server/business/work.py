"""What goes on about alarms while nobody asks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from camloom.exchange import ServerSide
from camloom.server.business.due import look_again
from camloom.server.business.hooks import Outbox
from camloom.server.business.ingest import Ingest
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.media_place import MediaPlace
from camloom.server.business.policy_store import make_default_policies
from camloom.server.business.retention import Retain
from camloom.server.clock import Clock
from camloom.server.database import Database

_JOIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again; running it twice, or not at all for a while, is fine."""

    name: str
    every_s: float
    run: Callable[[], object]


class AlarmWork:
    """The thread that takes messages of hosts, and the jobs about alarms.

    Args:
        root: folder in which the engine leaves pictures and clips; nothing outside of it is read.
    """

    def __init__(
        self, database: Database, exchange: ServerSide, place: MediaPlace, root: Path, clock: Clock, outbox: Outbox
    ) -> None:
        self._database = database
        self._ingest = Ingest(database, exchange, MediaIntake(database, place, root, clock, outbox), clock, outbox)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ingest.run, args=(self._stopped,), name="alarm-ingest")
        retain = Retain(database, place, clock)
        self.jobs = (
            Job("alarms-due", 2, lambda: look_again(database, clock, outbox)),
            Job("retention", 600, retain.run),
        )

    def start(self) -> None:
        """Begin; the database is migrated."""
        make_default_policies(self._database)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being kept."""
        self._stopped.set()
        self._thread.join(_JOIN_S)
