"""The loop that takes what hosts say: kept here first, then `done` there. A crash in between means: once more."""

import logging
import threading
from collections.abc import Callable, Sequence

from sqlalchemy.exc import InterfaceError, OperationalError

from camloom.errors import CamloomError
from camloom.exchange import Delivery, ServerSide
from camloom.server.business.aside import put_aside
from camloom.server.business.hooks import Outbox
from camloom.server.business.intake import Intake
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_intake import MediaIntake
from camloom.server.clock import Clock
from camloom.server.database import Database

_BATCH = 100
_AT_ONCE = 20  # in one transaction, so that nobody else waits long to write
_WAIT_S = 1.0
_PAUSE_S = 2.0
_AWAY = (OperationalError, InterfaceError)
_logger = logging.getLogger(__name__)


class Ingest:
    """Turns what hosts say into alarms.

    Args:
        exchange: where messages come from.
        files: copies pictures and clips after each batch.
        outbox: hears of every change of an alarm, inside its transaction.
    """

    def __init__(
        self, database: Database, exchange: ServerSide, files: MediaIntake, clock: Clock, outbox: Outbox
    ) -> None:
        self._database = database
        self._exchange = exchange
        self._files = files
        self._clock = clock
        self._outbox = outbox

    def round(self, timeout_s: float = _WAIT_S) -> int:
        """Wait for messages, take them, and return how many there were.

        Raises:
            CamloomError: the exchange or the place of media is away; nothing is lost.
            OperationalError: the database is; nothing is lost.
        """
        deliveries = self._exchange.take(_BATCH, timeout_s)
        if deliveries:
            for begin in range(0, len(deliveries), _AT_ONCE):
                self._keep(deliveries[begin : begin + _AT_ONCE])
            for host_id, seq in _last_of_each(deliveries).items():
                self._exchange.done(host_id, seq)
        self._files.collect()
        return len(deliveries)

    def run(self, stopped: threading.Event, pause: Callable[[float], object] | None = None) -> None:
        """Go round until stopped; whatever is away is waited for.

        Args:
            pause: waits so many seconds, or less when stopped.
        """
        wait = pause or stopped.wait
        while not stopped.is_set():
            try:
                self.round()
            except (CamloomError, *_AWAY) as error:
                _logger.warning("events wait: %s", _line(error))
                wait(_PAUSE_S)
            except Exception:
                # Nothing may end this loop, else no alarm is ever seen again.
                _logger.exception("events wait: something unforeseen")
                wait(_PAUSE_S)

    def _keep(self, deliveries: Sequence[Delivery]) -> None:
        """Keep a batch; where one message spoils it, each by itself."""
        try:
            self._transact(deliveries)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # told again, and by whom, when each is taken by itself
            _logger.info("a batch of messages is taken one by one: %s", _line(error))
            for one in deliveries:
                self._keep_one(one)

    def _keep_one(self, delivery: Delivery) -> None:
        try:
            self._transact([delivery])
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one message, the others must not wait
            _logger.warning("message %d of host %s is put aside: %s", delivery.seq, delivery.host_id, _line(error))
            with self._database.write() as connection:
                put_aside(connection, delivery, _line(error), self._clock())

    def _transact(self, deliveries: Sequence[Delivery]) -> None:
        with self._database.write() as connection:
            intake = Intake(Ledger(connection, self._clock(), self._outbox), deliveries)
            for one in deliveries:
                intake.take(one)


def _last_of_each(deliveries: Sequence[Delivery]) -> dict[str, int]:
    last: dict[str, int] = {}
    for one in deliveries:
        last[one.host_id] = max(one.seq, last.get(one.host_id, one.seq))
    return last


def _line(error: Exception) -> str:
    """Return an error in one short line, without the statement and the values that a database error carries."""
    if isinstance(error, CamloomError):
        return error.message[:500]
    cause = getattr(error, "orig", None) or error
    return type(cause).__name__
