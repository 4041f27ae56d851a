"""What an edit would have done, as the host of a task found it."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from camloom.server.web import Answer, RefusedError

_MOST_ALARMS = 2000
_MOST_RULES = 500
_Text = Field(default="", max_length=200)


class _Told(Answer):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TriedAlarm(_Told):
    """An alarm that rules gave, or would have given.

    Attributes:
        place: name of the zone or line; empty if none.
        count: how often it happened, of an alarm of a template.
    """

    rule_id: str = Field(max_length=200)
    type: str = _Text
    place: str = _Text
    direction: str = _Text
    began: datetime
    ended: datetime
    value: float | None = None
    unit: str = _Text
    track_ids: tuple[int, ...] = ()
    template: str = _Text
    stage: str = _Text
    count: int = 0


class TriedPair(_Told):
    """An alarm that is kept: as it would be, as it was, and by how much later it would begin."""

    new: TriedAlarm
    old: TriedAlarm
    shift_s: float


class TriedCounts(_Told):
    """How many alarms an edit adds, removes and keeps."""

    added: int = 0
    removed: int = 0
    kept: int = 0


class TriedDifference(_Told):
    """What an edit changes; of many alarms the first 2000 of a kind are listed, all are counted."""

    counts: TriedCounts
    per_rule: dict[str, TriedCounts] = Field(default_factory=dict, max_length=_MOST_RULES)
    per_hour: dict[str, TriedCounts] = Field(default_factory=dict, max_length=24)
    added: list[TriedAlarm] = Field(default_factory=list)
    removed: list[TriedAlarm] = Field(default_factory=list)
    changed: list[TriedPair] = Field(default_factory=list)


class WhatIfAnswer(_Told):
    """What edited rules would have said.

    Attributes:
        frames, first, last: how many stored pictures were looked at, and of when; 0: nothing is stored of the time.
        left_out: rules that need what is not stored, such as the picture itself.
        difference: from the task as it is.
    """

    frames: int
    first: datetime | None = None
    last: datetime | None = None
    wall_s: float = 0.0
    left_out: list[str] = Field(default_factory=list, max_length=_MOST_RULES)
    difference: TriedDifference


def tried(answer: dict[str, Any]) -> WhatIfAnswer:
    """Return what a host found; RefusedError (502): that cannot be read."""
    difference = answer.get("difference")
    if isinstance(difference, dict):
        answer = {**answer, "difference": {key: _first_of(value) for key, value in difference.items()}}
    try:
        return WhatIfAnswer.model_validate(answer)
    except ValidationError as error:
        hint = "Its Camloom may be of another version than this server's"
        raise RefusedError(502, "host-garbled", "the answer of the host cannot be read", hint) from error


def _first_of(value: Any) -> Any:
    return value[:_MOST_ALARMS] if isinstance(value, list) else value
