"""What the sockets of the live view say, for those who read it: docs/live.md. Nothing of it is looked into here."""

from typing import Literal

from camloom.server.web import Answer

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture."""


class LiveObject(Answer):
    """Something that was found on a frame, and goes by the same number on others."""

    track_id: int
    class_name: str
    confidence: float
    box: Box


class LiveAlarm(Answer):
    """An alarm that lasts at this frame, or has just happened.

    Attributes:
        severity: empty of a rule without a template.
        zone: name of the zone or line; empty: none.
        box: of the first of its objects; None: it has none.
    """

    rule_id: str
    severity: Literal["", "info", "minor", "major", "critical"]
    zone: str
    box: Box | None


class LiveLook(Answer):
    """What was found on one analysed frame: a line of `/live/{camera_id}/boxes`.

    Attributes:
        pts_ms: of the picture that it belongs to, on the clock of the stream.
    """

    pts_ms: int
    objects: list[LiveObject]
    alarms: list[LiveAlarm]


class LiveClock(Answer):
    """What 0 of the pictures is on the clock of the stream."""

    base_ms: float


class LiveScript(Answer):
    """The script tag with which the FLV of `/live/{camera_id}/flv` begins."""

    onCamloom: LiveClock  # noqa: N815  # as players call what they find there
