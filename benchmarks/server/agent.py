"""The host of the load: every event goes through the exchange by itself, as a camera's sink hands it over.

    python -m benchmarks.server.agent SITE RATE SECONDS

Prints how many events it has handed over, and how long that took at worst.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.server.site import Site

from camloom.exchange import EventMessage, MediaMessage, Message
from camloom.exchange.local import LocalHost
from camloom.server.database import new_id
from camloom.server.settings import ServerSettings

_TEMPLATES = (("intrusion", "major"), ("loitering", "minor"), ("fall", "critical"), ("smoking", "info"))
_PICTURE_BYTES = 30_000
_PHASES = ("start", "update", "end")


class _Incident:
    """Something that goes on at a camera: it begins with a picture, goes on, ends."""

    def __init__(self, task_id: str, out: Path) -> None:
        self._task_id, self._out = task_id, out
        self._id, self._step = new_id(), 0
        self._template, self._severity = random.choice(_TEMPLATES)

    @property
    def over(self) -> bool:
        return self._step == len(_PHASES)

    def next(self, picture: bytes) -> list[Message]:
        """Return what it has to say now."""
        event_id, phase = new_id(), _PHASES[self._step]
        self._step += 1
        event = self._event(event_id, phase)
        if phase != "start":
            return [EventMessage(id=event_id, task_id=self._task_id, event=event)]
        path = self._out / self._task_id / f"{event_id}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
        told = EventMessage(id=event_id, task_id=self._task_id, event=event, media={"picture": path})
        return [told, MediaMessage(id=f"{event_id}:picture", event_id=event_id, media_kind="picture", path=path)]

    def _event(self, event_id: str, phase: str) -> dict[str, Any]:
        person = {"class_name": "person", "confidence": 0.9, "xyxy_px": [100, 200, 300, 400]}
        return {
            "schema": "camloom.event/1",
            "id": event_id,
            "type": "region.entered",
            "source_id": self._task_id,
            "rule_id": "r1",
            "phase": phase,
            "incident_id": self._id,
            "occurred_at": datetime.now(UTC).isoformat(),
            "pts_s": time.time() % 86_400,
            "track_ids": [1, 2],
            "objects": [{"track_id": number, **person} for number in range(3)],
            "zone": "yard",
            "value": 1.5,
            "unit": "s",
            "why": [{"name": "dwell", "value": 1.5, "threshold": 0.6, "margin": 0.9, "unit": "s"}],
            "template": self._template,
            "name": {"zh": "入侵检测", "en": "Intrusion"},
            "severity": self._severity,
            "count": 1,
            "ongoing": 1,
        }


class Incidents:
    """What goes on at cameras: one incident at each, the cameras in turn.

    Args:
        tasks: of the cameras.
        data: folder of the platform.
    """

    def __init__(self, tasks: list[str], data: Path) -> None:
        self._tasks, self._out = tasks, data / "streams"
        self._picture = b"\xff\xd8\xff\xe0" + random.randbytes(_PICTURE_BYTES)
        self._open: dict[str, _Incident] = {}
        self._sent = 0

    def next(self) -> list[Message]:
        """Return what the next camera has to say."""
        task_id = self._tasks[self._sent % len(self._tasks)]
        self._sent += 1
        incident = self._open.setdefault(task_id, _Incident(task_id, self._out))
        messages = incident.next(self._picture)
        if incident.over:
            del self._open[task_id]
        return messages


def main() -> None:
    """Raise events at an even rate."""
    site, rate, seconds = Site.load(Path(sys.argv[1])), float(sys.argv[2]), float(sys.argv[3])
    settings = ServerSettings(data=Path(site.folder))
    exchange = LocalHost(settings.exchange)
    incidents = Incidents([task_id for _, task_id in site.cameras], settings.data)
    sent = pictures = 0
    worst_s = late_s = 0.0
    began_s = time.monotonic()
    ends_s = began_s + seconds
    while max(due_s := began_s + sent / rate, time.monotonic()) < ends_s:
        time.sleep(max(0.0, due_s - time.monotonic()))
        messages = incidents.next()
        at_s = time.monotonic()
        exchange.publish(messages)
        worst_s, late_s = max(worst_s, time.monotonic() - at_s), max(late_s, at_s - due_s)
        sent, pictures = sent + 1, pictures + len(messages) - 1
    exchange.close()
    took_s = time.monotonic() - began_s
    print(json.dumps({"sent": sent, "pictures": pictures, "worst_s": worst_s, "late_s": late_s, "took_s": took_s}))


if __name__ == "__main__":
    main()
