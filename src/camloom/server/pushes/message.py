"""What is pushed: an alarm as it was when it changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from camloom.server.business.hooks import AlarmChange

_MAX_OBJECTS = 32
_OF_EVENT = (
    "id",
    "type",
    "source_id",
    "phase",
    "occurred_at",
    "direction",
    "value",
    "unit",
    "reason",
    "detail",
    "change",
)
_MAX_TEXT = 4000


class EventFacts(BaseModel):
    """What an alarm's most telling event says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    type: str = ""
    source_id: str = ""
    phase: str = ""
    occurred_at: str = ""
    direction: str = ""
    value: Any = None
    unit: str | None = ""
    reason: str = ""
    detail: str = ""
    change: str = ""
    objects: tuple[Any, ...] = ()


class AlarmFacts(BaseModel):
    """An alarm as it was when it changed."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)

    id: str
    incident_id: str
    camera_id: str
    camera_name: str
    camera_group_id: str | None
    host_id: str
    task_id: str
    rule_id: str
    template: str
    name: dict[str, str]
    severity: str
    stage: str
    zone: str
    began_at: datetime
    ended_at: datetime | None
    count: int
    handling: str
    verdict: str | None
    event: EventFacts = Field(default_factory=EventFacts)


class Message(BaseModel):
    """One thing to tell one target.

    Attributes:
        key: the same for every attempt: who honours it takes the message once.
        at: when the alarm changed.
        test: sent by a person to see whether it arrives.
        picture_id: which picture goes with it, chosen before the first attempt; empty: none; None: not chosen.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    change: AlarmChange
    at: datetime
    alarm: AlarmFacts
    language: str = "zh"
    test: bool = False
    picture_id: str | None = None


def facts_of(alarm: Mapping[str, Any]) -> AlarmFacts:
    """Return what is pushed of a row of the table `alarm`."""
    event = alarm["event"] if isinstance(alarm["event"], dict) else {}
    told = {name: _short(event[name]) for name in _OF_EVENT if event.get(name) is not None}
    objects = event.get("objects")
    told["objects"] = objects[:_MAX_OBJECTS] if isinstance(objects, list) else []
    return AlarmFacts.model_validate({**alarm, "event": told})


def body_of(alarm: Mapping[str, Any], change: AlarmChange, at: datetime) -> dict[str, Any]:
    """Return what is kept of a message until it is delivered."""
    return {"change": change.value, "at": at.isoformat(), "alarm": facts_of(alarm).model_dump(mode="json")}


def message_of(key: str, body: Mapping[str, Any], language: str) -> Message:
    """Return the message of what was kept."""
    return Message.model_validate({**body, "key": key, "language": language})


def _short(value: Any) -> Any:
    return value[:_MAX_TEXT] if isinstance(value, str) else value
