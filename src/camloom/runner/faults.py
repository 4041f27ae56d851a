"""What went wrong with a stream, as it may be told."""

from camloom.errors import CamloomError, SourceError
from camloom.redaction import unexpected

_MOST_CHARACTERS = 300


def line_of(error: Exception) -> str:
    """Return one line free of secrets, whoever raised it: a stranger's part may name the address, password and all."""
    if isinstance(error, CamloomError):
        return str(error)
    return " ".join(f"unexpected {unexpected(error)}".split())[:_MOST_CHARACTERS]


def reason_of(error: Exception) -> str:
    """Return a code for the state of the camera: that of the source, else `failed`."""
    return error.reason if isinstance(error, SourceError) else "failed"
