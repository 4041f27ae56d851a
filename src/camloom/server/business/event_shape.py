"""What events look like to whoever reads them: `camloom.event/1`, as hosts tell it and the server keeps it.

Nothing is checked with it on the way in (see `event_document`): a host of another version may say less, or more.
"""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from camloom.server.business.event_document import Severity
from camloom.server.web import Answer


class EventGate(Answer):
    """A condition that an event passed.

    Attributes:
        unit: of value, threshold and margin; empty: a plain number.
    """

    name: str
    value: float = Field(allow_inf_nan=False)
    threshold: float = Field(allow_inf_nan=False)
    margin: float | None = Field(default=None, allow_inf_nan=False)
    unit: str = ""


class EventAttribute(Answer):
    """What a model read of an object."""

    name: str
    value: str
    confidence: float | None
    model: str


class EventObject(BaseModel):
    """An object that took part in an event.

    Attributes:
        xyxy_px: left, top, right, bottom, in px of the frame.
        attributes: left out where no model reads crops.
    """

    model_config = ConfigDict(frozen=True)

    track_id: int
    class_name: str
    confidence: float | None
    xyxy_px: tuple[float, float, float, float]
    attributes: list[EventAttribute] = []


class HostEvent(BaseModel):
    """A fact that a rule saw: `document` and `event` of alarms. From `template` on: of the alarm that it belongs to.

    Attributes:
        pts_s: seconds on the clock of the stream.
        media: where its files are, by kind, in the folder of its task on its host.
        detail: in words what the numbers do not say; left out where there is nothing.
        reason: short code of events about a source.
        name: by language.
    """

    model_config = ConfigDict(frozen=True)

    # That is what the key is called.
    schema_: Literal["camloom.event/1"] = Field(alias="schema")
    id: str
    type: str
    source_id: str
    rule_id: str
    phase: Literal["start", "update", "end", "instant"]
    incident_id: str
    occurred_at: AwareDatetime
    pts_s: float | None
    track_ids: list[int]
    objects: list[EventObject]
    zone: str
    direction: str
    value: float | None
    unit: str
    why: list[EventGate]
    media: dict[str, str]
    detail: str = ""
    reason: str = ""
    template: str = ""
    name: dict[str, str] = {}
    severity: Severity | Literal[""] = ""
    stage: str = ""
    count: int = 0
    ongoing: int = 0
    change: Literal["", "stage", "joined", "left"] = ""
