"""The document of an event, as far as alarms need it. It comes from a host: nothing of it is believed unseen."""

import json
import math
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from camloom.errors import ServerError

MAX_BYTES = 128 * 1024
_MAX_DEPTH = 12
# The clock of a host may be off by decades; what no clock shows could not be read back from the database.
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

Severity = Literal["info", "minor", "major", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "minor", "major", "critical")
CAMERA = "camera"
"""The template of alarms about a camera or its host themselves."""

_SYSTEM_RULE = "system"
_ULID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
_CONDITIONS: dict[str, Severity] = {
    "offline": "major",
    "disabled": "major",
    "degraded": "minor",
    "online": "info",
    "connecting": "info",
}


class EventDocument(BaseModel):
    """What is used of `camloom.event/1`; the rest is kept and shown as it came.

    Attributes:
        raw: the whole document, cleaned of what a database or a browser cannot take.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(pattern=_ULID)]
    type: Annotated[str, Field(min_length=1, max_length=64)]
    rule_id: Annotated[str, Field(max_length=128)]
    source_id: Annotated[str, Field(max_length=128)] = ""
    phase: Literal["start", "update", "end", "instant"]
    incident_id: Annotated[str, Field(max_length=64)] = ""
    occurred_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, lt=_LATEST)]
    zone: Annotated[str, Field(max_length=128)] = ""
    direction: Annotated[str, Field(max_length=16)] = ""
    reason: Annotated[str, Field(max_length=64)] = ""
    detail: Annotated[str, Field(max_length=4000)] = ""
    template: Annotated[str, Field(max_length=64)] = ""
    name: dict[Annotated[str, Field(max_length=16)], Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=8
    )
    severity: Severity | Literal[""] = ""
    stage: Annotated[str, Field(max_length=64)] = ""
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    change: Annotated[str, Field(max_length=16)] = ""
    objects: Annotated[list[Any], Field(max_length=1000)] = Field(default_factory=list)
    raw: dict[str, Any]

    @property
    def condition(self) -> str:
        """Of the source, if that is what it is about; else empty."""
        word = self.type.removeprefix("source.")
        return word if word != self.type and word in _CONDITIONS else ""

    @property
    def kind(self) -> str:
        """What the alarm is called: its template, `camera`, or the type of a rule that has no template."""
        if self.condition or (self.rule_id == _SYSTEM_RULE and not self.template):
            return CAMERA
        return self.template or self.type

    @property
    def weight(self) -> Severity:
        """How bad it is, also where no template says so."""
        if self.severity:
            return self.severity
        if self.condition:
            return _CONDITIONS[self.condition]
        return "info" if self.type.endswith(".online") else "minor"

    @property
    def incident(self) -> str:
        """What it belongs to; by itself if nothing is said."""
        return self.incident_id or self.id


def read_event(document: dict[str, Any]) -> EventDocument:
    """Return an event of a host.

    Raises:
        ServerError: it is not one; the message says what is wrong with it.
    """
    clean = _clean(document, 0)
    if len(json.dumps(clean)) > MAX_BYTES:
        raise ServerError(f"an event has more than {MAX_BYTES} bytes")
    return kept_event(clean)


def kept_event(document: dict[str, Any]) -> EventDocument:
    """Return an event as it was kept: it has been cleaned.

    Raises:
        ServerError: it is none.
    """
    try:
        return EventDocument.model_validate({**document, "raw": document})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ServerError(f"an event cannot be understood: {place}: {first['msg']}") from error


def _clean(value: Any, depth: int) -> Any:
    """Return plain data without NUL, halves of characters, NaN and endless depth: none of these can be kept."""
    if depth > _MAX_DEPTH:
        raise ServerError("an event is nested too deeply")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def clean_text(text: str) -> str:
    """Return a text that every database and browser can take."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
