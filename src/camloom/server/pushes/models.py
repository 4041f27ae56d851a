"""What goes in and out about pushes."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from camloom.server.pushes.matching import ChangeWord, PushMatch
from camloom.server.web import Answer, Asked, PlainName

DeliveryState = Literal["waiting", "delivered", "refused", "lost"]


class PushForm(Asked):
    """A target as people write it.

    Attributes:
        settings: of its kind, see `GET /pushes/kinds`; a mask stands for a secret that stays as it is.
        match: None: all alarms, of the changes that the kind is made for.
    """

    kind: str = Field(min_length=1, max_length=32)
    name: PlainName
    enabled: bool = True
    language: Literal["zh", "en"] = "zh"
    settings: dict[str, Any] = Field(max_length=50)
    match: PushMatch | None = None


class PushHealth(Answer):
    """How a target is.

    Attributes:
        waiting: deliveries that are not delivered yet.
        lost: how many were given up in all: too old, or too many waited.
        next_at: when the next one is tried.
    """

    id: str
    kind: str
    name: str
    enabled: bool
    failing_since: datetime | None
    last_error: str
    last_ok_at: datetime | None
    waiting: int
    lost: int
    next_at: datetime | None


class PushTarget(PushHealth):
    """A target; its secrets are masked."""

    language: str
    settings: dict[str, Any]
    match: PushMatch


class PushKindAnswer(Answer):
    """A kind of target.

    Attributes:
        summary: what it is.
        secrets: names of the settings that are never shown again.
        destination: settings that say to whom secrets are shown: a change of one needs the secrets again.
        changes: of what such a target is told unless somebody says otherwise.
        settings_schema: JSON Schema of its settings, see `FormSchema`.
        unavailable: why it cannot be used here; empty: it can.
    """

    kind: str
    summary: str
    secrets: list[str]
    destination: list[str]
    changes: list[ChangeWord]
    settings_schema: dict[str, Any]
    unavailable: str


class PushDelivery(Answer):
    """One thing to tell one target."""

    id: str
    key: str
    alarm_id: str | None
    change: str
    camera_name: str
    alarm_name: dict[str, str]
    state: DeliveryState
    created_at: datetime
    due_at: datetime
    attempts: int
    delivered_at: datetime | None
    last_error: str


class PushDeliveryDetail(PushDelivery):
    """One thing to tell one target, with what is told.

    Attributes:
        document: as programs get it, a `PushedEvent` without picture; people get `title`, `text` and `link` of its
            `data`.
    """

    document: dict[str, Any]


class PushTrial(Asked):
    """Settings to be tried out before they are kept.

    Attributes:
        push_id: the target whose secrets masks stand for; None: a new one.
    """

    kind: str = Field(min_length=1, max_length=32)
    language: Literal["zh", "en"] = "zh"
    settings: dict[str, Any] = Field(max_length=50)
    push_id: str | None = Field(default=None, max_length=26)


class PushTest(Answer):
    """What became of a test message."""

    ok: bool
    message: str


class Replay(Asked):
    """Which deliveries of a span are sent again, under the same keys."""

    since: AwareDatetime
    until: AwareDatetime
    states: list[Literal["delivered", "refused", "lost"]] = Field(
        default=["refused", "lost", "delivered"], min_length=1, max_length=3
    )


class Replayed(Answer):
    """How many deliveries wait again."""

    deliveries: int
