"""Whoever asks."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, true


class Role(IntEnum):
    """What an account may do; each may do what those before it may."""

    VIEWER = 1
    """looks at cameras and alarms of its groups"""
    OPERATOR = 2
    """handles alarms, arms and disarms, of its groups"""
    ADMINISTRATOR = 3
    """sets up everything"""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks, as a session or a key proved it.

    Attributes:
        groups: camera groups that it sees, those below them included; None: all, and cameras of no group.
        key_id: of the API key, if it is one that asks.
    """

    account_id: str
    name: str
    role: Role
    groups: frozenset[str] | None
    key_id: str | None = None

    def sees(self, camera_group_id: str | None) -> bool:
        """Tell whether it may know of a camera or alarm of a group."""
        return self.groups is None or camera_group_id in self.groups

    def scope(self, camera_group_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition of SQL that leaves only what it may know of."""
        return true() if self.groups is None else camera_group_id.in_(sorted(self.groups))
