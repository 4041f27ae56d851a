"""What a validation found wrong, as it is told: with a code, for consoles that speak other languages."""

from collections.abc import Mapping
from typing import Any, LiteralString

from pydantic_core import ErrorDetails, PydanticCustomError

from camloom.server.web.errors import Problem

_LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length")


def problem_of(found: ErrorDetails, message: str, path: list[str | int]) -> Problem:
    """Return a problem.

    Args:
        found: as pydantic tells it, with its context.
        message: what is told of it in English.
        path: where it is told to be.
    """
    return Problem(path=path, message=message, code=_code_of(found["type"]), limit=_limit_of(found.get("ctx", {})))


def wrong(code: LiteralString, text: str) -> PydanticCustomError:
    """Return the error for a validator to raise, with a code of its own, such as `robot_token`."""
    return PydanticCustomError(code, "{text}", {"text": text})


def _code_of(kind: str) -> str:
    """Return the kind of a mistake as codes are written: `string_too_long` is `string-too-long`."""
    return kind.replace("_", "-")


def _limit_of(context: Mapping[str, Any]) -> float | None:
    found = next((context[name] for name in _LIMITS if name in context), None)
    return found if isinstance(found, int | float) else None
