"""Who may do what: accounts, sessions, keys, roles, and the log of what they did."""

from camloom.server.access.guards import Administrator, Operator, Viewer
from camloom.server.access.principal import Principal, Role

__all__ = ["Administrator", "Operator", "Principal", "Role", "Viewer"]
