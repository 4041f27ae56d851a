"""Who else wants to hear of alarms, inside the transaction that changes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection


class AlarmChange(StrEnum):
    """What has become of an alarm that people see."""

    RAISED = "raised"
    """it is shown for the first time"""
    UPDATED = "updated"
    """one more joined, or something of it has changed that is not worse"""
    WORSENED = "worsened"
    """its severity rose"""
    ENDED = "ended"
    ESCALATED = "escalated"
    """nobody has acknowledged it in time"""
    ACKNOWLEDGED = "acknowledged"
    JUDGED = "judged"
    CLOSED = "closed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    NOTED = "noted"


class Outbox(Protocol):
    """Called in the transaction of the change: what it writes is kept together with the change, or not at all."""

    def __call__(
        self,
        connection: Connection,
        alarm: Mapping[str, Any],
        change: AlarmChange,
        targets: tuple[str, ...] = (),
    ) -> None:
        """Take a change.

        Args:
            connection: to write with; it must not be ended here.
            alarm: the row of the table `alarm` as it is now.
            change: what has become of it.
            targets: only these pushes; empty: all that want it.
        """


def no_outbox(
    connection: Connection, alarm: Mapping[str, Any], change: AlarmChange, targets: tuple[str, ...] = ()
) -> None:
    """Tell nobody."""
    del connection, alarm, change, targets
