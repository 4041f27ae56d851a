"""What the commands on the stored past have in common: the task, the clock, the moment."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from camloom.backtest.store import History
from camloom.config import TaskConfig, load_task
from camloom.errors import ConfigError
from camloom.inference.library import find_card
from camloom.runner.alarms import fit_rules

_SPAN = re.compile(r"^(\d+(?:\.\d+)?)([smhdw])$")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def load_fitted(path: Path) -> TaskConfig:
    """Read a task; rules of templates look for the labels that its model has (only the cards are read)."""
    task = load_task(path)
    card, *readers = [find_card(name)[0] for name in (task.model, *(one.model for one in task.secondary))]
    return task.model_copy(update={"rules": fit_rules(task, card, readers)})


def zone_named(name: str) -> tzinfo:
    """Return a time zone. ConfigError: there is none of that name."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"unknown time zone '{name}'", "Give a name such as Asia/Shanghai or UTC") from error


def moment_of(text: str, stored: History, zone: tzinfo, option: str) -> datetime:
    """Return the moment that an option names: a span back from the newest frame, or a time of the zone.

    Raises:
        ConfigError: it is neither.
    """
    if match := _SPAN.match(text):
        return stored.newest() - timedelta(**{_UNIT[match[2]]: float(match[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text}: not a time", "Give 7d, 12h, 30m, or 2026-11-01T08:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
