"""Who may do what: accounts, sessions, keys, roles, and the log of what they did."""

from camloom.server.access.principal import Principal, Role

__all__ = ["Principal", "Role"]
