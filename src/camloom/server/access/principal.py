"""Whoever asks."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, true

RoleWord = Literal["viewer", "operator", "administrator"]


class Role(IntEnum):
    """What an account may do; each may do what those before it may."""

    VIEWER = 1
    """looks at cameras and alarms of its groups"""
    OPERATOR = 2
    """handles alarms, arms and disarms, of its groups"""
    ADMINISTRATOR = 3
    """sets up everything"""

    @property
    def word(self) -> RoleWord:
        """As it is kept and shown."""
        return _WORDS[self]


_WORDS: dict[Role, RoleWord] = {
    Role.VIEWER: "viewer",
    Role.OPERATOR: "operator",
    Role.ADMINISTRATOR: "administrator",
}
ROLES = {word: role for role, word in _WORDS.items()}
"""The roles by their words."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks, as a session or a key proved it.

    Attributes:
        groups: camera groups that it sees, those below them included; None: all, and cameras of no group.
        key_id: of the API key, if it is one that asks.
        address: from where it asks.
    """

    account_id: str
    name: str
    role: Role
    groups: frozenset[str] | None
    key_id: str | None = None
    address: str = ""

    def sees(self, camera_group_id: str | None) -> bool:
        """Tell whether it may know of a camera or alarm of a group."""
        return self.groups is None or camera_group_id in self.groups

    def scope(self, camera_group_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition of SQL that leaves only what it may know of."""
        return true() if self.groups is None else camera_group_id.in_(sorted(self.groups))
