"""The folder of one alarm: its pictures and clips, and `alarm.json` with its whole life."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from camloom.event import Change, Event, Phase
from camloom.sinks.clip import complete_or_nothing
from camloom.sinks.document import event_to_dict, iso_utc
from camloom.sinks.paths import writing

ALARM_SCHEMA = "camloom.alarm/1"
DOCUMENT = "alarm.json"
_KEPT_EVENTS = 64
_REWRITE_S = 5.0


def safe_name(name: str, fallback: str) -> str:
    """Return a name that is one part of a path, whatever somebody put into an id."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or fallback


def folder_name(event: Event) -> str:
    """Return the name of the folder of an event's alarm."""
    return safe_name(event.incident_id or event.id, "alarm")


class AlarmFolder:
    """Keeps the document of one alarm up to date.

    Of a long life it holds the beginning, every rise of the stage and the last 64 events. Updates reach the disk when
    five seconds of stream have gone by, the rest at once.

    Args:
        path: exists or can be made.
        provenance: what the sink was told of the program, the models and the rules.

    Attributes:
        clips: which of the camera's streams each clip was cut from, by file; empty where the camera gives only one.
    """

    def __init__(self, path: Path, provenance: Mapping[str, Any]) -> None:
        self._path = path
        self._provenance = provenance
        self.clips: dict[str, str] = {}
        # With their number: the wall clock may be set back while an alarm lasts.
        self._pillars: list[tuple[int, Event]] = []
        self._events: list[tuple[int, Event]] = []
        self._taken = 0
        self._left_out = 0
        self._written_s: float | None = None
        self._dirty = False

    def add(self, event: Event) -> None:
        """Take in an event, and write the document if it is time. SinkError when that fails."""
        pillar = event.phase in (Phase.START, Phase.INSTANT) or event.change is Change.STAGE
        (self._pillars if pillar else self._events).append((self._taken, event))
        self._taken += 1
        if len(self._events) > _KEPT_EVENTS:
            del self._events[0]
            self._left_out += 1
        self._dirty = True
        is_time = self._written_s is None or not 0 <= event.pts_s - self._written_s < _REWRITE_S
        if pillar or is_time or event.phase is Phase.END:
            self._written_s = event.pts_s
            self.flush()

    def flush(self) -> None:
        """Write the document if anything of it is new."""
        if not self._dirty:
            return
        with writing(self._path):
            self._path.mkdir(parents=True, exist_ok=True)
        _write(self._path, self._document())
        self._dirty = False

    def _document(self) -> dict[str, Any]:
        events = [event for _, event in sorted([*self._pillars, *self._events], key=lambda each: each[0])]
        first, last = events[0], events[-1]
        is_over = last.phase in (Phase.END, Phase.INSTANT)
        known = {key: value for key, value in self._provenance.items() if key != "rules"}
        return {
            "schema": ALARM_SCHEMA,
            "incident_id": first.incident_id,
            "source_id": first.source_id,
            "rule_id": first.rule_id,
            "template": last.template,
            "name": dict(last.name),
            "severity": last.severity,
            "stage": last.stage,
            "count": max(event.count for event in events) or 1,
            "began": iso_utc(first.occurred_at),
            "ended": iso_utc(last.occurred_at) if is_over else None,
            "provenance": {**known, "rule": self._provenance.get("rules", {}).get(first.rule_id)},
            **({"clips": dict(self.clips)} if self.clips else {}),
            "events_left_out": self._left_out,
            "events": [event_to_dict(event) for event in events],
        }


def note_clip(clip: Path, stream: str) -> None:
    """Write into the document beside a clip which of the camera's streams it was cut from; the alarm may be over.

    Raises:
        SinkError: it cannot be written.
    """
    try:
        document = json.loads(clip.with_name(DOCUMENT).read_bytes())
    except (OSError, ValueError):
        return  # the alarm has no document, as plain rules of the system have none
    document.setdefault("clips", {})[clip.name] = stream
    _write(clip.parent, document)


def end_stored(folder: Path, event: Event) -> bool:
    """Add the end of an alarm to its document on the disk; tell whether there was one that was still open.

    Args:
        folder: of the alarm; need not exist.
        event: its end.

    Raises:
        SinkError: it cannot be written.
    """
    try:
        document = json.loads((folder / DOCUMENT).read_bytes())
        is_open = document["incident_id"] == event.incident_id and document["ended"] is None
        events = [*document["events"], event_to_dict(event)]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if is_open:
        document |= {"ended": iso_utc(event.occurred_at), "events": events}
        _write(folder, document)
    return is_open


def _write(folder: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    with complete_or_nothing(folder / DOCUMENT) as unfinished:
        unfinished.write_text(f"{text}\n", encoding="utf-8")
