"""How a check ends when it does not pass."""

from camloom.errors import CamloomError


class CheckError(CamloomError):
    """The promise is not kept; the message says how."""


class NotApplicableError(CamloomError):
    """The promise cannot be tried here; the message says why."""
