"""The process of the agent."""

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

from camloom.agent.agent import Agent
from camloom.agent.log import CleanFormatter, LogRing
from camloom.agent.secrets import Redactor
from camloom.agent.settings import AgentSettings
from camloom.claim import claimed
from camloom.errors import CamloomError, ExchangeError
from camloom.exchange.local import LocalHost
from camloom.taught.state_model import STATES_VARIABLE

_AGAIN_S = 2.0
_TRIES = 150
_logger = logging.getLogger(__name__)


def run_agent(settings: AgentSettings) -> int:
    """Be the agent of this host until SIGTERM or Ctrl-C; return the exit code.

    On another thread than the first one there are no signals, and it ends with the process.
    """
    redactor = Redactor()
    log = _log_to(redactor)
    # What was taught in a console lies with everything else; the processes of the streams look for it there, too.
    os.environ.setdefault(STATES_VARIABLE, str(settings.data.absolute() / "states"))
    try:
        with claimed(settings.data, "agent"):
            _run(settings, log, redactor)
    except CamloomError as error:
        _logger.error("%s", error)  # noqa: TRY400  # one clear line
        return error.exit_code
    return 0


def _run(settings: AgentSettings, log: LogRing, redactor: Redactor) -> None:
    exchange = _open(settings)
    agent = Agent(settings, exchange, log, redactor)
    _ask_on_signal(agent)
    try:
        agent.run()
    finally:
        exchange.close()


def _log_to(redactor: Redactor) -> LogRing:
    """Let the log go to the standard error and into a ring, both without passwords."""
    ring, shown = LogRing(redactor), logging.StreamHandler(sys.stderr)
    shown.setFormatter(CleanFormatter(redactor))
    logging.basicConfig(level=logging.INFO, handlers=[ring, shown], force=True)
    return ring


def _open(settings: AgentSettings) -> LocalHost:
    """Open the exchange; one that is locked or whose disk is full is waited for."""
    for attempt in range(_TRIES):
        try:
            return LocalHost(settings.exchange, settings.host_id)
        except ExchangeError as error:
            if attempt == _TRIES - 1:
                raise
            if attempt == 0:
                _logger.warning("%s", error)
            time.sleep(_AGAIN_S)
    raise AssertionError("unreachable")


def _ask_on_signal(agent: Agent) -> None:
    if threading.current_thread() is not threading.main_thread():
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        agent.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
