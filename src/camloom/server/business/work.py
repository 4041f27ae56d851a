"""What goes on about alarms while nobody asks."""

import threading
from pathlib import Path

from camloom.exchange import ServerSide
from camloom.server.business.due import look_again
from camloom.server.business.hooks import Outbox
from camloom.server.business.ingest import Ingest
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.media_place import MediaPlace
from camloom.server.business.policy_store import make_default_policies
from camloom.server.business.retention import Retain, Storage
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.lived import LivedClock
from camloom.server.trouble import Troubles


class AlarmWork:
    """A loop that takes messages of hosts, and what is to be done about alarms from time to time.

    Args:
        root: folder in which the engine leaves pictures and clips; nothing outside of it is read.
        troubles: told what has to wait.
        lived: how late it is for what is removed by age.
    """

    name = "alarms"

    def __init__(
        self,
        database: Database,
        exchange: ServerSide,
        place: MediaPlace,
        root: Path,
        clock: Clock,
        outbox: Outbox,
        troubles: Troubles | None = None,
        lived: LivedClock | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._retain = Retain(database, place, clock, lived=lived)
        self._retaining = threading.Lock()
        files = MediaIntake(database, place, root, clock, outbox)
        self._ingest = Ingest(database, exchange, files, clock, outbox, troubles, lived)

    def run(self, stop: threading.Event) -> None:
        """Take messages until told to stop."""
        make_default_policies(self._database)
        self._ingest.run(stop)

    def look_again(self) -> int:
        """See `due`; every few seconds."""
        return look_again(self._database, self._clock, self._outbox)

    def make_room(self, short: str | None) -> None:
        """Retain at once where a disk is short of room, or was when it was last tried.

        Args:
            short: which one, in words.
        """
        if short or self._retain.is_behind:
            self.retain()

    def retain(self) -> Storage:
        """See `retention`; every few minutes, and when there is no room."""
        with self._retaining:
            return self._retain.run()
