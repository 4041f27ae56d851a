"""Questions to hosts, while somebody waits for the answer."""

import re
import threading
from datetime import timedelta
from typing import Any

from camloom.errors import ExchangeError
from camloom.exchange import Command, CommandKind, Reply, ServerSide
from camloom.phrases import Value
from camloom.redaction import redact
from camloom.server.access import Principal
from camloom.server.clock import Clock
from camloom.server.database import new_id
from camloom.server.web import RefusedError
from camloom.server.web.turns import Turns

# Whoever waits for a host holds a thread of the server: most of them stay free for everybody else.
_WAITING_AT_ONCE = 8
_OF_ONE_ACCOUNT = 4
_ABOUT = {
    CommandKind.PROBE: "source",
    CommandKind.SNAPSHOT: "source",
    CommandKind.DISCOVER: "search",
    CommandKind.WHAT_IF: "what-if",
    CommandKind.IMPORT_MODEL: "model",
    CommandKind.TRY_MODEL: "model",
    CommandKind.MODEL_PICTURE: "model",
    CommandKind.REMOVE_MODEL: "model",
    CommandKind.ADD_STATE_EXAMPLE: "state",
    CommandKind.TRAIN_STATE: "state",
    CommandKind.JUDGE_STATE: "state",
    CommandKind.STATE_EXAMPLES: "state",
    CommandKind.REMOVE_STATE_EXAMPLE: "state",
    CommandKind.REMOVE_STATE: "state",
}
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+){0,8}")


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
            said = redact(reply.error)[:500], redact(reply.hint)[:500]
            raise RefusedError(422, _code(kind, reply), *said, values=_values(reply))
        return reply.result

    def _answer(self, host_id: str, kind: CommandKind, arguments: dict[str, Any], timeout: timedelta) -> Reply:
        command = Command(id=new_id(), kind=kind, arguments=arguments, expires_at=self._clock() + timeout)
        try:
            return self._exchange.ask(host_id, command, timeout)
        except ExchangeError as error:
            hint = "Check that its engine runs and try again"
            raise RefusedError(504, "host-silent", "the host did not answer in time", hint) from error


def _code(kind: CommandKind, reply: Reply) -> str:
    """Return a code for programs: `source-auth` of a probe, `host-what_if` where the host gives no reason."""
    found = next((one for one in (reply.reason, reply.code) if _CODE.fullmatch(one)), "")
    return f"{_ABOUT.get(kind, 'host')}-{found}" if found else f"host-{kind}"


def _values(reply: Reply) -> dict[str, Value]:
    told = {"message": reply.error} | reply.values
    return {name[:32]: redact(one)[:500] if isinstance(one, str) else one for name, one in list(told.items())[:16]}
