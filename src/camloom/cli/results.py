"""What a run found, handed to a server as its own engine would: events, pictures and clips."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from camloom.errors import ConfigError
from camloom.exchange import EventMessage
from camloom.exchange.local import LocalHost

_EVENTS = "events.jsonl"


def hand_over(results: Path, task_id: str, data: Path) -> int:
    """Hand over the events of a run; those that a server knows already it takes no second time.

    Args:
        results: folder of the run.
        task_id: whose events they are.
        data: folder of everything that the server keeps.

    Returns:
        How many events there are.

    Raises:
        ConfigError: there are no results.
        ExchangeError: the exchange takes nothing.
    """
    out = data.absolute() / "streams" / task_id
    messages = [_message(event, results, out, task_id) for event in _events(results / _EVENTS)]
    host = LocalHost(data / "exchange.db")
    try:
        host.publish(messages)
    finally:
        host.close()
    return len(messages)


def _events(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {path}", "Run the task with the sinks `jsonl` and `evidence` first") from error
    if not all(isinstance(event, dict) and isinstance(event.get("id"), str) for event in events):
        raise ConfigError(f"{path} has lines that are no events", "Give the folder of a run")
    yield from events


def _message(event: dict[str, Any], results: Path, out: Path, task_id: str) -> EventMessage:
    media = {kind: _copied(results, out, place) for kind, place in event.get("media", {}).items()}
    there = {kind: place for kind, place in media.items() if place is not None}
    return EventMessage(id=event["id"], task_id=task_id, event=event, media=there)


def _copied(results: Path, out: Path, place: str) -> Path | None:
    """Copy a picture or clip to where the engine leaves its own; None: it is not there, or not of these results."""
    source, target = results / place, out / place
    if not source.is_file() or not source.resolve().is_relative_to(results.resolve()):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target
