"""Questions to hosts, while somebody waits for the answer."""

import threading
from datetime import timedelta
from typing import Any

from camloom.errors import ExchangeError
from camloom.exchange import Command, CommandKind, Reply, ServerSide
from camloom.redaction import redact
from camloom.server.access import Principal
from camloom.server.clock import Clock
from camloom.server.database import new_id
from camloom.server.web import RefusedError
from camloom.server.web.turns import Turns

# Whoever waits for a host holds a thread of the server: most of them stay free for everybody else.
_WAITING_AT_ONCE = 8
_OF_ONE_ACCOUNT = 4
_OF_MODELS = frozenset({CommandKind.IMPORT_MODEL, CommandKind.TRY_MODEL})
_OF_STATES = frozenset({CommandKind.ADD_STATE_EXAMPLE, CommandKind.TRAIN_STATE, CommandKind.JUDGE_STATE})


class HostLine:
    """Asks hosts; only so many questions are open at once.

    Args:
        exchange: the way to them.
        clock: what time it is.
    """

    def __init__(self, exchange: ServerSide, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._free = threading.BoundedSemaphore(_WAITING_AT_ONCE)
        self._own = Turns(_WAITING_AT_ONCE, _OF_ONE_ACCOUNT, patience_s=0)

    def ask_for(
        self, principal: Principal, host_id: str, kind: CommandKind, arguments: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Return what a host answers somebody; see `ask`. RefusedError (429): too many questions of theirs are open."""
        with self._own.turn(principal.account_id):
            return self.ask(host_id, kind, arguments, seconds)

    def ask(self, host_id: str, kind: CommandKind, arguments: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return what a host answers the server.

        Raises:
            RefusedError: 503 too many questions are open; 504 no answer in time; 422 it cannot, and says why.
        """
        if not self._free.acquire(blocking=False):
            raise RefusedError(503, "hosts-busy", "too many questions to hosts are open", "Try again in some seconds")
        try:
            reply = self._answer(host_id, kind, arguments, timedelta(seconds=seconds))
        finally:
            self._free.release()
        if reply.error:
            raise RefusedError(422, _code(kind, reply.reason), redact(reply.error)[:500], redact(reply.hint)[:500])
        return reply.result

    def _answer(self, host_id: str, kind: CommandKind, arguments: dict[str, Any], timeout: timedelta) -> Reply:
        command = Command(id=new_id(), kind=kind, arguments=arguments, expires_at=self._clock() + timeout)
        try:
            return self._exchange.ask(host_id, command, timeout)
        except ExchangeError as error:
            hint = "Check that its engine runs and try again"
            raise RefusedError(504, "host-silent", "the host did not answer in time", hint) from error


def _code(kind: CommandKind, reason: str) -> str:
    """Return a code for programs: `source-auth` of a probe, `host-what_if` where the host gives no reason."""
    about = "model" if kind in _OF_MODELS else "state" if kind in _OF_STATES else "source"
    return f"{about}-{reason}" if reason.isascii() and reason.replace("-", "").isalnum() else f"host-{kind}"
