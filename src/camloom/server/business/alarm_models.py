"""What is said of alarms over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from camloom.server.business.event_document import Severity
from camloom.server.business.event_shape import EventGate
from camloom.server.web import Answer, Asked

Handling = Literal["new", "acknowledged", "closed"]
Verdict = Literal["true", "false"]
AlarmId = Annotated[str, Field(min_length=1, max_length=26)]
_Some = Annotated[list[AlarmId], Field(max_length=200)]


class AlarmQuery(Asked):
    """Which alarms; what is left out does not matter. Several values of one kind: any of them."""

    since: datetime | None = Field(default=None, description="began at this time or later")
    until: datetime | None = Field(default=None, description="began before this time")
    camera: _Some = Field(default_factory=list)
    group: _Some = Field(default_factory=list)
    template: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=100)
    severity: list[Severity] = Field(default_factory=list, max_length=4)
    handling: list[Handling] = Field(default_factory=list, max_length=3)
    verdict: list[Verdict] = Field(default_factory=list, max_length=2)
    assignee: AlarmId | None = None
    text: Annotated[str, Field(max_length=100)] = Field(
        default="",
        description="in name, camera, zone, template or rule; looks back 31 days where no `since` is given",
    )
    quiet: bool = Field(default=False, description="those that policies keep quiet, instead of those that are shown")
    merged_into: AlarmId | None = Field(default=None, description="those that are part of this one, instead")

    @field_validator("since", "until")
    @classmethod
    def _zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, such as 2026-11-29T08:00:00Z")
        return value


class AlarmPage(AlarmQuery):
    """A page of a list of alarms."""

    limit: int = Field(default=50, ge=1, le=200)
    after: Annotated[str | None, Field(max_length=512)] = Field(default=None, description="`next` of the page before")


class AlarmSummary(Answer):
    """An alarm in a list.

    Attributes:
        began_at, ended_at: by the clock of the host; ended_at None: it lasts.
        received_at: by the clock of this server.
        count: how many joined, merged incidents included.
        happened: how many joined its own incident; where that is less than `count`, others are part of it.
        picture, clip: ids of media; None: there is none, or not yet.
        change: number of its last change; rises over all alarms.
    """

    id: str
    camera_id: str
    camera_name: str
    camera_group_id: str | None
    host_id: str
    task_id: str
    rule_id: str
    template: str
    name: dict[str, str]
    severity: Severity
    stage: str
    zone: str
    began_at: datetime
    ended_at: datetime | None
    received_at: datetime
    updated_at: datetime
    count: int
    happened: int
    handling: Handling
    verdict: Verdict | None
    assignee_id: str | None
    quiet_reason: str
    merged_into: str | None
    escalated_at: datetime | None
    picture: str | None = None
    clip: str | None = None
    change: int


class AlarmEvent(Answer):
    """One event of an alarm.

    Attributes:
        document: as its host told it, a `HostEvent`; where that is damaged or of another version, whatever there is.
    """

    id: str
    at: datetime
    phase: str
    document: dict[str, Any]


class AlarmMedia(Answer):
    """A picture or clip of an alarm.

    Attributes:
        state: pending (in the making), waiting (to be copied), there, missing (will never come), expired.
    """

    id: str
    event_id: str
    kind: str
    state: str
    sha256: str
    size_bytes: int
    created_at: datetime


class AlarmNote(Answer):
    """Something that somebody did with an alarm, or wrote about it."""

    id: str
    account_id: str | None
    account_name: str
    at: datetime
    action: str
    text: str


class AlarmDetail(AlarmSummary):
    """All that is known of an alarm; of long lists, the newest.

    Attributes:
        why: the gates that its most telling event passed.
        event: that event, a `HostEvent`.
        merged: how many others are part of it; list them with `merged_into`.
        policy: name of the policy that decided.
    """

    why: list[EventGate]
    event: dict[str, Any]
    events: list[AlarmEvent]
    media: list[AlarmMedia]
    notes: list[AlarmNote]
    merged: int
    policy: str | None
    assignee: str | None


class AlarmAction(Asked):
    """What to do with an alarm.

    Attributes:
        text: of a note, or a remark to anything else.
        assignee_id: for `assign`; None: nobody.
    """

    action: Literal["acknowledge", "true", "false", "close", "reopen", "assign", "note"]
    text: Annotated[str, Field(max_length=4000)] = ""
    assignee_id: AlarmId | None = None


class BulkAction(AlarmAction):
    """The same for many alarms."""

    ids: list[AlarmId] = Field(min_length=1, max_length=500)


class BulkResult(Answer):
    """What came of it: those that are not there, or not for the caller to know of, are left out."""

    done: list[str]


class Assignee(Answer):
    """Somebody whom alarms may be given to."""

    id: str
    name: str
