"""Alarms, as a backtest compares them: one for each incident, whatever events it has."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from camloom.errors import ConfigError
from camloom.event import Event, Phase

_SYSTEM_RULE = "system"


@dataclass(slots=True)
class Alarm:
    """One incident of one rule.

    Attributes:
        place: name of the zone or line; empty if none.
        began, ended: aware UTC; the same for what has no duration or never ended.
        pts_s: stream time of its beginning.
        picture: file that shows it, if one is known.
        shown: the event that began it, of an alarm that was just made.
        template, stage, count: of an alarm that a template made: the stage that it reached, and how often it happened.
    """

    rule_id: str
    type: str
    place: str
    direction: str
    began: datetime
    ended: datetime
    pts_s: float
    value: float | None
    unit: str
    track_ids: frozenset[int]
    picture: str = field(default="")
    template: str = ""
    stage: str = ""
    count: int = 0
    shown: Event | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What two alarms that are the same have in common; an alarm of a template may change its place."""
        return (self.rule_id, "", "") if self.template else (self.rule_id, self.place, self.direction)

    def go_on(self, moment: datetime, track_ids: Iterable[int], stage: str, count: int) -> None:
        """Take in a later event of the same incident."""
        self.ended = max(self.ended, moment)
        self.track_ids |= frozenset(track_ids)
        self.stage, self.count = stage, count

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        told = {
            "rule_id": self.rule_id,
            "type": self.type,
            "place": self.place,
            "direction": self.direction,
            "began": _iso(self.began),
            "ended": _iso(self.ended),
            "pts_s": round(self.pts_s, 3),
            "value": self.value if self.value is None else round(self.value, 3),
            "unit": self.unit,
            "track_ids": sorted(self.track_ids),
        }
        if self.template:
            told |= {"template": self.template, "stage": self.stage, "count": self.count}
        return told | ({"picture": self.picture} if self.picture else {})


def alarms_of(events: Iterable[Event]) -> list[Alarm]:
    """Return the incidents that events tell of, in the order in which they began."""
    found: dict[str, Alarm] = {}
    for event in events:
        known = found.get(event.incident_id)
        if known is not None:
            known.go_on(event.occurred_at, event.track_ids, event.stage, event.count)
        elif event.phase in (Phase.START, Phase.INSTANT):
            found[event.incident_id] = Alarm(
                event.rule_id,
                event.type,
                event.zone,
                event.direction,
                event.occurred_at,
                event.occurred_at,
                event.pts_s,
                event.value,
                event.unit,
                frozenset(event.track_ids),
                template=event.template,
                stage=event.stage,
                count=event.count,
                shown=event,
            )
    return _sorted(found.values())


def recorded_alarms(path: Path, source_id: str) -> list[Alarm]:
    """Return the incidents in a file of events that the sink `jsonl` wrote.

    Pictures are looked for where the file is: events name them relative to the output folder.

    Raises:
        ConfigError: it cannot be read, or a line is not an event.
    """
    found: dict[str, Alarm] = {}
    for event in read_events(path):
        if event["source_id"] == source_id:
            _take(event, found, path.parent)
    return _sorted(found.values())


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of rules in a file that the sink `jsonl` wrote.

    Raises:
        ConfigError: it cannot be read, or a line is not an event.
    """
    for number, line in enumerate(_lines(path), 1):
        try:
            event = json.loads(line)
            if "objects" in event and "rule_id" not in event:
                continue  # the tracks of a frame, where the sink writes those too
            _check(event)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ConfigError(f"{path}:{number}: not an event", "Give a file of the sink `jsonl`") from error
        if event["rule_id"] != _SYSTEM_RULE:
            yield event


def _check(event: dict[str, Any]) -> None:
    """Look at what is used of an event. ValueError, KeyError or TypeError: it is none."""
    datetime.fromisoformat(event["occurred_at"]).astimezone(UTC)
    texts = ("id", "incident_id", "rule_id", "source_id", "phase", "type", "zone", "direction", "unit")
    if not all(isinstance(event[name], str) for name in texts):
        raise TypeError("a text is something else")
    frozenset(int(track_id) for track_id in event["track_ids"])
    float(event["pts_s"]), None if event["value"] is None else float(event["value"])
    if not isinstance(event.get("media", {}), dict):
        raise TypeError("media is no mapping")


def _take(event: dict[str, Any], found: dict[str, Alarm], folder: Path) -> None:
    key, moment = event["incident_id"], datetime.fromisoformat(event["occurred_at"]).astimezone(UTC)
    if key in found:
        found[key].go_on(moment, event["track_ids"], event.get("stage", ""), event.get("count", 0))
    elif event["phase"] in (Phase.START, Phase.INSTANT):
        found[key] = _alarm(event, moment, folder)


def _alarm(event: dict[str, Any], moment: datetime, folder: Path) -> Alarm:
    picture = event.get("media", {}).get("picture", "")
    return Alarm(
        event["rule_id"],
        event["type"],
        event["zone"],
        event["direction"],
        moment,
        moment,
        float(event["pts_s"]),
        event["value"],
        event["unit"],
        frozenset(event["track_ids"]),
        str(folder / picture) if picture else "",
        event.get("template", ""),
        event.get("stage", ""),
        event.get("count", 0),
    )


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read {path}: {reason}", "Give a file of the sink `jsonl`") from error


def _sorted(alarms: Iterable[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda one: (one.began, one.rule_id, one.place))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
