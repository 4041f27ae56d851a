"""What a child process does for the agent: try edited rules on the past."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from camloom.agent.wishes import with_paths
from camloom.backtest.run import Backtest, backtest
from camloom.backtest.store import History, sources
from camloom.config import TaskConfig, parse_task
from camloom.errors import ConfigError
from camloom.inference.library import find_card
from camloom.runner.alarms import fit_rules


def what_if(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what edited rules would have said, as `camloom.backtest/1`; of a task that never ran, nothing."""
    data = Path(arguments["streams"]).parent
    task = _fitted(arguments["task"], data)
    against = arguments.get("against")
    span = {name: _moment(arguments.get(name)) for name in ("since", "until")}
    zone = _zone(str(arguments.get("timezone", "UTC")))
    folder = Path(arguments["streams"]) / task.id / "history"
    if not folder.is_dir() or task.id not in sources(folder):
        return Backtest.empty(task.id).to_dict(zone)
    fitted = None if against is None else _fitted(against, data)
    return backtest(task, History(folder, task.id), against=fitted, **span).to_dict(zone)


def _fitted(document: dict[str, Any], data: Path) -> TaskConfig:
    """Return a task whose rules look for what its models find. No source is opened: one is put in where none is."""
    told = {key: value for key, value in document.items() if key not in ("sinks", "out")}
    task = parse_task({"source": "synthetic:", **with_paths(told, data)})
    card, *readers = [find_card(name)[0] for name in (task.model, *(one.model for one in task.secondary))]
    return task.model_copy(update={"rules": fit_rules(task, card, readers)})


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ConfigError("the time span is wrong", "Give times such as 2026-11-01T08:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError("unknown time zone", "Give a name such as Asia/Shanghai or UTC") from error
