"""What an event of Camloom is called in GB/T 28181."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from camloom.gb28181.manscdp.answers import device_time
from camloom.gb28181.manscdp.xml import Tree

_BY_VIDEO, _BY_DEVICE = 5, 2
_VIDEO_LOST = 1
_ENTERS, _LEAVES = "1", "2"
_INTRUSION = 6
_DESCRIPTION_CHARS = 200

# AlarmType of method 5 by template, then by type of event. What has no number there is sent without one.
_KINDS = {
    "object_left": 3,
    "object_removed": 4,
    "tripwire": 5,
    "fence_crossing": 5,
    "intrusion": 6,
    "lawn_trampling": 6,
    "climbing": 6,
    "wrong_way": 7,
    "loitering": 8,
    "counting": 9,
    "crowding": 10,
    "occupancy": 10,
    "camera_fault": 11,
    "speeding": 12,
    "object.left": 3,
    "object.removed": 4,
    "line.crossed": 5,
    "fence.crossed": 5,
    "tripwire.crossed": 5,
    "region.entered": 6,
    "region.exited": 6,
    "person.climbs": 6,
    "direction.wrong": 7,
    "visits.loitered": 8,
    "region.dwelled": 8,
    "region.count": 9,
    "crowd.gathered": 10,
    "occupancy.over": 10,
    "occupancy.changed": 9,
    "camera.fault": 11,
    "source.degraded": 11,
    "speed.exceeded": 12,
}
_PRIORITIES = {"critical": 1, "major": 2, "minor": 3, "info": 4}
_PHASES = ("start", "instant")


@dataclass(frozen=True, slots=True)
class AlarmNotice:
    """One alarm for the platform above.

    Attributes:
        event_id: of the event; what comes again with the same is the same alarm.
        priority: 1 (highest) to 4.
        method: 5 video, 2 device.
        kind: AlarmType; 0 for none.
        time: local, as GB/T 28181 writes it.
    """

    event_id: str
    channel_id: str
    priority: int
    method: int
    kind: int
    time: str
    description: str
    leaves: bool = False


def is_alarm(event: Mapping[str, Any]) -> bool:
    """Tell whether an event document is one that the platform above hears of: a beginning, or a worse stage."""
    kind, phase = str(event.get("type", "")), event.get("phase")
    if kind.startswith("source."):
        return kind in ("source.offline", "source.degraded")
    return phase in _PHASES or (phase == "update" and event.get("change") == "stage")


def read_notice(event: Mapping[str, Any], channel_id: str, kinds: Mapping[str, int]) -> AlarmNotice:
    """Return what to tell of an event document (`camloom.event/1`).

    Args:
        kinds: AlarmType by template or type of event, before the built-in ones.

    Raises:
        ValueError: the document is not one of an event.
    """
    identity, moment = event.get("id"), event.get("occurred_at")
    if not isinstance(identity, str) or not identity or not isinstance(moment, str):
        raise ValueError("an event has an id and occurred_at")
    kind = str(event.get("type", ""))
    lost = kind == "source.offline"
    return AlarmNotice(
        event_id=identity[:128],
        channel_id=channel_id,
        priority=_PRIORITIES.get(str(event.get("severity", "")), 3),
        method=_BY_DEVICE if lost else _BY_VIDEO,
        kind=_VIDEO_LOST if lost else _kind(event, kinds),
        time=device_time(datetime.fromisoformat(moment).astimezone()),
        description=_describe(event),
        leaves=kind == "region.exited",
    )


def alarm_sn(notice: AlarmNotice) -> int:
    """Return the SN of an alarm, 1 to 2**31 - 1: the same whenever the same event is told.

    A platform that took an alarm whose answer was lost sees by it that the next one is the same.
    """
    return 1 + int.from_bytes(sha256(notice.event_id.encode(errors="replace")).digest()[:4]) % ((1 << 31) - 1)


def alarm_tree(notice: AlarmNotice, longitude: float | None, latitude: float | None) -> Tree:
    """Return the children of a Notify/Alarm."""
    place = () if longitude is None or latitude is None else _place(longitude, latitude)
    told: list[tuple[str, str]] = [
        ("AlarmPriority", str(notice.priority)),
        ("AlarmMethod", str(notice.method)),
        ("AlarmTime", notice.time),
        ("AlarmDescription", notice.description),
        *place,
    ]
    if not notice.kind:
        return told
    info: list[tuple[str, str | Tree]] = [("AlarmType", str(notice.kind))]
    if notice.method == _BY_VIDEO and notice.kind == _INTRUSION:
        info.append(("AlarmTypeParam", (("EventType", _LEAVES if notice.leaves else _ENTERS),)))
    return [*told, ("Info", info)]


def _place(longitude: float, latitude: float) -> tuple[tuple[str, str], ...]:
    return ("Longitude", f"{longitude:.6f}"), ("Latitude", f"{latitude:.6f}")


def _kind(event: Mapping[str, Any], kinds: Mapping[str, int]) -> int:
    names = [str(event.get("template", "")), str(event.get("type", ""))]
    known = [table[name] for table in (kinds, _KINDS) for name in names if name in table]
    return known[0] if known else 0


def _describe(event: Mapping[str, Any]) -> str:
    """Return the event in words: its name, its zone, its number, what it says itself."""
    names = event.get("name")
    name = (names.get("zh") or names.get("en")) if isinstance(names, dict) else ""
    value = event.get("value")
    number = f"{value:g} {event.get('unit') or ''}" if isinstance(value, int | float) else ""
    parts = (name or event.get("type", ""), event.get("zone", ""), number, event.get("detail", ""))
    return " ".join(" ".join(str(part).split()) for part in parts if part)[:_DESCRIPTION_CHARS]
