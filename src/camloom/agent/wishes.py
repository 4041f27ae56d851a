"""From an order of the server to a task that this host runs."""

from pathlib import Path
from typing import Any

from camloom import plugins
from camloom.agent.settings import AgentSettings
from camloom.agent.shelf import ModelShelf
from camloom.agent.trust import DECIDED_HERE, check_trust, strict
from camloom.config import TaskConfig, parse_task
from camloom.errors import CamloomError, ConfigError
from camloom.exchange import TaskOrder
from camloom.runner.edit import check_task

_SINKS_WITH_SETTINGS = ("evidence", "history")


def task_of(order: TaskOrder, wanted: dict[str, Any], settings: AgentSettings) -> TaskConfig:
    """Return the task that an order asks for, with the sinks of this host.

    Args:
        wanted: settings of the host; `evidence` and `history` are those of these sinks.

    Raises:
        CamloomError: the document is wrong, names more of this machine than it may, or cannot run here.
    """
    if refused := [key for key in DECIDED_HERE[1:] if key in order.document]:
        raise ConfigError(f"`{refused[0]}:` is not taken from a server", "Leave it out: this host decides it")
    document = {
        **with_paths(order.document, settings.data),
        "id": order.id,
        "out": str(settings.streams / order.id),
        "sinks": _sinks(wanted, settings),
        "live_view": True,
    }
    task = parse_task(document, where=f"task {order.id}")
    check_trust(task, settings)
    evidence_source = None if task.evidence_source is None else strict(task.evidence_source)
    task = task.model_copy(update={"source": strict(task.source), "evidence_source": evidence_source})
    check_task(task)
    return task


def models_of(document: dict[str, Any]) -> set[str]:
    """Return the names of the models that a document asks for itself."""
    readers = document.get("secondary")
    blocks = [document, *(readers if isinstance(readers, list) else [])]
    return {name for block in blocks if isinstance(block, dict) and isinstance(name := block.get("model"), str)}


def with_paths(document: dict[str, Any], data: Path) -> dict[str, Any]:
    """Return a document that names its imported models by the paths of their cards, as the engine takes them."""
    known = {name: ModelShelf(data).named(name) for name in models_of(document)}
    if all(name == path for name, path in known.items()):
        return document

    def named(block: Any) -> Any:
        if not isinstance(block, dict) or not isinstance(name := block.get("model"), str):
            return block
        return {**block, "model": known[name]}

    found: dict[str, Any] = named(document)
    if isinstance(readers := document.get("secondary"), list):
        found = {**found, "secondary": [named(one) for one in readers]}
    return found


def line_of(error: Exception) -> str:
    """Return what is wrong in one line."""
    if isinstance(error, CamloomError):
        return str(error)
    return f"unexpected {type(error).__name__}"  # its text may hold anything, the password of a camera too


def _sinks(wanted: dict[str, Any], settings: AgentSettings) -> list[dict[str, Any]]:
    """Return the sinks; the one for the server is last: when it closes, the others have written everything."""
    platform = {"type": "platform", "exchange": str(settings.exchange.absolute()), "host_id": settings.host_id}
    able = [name for name in _SINKS_WITH_SETTINGS if not getattr(plugins.load("sinks", name), "unavailable", str)()]
    return [*({"type": name, **_of(wanted, name)} for name in able), platform]


def _of(wanted: dict[str, Any], name: str) -> dict[str, Any]:
    given = wanted.get(name, {})
    if not isinstance(given, dict) or given.keys() & {"type", "folder", "path", "key"}:
        raise ConfigError(f"the settings of '{name}' of this host are wrong", "Look at the settings of the host")
    return given
