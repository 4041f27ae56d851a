"""What is said about a task, both ways."""

from datetime import datetime
from typing import Annotated, Any, NotRequired

from pydantic import AwareDatetime, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from camloom.exchange import TaskStatus
from camloom.geometry import Anchor
from camloom.server.web import Answer, Asked, PlainName, Problem
from camloom.server.week import Week

Document = Annotated[dict[str, Any], Field(description="a task without id, source and sinks; see /task-schema")]
_LONGEST_DAYS = 31


Point = tuple[float, float]
"""x and y, as shares of the picture."""


class TaskZone(TypedDict):
    """A polygon on the picture."""

    name: str
    vertices: list[Point]
    anchor: NotRequired[Anchor]


class TaskLine(TypedDict):
    """A directed line on the picture; side A is on the right hand when looking from start to end."""

    name: str
    start: Point
    end: Point
    anchor: NotRequired[Anchor]


class TaskAlarm(TypedDict):
    """An alarm of a task: a template and its settings, as many as that has; two of one have ids of their own."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]  # pydantic's own way for these

    template: str
    id: NotRequired[str]


class TaskReader(TypedDict):
    """A model that reads the crops of what the first one found."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    model: str


class TaskDocument(TypedDict, total=False):
    """What `document` of a task is, as far as it is the same for all; it says as little as it needs to.

    An alarm may be just the name of its template. Nothing is checked with this: `/task-schema` is all of it, with the
    plug-ins and templates of a machine.
    """

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    model: str
    analysis_fps: float | None
    zones: list[TaskZone]
    lines: list[TaskLine]
    alarms: list[TaskAlarm | str]
    rules: list[Any]
    secondary: list[TaskReader]


class TaskIn(Asked):
    """A task as somebody sets it up.

    Attributes:
        document: a `TaskDocument`: model, analysis_fps, zones, lines, alarms ...: docs/rules.md.
        schedule: when it runs, by the clock of the site; empty: always.
    """

    name: PlainName
    camera_id: str = Field(max_length=26)
    document: Document = Field(default_factory=dict)
    schedule: Week = ()
    enabled: bool = True


class TaskOut(Answer):
    """A task.

    Attributes:
        document: a `TaskDocument`.
        revision: rises with every edit, of its camera's source too.
        runs_now: whether it is to run at this moment: it and its camera are on, and the schedule says so.
        status: as its host says; of an older revision while an edit is on its way.
        warnings: in words, such as that the host has no room for it.
    """

    id: str
    name: str
    camera_id: str
    host_id: str
    enabled: bool
    revision: int
    document: dict[str, Any]
    schedule: Week
    created_at: datetime
    updated_at: datetime
    runs_now: bool
    status: TaskStatus
    warnings: list[str] = Field(default_factory=list)


class TaskCheck(Asked):
    """A document to look through without keeping it."""

    camera_id: str = Field(max_length=26)
    document: Document


class CheckAnswer(Answer):
    """Everything that is wrong, each with its place in the document; empty: nothing."""

    problems: list[Problem]


class WhatIf(Asked):
    """An edit to try on what was seen before."""

    document: Document
    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _is_a_span(self) -> "WhatIf":
        if not self.since < self.until or (self.until - self.since).days >= _LONGEST_DAYS:
            raise ValueError(f"must be a span of at most {_LONGEST_DAYS} days")
        return self


class TaskCopy(Asked):
    """Where zones and lines are copied to.

    Attributes:
        alarms: copy the whole task, off; else its zones and lines go into the tasks that the cameras have.
    """

    camera_ids: list[Annotated[str, Field(max_length=26)]] = Field(min_length=1, max_length=200)
    alarms: bool = False


class CopyAnswer(Answer):
    """The tasks that were changed or made."""

    task_ids: list[str]
