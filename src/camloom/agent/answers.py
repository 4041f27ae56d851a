"""Answers what a server asks, each question on a thread of its own and within its time."""

import logging
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from camloom.agent import places
from camloom.agent.child import ChildError, run_child
from camloom.agent.importing import Importer
from camloom.agent.log import LogRing
from camloom.agent.secrets import Redactor
from camloom.agent.settings import AgentSettings
from camloom.agent.shelf import ModelShelf
from camloom.agent.spare import Spare
from camloom.agent.wishes import line_of
from camloom.errors import CamloomError, ConfigError, ExchangeError, SourceError
from camloom.exchange import Command, CommandKind, HostSide, Reply
from camloom.phrases import Phrase
from camloom.supervisor import Supervisor

_MOST_AT_ONCE = 8
_LONGEST_S = 120.0
_FLUSH_S = 5.0
_REPLY_S = 0.5  # of the time that is given, for the answer to get there
_MOST_LINES = 2000
_logger = logging.getLogger(__name__)


class Answers:
    """Answers questions.

    Args:
        exchange: the answers go there.
        supervisor: runs the streams.
        log: the last lines.
        redactor: no answer has a password.
        in_use: tells the names of the models that tasks use.
    """

    def __init__(
        self,
        settings: AgentSettings,
        exchange: HostSide,
        supervisor: Supervisor,
        log: LogRing,
        redactor: Redactor,
        in_use: Callable[[], set[str]] = set,
    ) -> None:
        self._settings = settings
        self._exchange = exchange
        self._supervisor = supervisor
        self._log = log
        self._redactor = redactor
        self._in_use = in_use
        self._shelf = ModelShelf(settings.data)
        self._importer = Importer(settings.data / "importing", self._shelf, exchange)
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._spare = Spare("probe", "discover")

    def keep_ready(self) -> None:
        """Be ready for what may be asked next. For the thread that lives as long as the agent."""
        self._spare.keep()

    def close(self) -> None:
        """End what was kept ready."""
        self._spare.close()

    def begin(self, command: Command) -> None:
        """Answer a question, later and on another thread."""
        self._redactor.learn(command.arguments)
        if not self._free.acquire(blocking=False):
            busy = "this host has too many questions to answer"
            self._reply(Reply(id=command.id, error=busy, hint="Try again in a moment", reason="busy"))
            return
        threading.Thread(target=self._answer, args=(command,), name=f"answer-{command.kind}", daemon=True).start()

    def _answer(self, command: Command) -> None:
        try:
            self._reply(self.answer(command))
        finally:
            self._free.release()

    def answer(self, command: Command) -> Reply:
        """Return the answer to a question; what goes wrong is one, too."""
        left_s = min(_LONGEST_S, (command.expires_at - datetime.now(UTC)).total_seconds() - _REPLY_S)
        try:
            return Reply(id=command.id, result=self._do(command, max(0.1, left_s)))
        except (SourceError, ChildError) as error:
            return self._refusal(command, error, error.reason)
        except CamloomError as error:
            return self._refusal(command, error, "")
        except Exception as error:
            _logger.exception("a question of the kind %s", command.kind)
            return Reply(id=command.id, error=line_of(error), reason="unexpected")

    def _do(self, command: Command, left_s: float) -> dict[str, Any]:
        work: dict[CommandKind, Callable[[dict[str, Any], float], dict[str, Any]]] = {
            CommandKind.PROBE: self._probe,
            CommandKind.DISCOVER: lambda asked, left_s: run_child("discover", asked, left_s, self._spare.take()),
            CommandKind.GET_READY: lambda _asked, _left_s: self._get_ready(),
            CommandKind.SNAPSHOT: self._snapshot,
            CommandKind.WHAT_IF: self._what_if,
            CommandKind.ENABLE: self._enable,
            CommandKind.LOGS: lambda asked, _: {"lines": self._log.tail(_number(asked.get("lines"), _MOST_LINES))},
            CommandKind.MODELS: lambda _asked, _left_s: {"models": self._shelf.models()},
            CommandKind.IMPORT_MODEL: self._importer.import_model,
            CommandKind.TRY_MODEL: self._importer.try_model,
            CommandKind.MODEL_PICTURE: lambda asked, _: {"jpeg": _base64(self._shelf.picture(_name_of(asked)))},
            CommandKind.REMOVE_MODEL: self._remove_model,
            CommandKind.STATES: lambda _asked, _left_s: {"places": places.told()},
            CommandKind.STATE_EXAMPLES: lambda asked, _: places.examples(asked),
            CommandKind.ADD_STATE_EXAMPLE: lambda asked, left_s: run_child("add_state_example", asked, left_s),
            CommandKind.REMOVE_STATE_EXAMPLE: lambda asked, _: places.remove_example(asked),
            CommandKind.TRAIN_STATE: lambda asked, left_s: run_child("train_state", asked, left_s),
            CommandKind.JUDGE_STATE: lambda asked, left_s: run_child("judge_state", asked, left_s),
            CommandKind.REMOVE_STATE: lambda asked, _: places.remove(asked),
        }
        return work[command.kind](command.arguments, left_s)

    def _probe(self, asked: dict[str, Any], left_s: float) -> dict[str, Any]:
        told = {"data": str(self._settings.data), "more_sources": self._settings.more_sources}
        return run_child("probe", {**asked, "settings": told}, left_s, self._spare.take())

    def _get_ready(self) -> dict[str, Any]:
        self._spare.want()
        return {}

    def _what_if(self, asked: dict[str, Any], left_s: float) -> dict[str, Any]:
        begun_s = time.monotonic()
        self._flush(asked.get("task"), min(_FLUSH_S, left_s / 4))
        left_s -= time.monotonic() - begun_s
        return run_child("what_if", {**asked, "streams": str(self._settings.streams)}, left_s)

    def _flush(self, task: object, timeout_s: float) -> None:
        """Have the newest tracks of a task written, else a camera of today has no past; one that rests has all."""
        task_id = task.get("id") if isinstance(task, dict) else None
        with suppress(CamloomError):
            self._supervisor.flush(str(task_id), timeout_s)

    def _snapshot(self, asked: dict[str, Any], left_s: float) -> dict[str, Any]:
        return {"jpeg": _base64(self._supervisor.picture(_task_of(asked), left_s))}

    def _enable(self, asked: dict[str, Any], _left_s: float) -> dict[str, Any]:
        self._supervisor.enable(_task_of(asked))
        return {}

    def _remove_model(self, asked: dict[str, Any], _left_s: float) -> dict[str, Any]:
        name = _name_of(asked)
        if name in self._in_use():
            raise ConfigError(
                Phrase(f"a task of this host uses the model '{name}'", "in-use", name=name), "Stop it first"
            )
        self._shelf.remove(name)
        return {}

    def _refusal(self, command: Command, error: CamloomError, reason: str) -> Reply:
        clean: Callable[[str], str] = self._redactor.clean
        told = error.phrase
        values = {name: clean(one) if isinstance(one, str) else one for name, one in told.values.items()}
        message, hint = clean(error.message), clean(error.hint)
        return Reply(id=command.id, error=message, hint=hint, reason=reason, code=told.code, values=values)

    def _reply(self, reply: Reply) -> None:
        try:
            self._exchange.reply(reply)
        except ExchangeError as error:
            _logger.warning("an answer did not get through: %s", error)


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _name_of(arguments: dict[str, Any]) -> str:
    name = arguments.get("name")
    if not isinstance(name, str):
        raise ConfigError("the question names no model", "Give `name`")
    return name


def _task_of(arguments: dict[str, Any]) -> str:
    task_id = arguments.get("task_id")
    if not isinstance(task_id, str):
        raise ConfigError("the question names no task", "Give `task_id`")
    return task_id


def _number(value: object, most: int) -> int:
    return max(1, min(most, value)) if isinstance(value, int) else most
