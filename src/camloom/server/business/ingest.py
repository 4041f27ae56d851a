"""The loop that takes what hosts say: kept here first, then `done` there. A crash in between means: once more."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from camloom.errors import CamloomError
from camloom.exchange import Delivery, ServerSide
from camloom.server.business.aside import put_aside
from camloom.server.business.hooks import Outbox
from camloom.server.business.intake import Intake
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_intake import MediaIntake
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.lived import LivedClock
from camloom.server.trouble import AWAY, Troubles, line_of

EVENTS, MEDIA = "events", "pictures and clips"
"""Names of these works among the troubles."""

_BATCH = 100
_AT_ONCE = 20  # in one transaction, so that nobody else waits long to write
_WAIT_S = 1.0
# An event after a silence is taken at once; what comes in the next moment is taken together: two disks are waited for
# in every round, whether it has one message or twenty.
_TOGETHER_S = 0.2
_PAUSE_S = 2.0
# Not the fault of any message: it waits until these are over.
_AWAY = (*AWAY, MemoryError, OSError)
_logger = logging.getLogger(__name__)


class Ingest:
    """Turns what hosts say into alarms.

    Args:
        exchange: where messages come from.
        files: copies pictures and clips: after each batch, or apart if their place may be slow.
        outbox: hears of every change of an alarm, inside its transaction.
        troubles: told when events or files have to wait.
        lived: until when time has certainly gone by.
    """

    def __init__(
        self,
        database: Database,
        exchange: ServerSide,
        files: MediaIntake,
        clock: Clock,
        outbox: Outbox,
        troubles: Troubles | None = None,
        lived: LivedClock | None = None,
    ) -> None:
        self._database = database
        self._exchange = exchange
        self._files = files
        self._clock = clock
        self._outbox = outbox
        self._troubles = troubles or Troubles()
        self._lived = lived
        self._files_again_s = 0.0

    def round(self, timeout_s: float = _WAIT_S) -> int:
        """Wait for messages, take them, and return how many there were.

        A place of media that takes nothing holds up no event: its files wait at their hosts.

        Raises:
            CamloomError: the exchange is away; nothing is lost.
            OperationalError: the database is; nothing is lost.
        """
        taken = self._take(timeout_s)
        if not self._files.are_slow:
            self._collect()
        return taken

    def _take(self, timeout_s: float) -> int:
        deliveries = self._exchange.take(_BATCH, timeout_s)
        if deliveries:
            for begin in range(0, len(deliveries), _AT_ONCE):
                self._keep(deliveries[begin : begin + _AT_ONCE])
            self._database.settle()
            for host_id, seq in _last_of_each(deliveries).items():
                self._exchange.done(host_id, seq)
        return len(deliveries)

    def run(self, stopped: threading.Event, pause: Callable[[float], object] | None = None) -> None:
        """Go round until stopped; whatever is away is waited for.

        Args:
            pause: waits so many seconds, or less when stopped.
        """
        # A copy may be broken off at any moment: a bucket that hangs does not hold up the end.
        copying = threading.Thread(target=self._run_files, args=(stopped,), name="media", daemon=True)
        if self._files.are_slow:
            copying.start()
        self._run(stopped, pause or stopped.wait)
        if copying.ident:
            copying.join(_PAUSE_S)

    def _run_files(self, stopped: threading.Event) -> None:
        while not stopped.wait(_WAIT_S):
            try:
                self._collect()
            except Exception as error:
                # As below: pictures must not end with the first that is odd.
                _logger.exception("pictures and clips wait: something unforeseen")
                self._troubles.note(MEDIA, f"pictures and clips wait at their hosts: {line_of(error)}")

    def _run(self, stopped: threading.Event, wait: Callable[[float], object]) -> None:
        while not stopped.is_set():
            try:
                taken = self.round()
            except (CamloomError, *_AWAY) as error:
                self._troubles.note(EVENTS, f"events wait at their hosts: {line_of(error)}")
                wait(_PAUSE_S)
            except Exception as error:
                # Nothing may end this loop, else no alarm is ever seen again.
                _logger.exception("events wait: something unforeseen")
                self._troubles.note(EVENTS, f"events wait at their hosts: {line_of(error)}")
                wait(_PAUSE_S)
            else:
                self._troubles.over(EVENTS)
                if 0 < taken < _AT_ONCE:
                    wait(_TOGETHER_S)

    def _collect(self) -> None:
        if time.monotonic() < self._files_again_s:
            return
        try:
            self._files.collect()
        except (CamloomError, *_AWAY) as error:
            self._files_again_s = time.monotonic() + _PAUSE_S
            self._troubles.note(MEDIA, f"pictures and clips wait at their hosts: {line_of(error)}")
        else:
            self._troubles.over(MEDIA)

    def _keep(self, deliveries: Sequence[Delivery]) -> None:
        """Keep a batch; where one message spoils it, each by itself."""
        try:
            self._transact(deliveries)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # told again, and by whom, when each is taken by itself
            _logger.info("a batch of messages is taken one by one: %s", line_of(error))
            for one in deliveries:
                self._keep_one(one)

    def _keep_one(self, delivery: Delivery) -> None:
        try:
            self._transact([delivery])
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one message, the others must not wait
            _logger.warning("message %d of host %s is put aside: %s", delivery.seq, delivery.host_id, line_of(error))
            aged_from = self._aged_from()
            with self._database.write() as connection:
                put_aside(connection, delivery, line_of(error), aged_from)

    def _transact(self, deliveries: Sequence[Delivery]) -> None:
        aged_from = self._aged_from()
        with self._database.write() as connection:
            intake = Intake(Ledger(connection, self._clock(), self._outbox, aged_from), deliveries)
            for one in deliveries:
                intake.take(one)

    def _aged_from(self) -> datetime:
        """Return the time, or a later one that has certainly gone by.

        With a clock that is years behind for a while (a box without a battery), what comes now would be years old as
        soon as that is set right, and be removed.
        """
        now = self._clock()
        return now if self._lived is None else max(now, self._lived.until)


def _last_of_each(deliveries: Sequence[Delivery]) -> dict[str, int]:
    last: dict[str, int] = {}
    for one in deliveries:
        last[one.host_id] = max(one.seq, last.get(one.host_id, one.seq))
    return last
