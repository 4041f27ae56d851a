"""Alarms that a person has marked as true or false: what edited rules must keep, and must not bring back."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from camloom.backtest.alarms import Alarm, read_events
from camloom.config import StrictModel, first_problem
from camloom.config.document import read_document
from camloom.errors import ConfigError
from camloom.event import Change

SCHEMA: Literal["camloom.mark/1"] = "camloom.mark/1"
_MAX_MARKS = 100_000
_LEAST_PREFIX = 6


class Mark(StrictModel):
    """One alarm, as it was, and what it is worth."""

    format: Literal["camloom.mark/1"] = SCHEMA
    verdict: bool = Field(description="true: the alarm was right; false: a false alarm")
    source_id: str = Field(min_length=1, description="the task whose camera it was")
    rule_id: str = Field(min_length=1, description="id of the rule or the alarm")
    began: AwareDatetime
    ended: AwareDatetime | None = Field(default=None, description="the same as `began` if left out")
    track_ids: tuple[int, ...] = Field(default=(), max_length=1000, description="its objects; empty: any")
    place: str = Field(default="", description="zone or line; not looked at for alarms of a template")
    direction: str = ""
    template: str = Field(default="", description="of an alarm that a template made")
    incident_id: str = Field(default="", description="a later mark of the same objects in it takes its place")
    note: str = Field(default="", max_length=2000)
    marked_at: AwareDatetime | None = None

    @field_validator("verdict", mode="before")
    @classmethod
    def _plain_yes_or_no(cls, value: Any) -> Any:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value

    @property
    def alarm(self) -> Alarm:
        """The alarm that was marked, to be held against others."""
        return Alarm(
            self.rule_id,
            "",
            self.place,
            self.direction,
            self.began,
            self.ended or self.began,
            0.0,
            None,
            "",
            frozenset(self.track_ids),
            template=self.template,
        )


def mark_of(events_file: Path, name: str, *, verdict: bool, note: str = "") -> Mark:
    """Return the mark of an alarm among recorded events.

    The id of an event that somebody joined the alarm with marks those who joined; any other event, and the incident
    itself, mark all who took part.

    Args:
        events_file: of the sink `jsonl`.
        name: id of one of its events or of its incident; the beginning does if there is only one such.

    Raises:
        ConfigError: the file cannot be read, or has no such event, or several.
    """
    events = list(read_events(events_file))
    incidents = {event["incident_id"] for event in events if name in (event["id"], event["incident_id"])}
    if not incidents and len(name) >= _LEAST_PREFIX:
        incidents = {one["incident_id"] for one in events if one["incident_id"].startswith(name)}
    if len(incidents) != 1:
        what = "several events begin with" if incidents else "no event is called"
        raise ConfigError(f"{events_file}: {what} '{name}'", "Give the `id` or the `incident_id` of an event")
    life = [event for event in events if event["incident_id"] in incidents]
    place = next((place for place, event in enumerate(life) if event["id"] == name), 0)
    if life[place].get("change") == Change.JOINED:
        return _mark(life[place:], _joined(life, place), verdict, note)
    return _mark(life, {track_id for event in life for track_id in event["track_ids"]}, verdict, note)


def _joined(life: list[dict[str, Any]], place: int) -> set[int]:
    """Return who is in an event and not in the one before it; all of it where that is nobody."""
    now, before = (set(life[one]["track_ids"]) for one in (place, place - 1))
    return now - before or now


def add_mark(path: Path, mark: Mark) -> int:
    """Write a mark at the end of a file; return how many alarms are marked there. ConfigError: it cannot be written."""
    known = read_marks(path) if path.exists() else []
    line = json.dumps(mark.model_dump(mode="json", exclude_defaults=True) | {"format": SCHEMA}, ensure_ascii=False)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", "Name another file with `--marks`") from error
    return len(_latest([*known, mark]))


def read_marks(path: Path) -> list[Mark]:
    """Read marks: JSON, one a line, or a YAML list (`.yaml`). Of several about one incident the last counts.

    Raises:
        ConfigError: the file cannot be read, or something in it is no mark; with the place.
    """
    if path.suffix in (".yaml", ".yml"):
        document, _ = read_document(path)
        if not isinstance(document, list):
            raise ConfigError(f"{path} is no list of marks", "Begin each mark with -")
        return _latest(_checked(one, f"{path}: mark {number}") for number, one in enumerate(document, 1))
    return _latest(_checked(one, f"{path}:{number}") for number, one in _json_lines(path))


def _json_lines(path: Path) -> Iterable[tuple[int, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read {path}: {reason}", "`camloom rules mark` writes such a file") from error
    if len(lines) > _MAX_MARKS:
        raise ConfigError(f"{path} has more than {_MAX_MARKS:,} lines", "Split it")
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise ConfigError(f"{path}:{number}: not JSON", "One mark a line") from error


def _checked(value: Any, where: str) -> Mark:
    try:
        return Mark.model_validate(value)
    except ValidationError as error:
        raise ConfigError(f"{where}: {first_problem(error)}", "`camloom rules mark` writes them right") from error


def _latest(marks: Iterable[Mark]) -> list[Mark]:
    kept: dict[object, Mark] = {}
    for number, mark in enumerate(marks):
        kept[(mark.incident_id, mark.track_ids) if mark.incident_id else number] = mark
    return list(kept.values())


def _mark(life: list[dict[str, Any]], track_ids: set[int], verdict: bool, note: str) -> Mark:
    first = life[0]
    moments = [datetime.fromisoformat(event["occurred_at"]) for event in life]
    try:
        return Mark(
            verdict=verdict,
            source_id=first["source_id"],
            rule_id=first["rule_id"],
            began=min(moments),
            ended=max(moments),
            track_ids=tuple(sorted(track_ids)),
            place=first["zone"],
            direction=first["direction"],
            template=first.get("template", ""),
            incident_id=first["incident_id"],
            note=note,
            marked_at=datetime.now(UTC).replace(microsecond=0),
        )
    except ValidationError as error:
        raise ConfigError(f"this event cannot be marked: {first_problem(error)}", "Give another") from error
