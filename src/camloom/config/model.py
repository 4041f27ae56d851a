"""What everything that a user writes is made of, and how one says what is wrong with it."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

Loc = tuple[str | int, ...]
"""Where in a document: keys and positions from the top, as in `("rules", 0, "zone")`."""

_UNKNOWN_KEY = "unknown_key"
# pydantic speaks of Python's types where a user writes YAML.
_PLAIN_WORDS = {
    "missing": "is missing; it must be given",
    "tuple_type": "must be a list: [...], or lines that begin with -",
    "model_type": "must be a mapping: {key: value, ...}",
    "dict_type": "must be a mapping: {key: value, ...}",
}


class StrictModel(BaseModel):
    """Base of all that a user writes: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        """Refuse unknown keys with the name that was meant; pydantic alone says only that they are not permitted."""
        unknown = [key for key in value if key not in cls.model_fields] if isinstance(value, dict) else []
        if unknown:
            raise refusal([unknown_key((str(key),), str(key), cls.model_fields) for key in unknown])
        return value


Complaint = tuple[Loc, str, str]
"""Where something is wrong, the kind of mistake, and what is wrong in words."""


def complaint(loc: Loc, text: str) -> Complaint:
    """Return a complaint about the value at a place."""
    return loc, "refused", text


def unknown_key(loc: Loc, key: str, known: Iterable[str]) -> Complaint:
    """Return a complaint about a key that nothing has; the nearest known one is suggested."""
    return loc, _UNKNOWN_KEY, f"unknown key. {suggestion(key, known)}"


def refusal(complaints: Sequence[Complaint]) -> ValidationError:
    """Return the error for a validator to raise; places count from the value that the validator looks at."""
    details = [
        InitErrorDetails(type=PydanticCustomError(kind, "{text}", {"text": text}), loc=loc, input=None)  # type: ignore[arg-type,unused-ignore]
        for loc, kind, text in complaints
    ]
    return ValidationError.from_exception_data("refused", details)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the nearest of the known names as a question, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(names) or 'none'}"


def complaints_of(error: ValidationError) -> list[Complaint]:
    """Return everything that is wrong, in the user's words."""
    return [
        (problem["loc"], problem["type"], _words(problem["type"], problem["msg"]))
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def is_about_key(kind: str) -> bool:
    """Tell whether a mistake of this kind is in the key and not in its value."""
    return kind == _UNKNOWN_KEY


def in_words(one: Complaint) -> str:
    """Return a complaint as one line with its place: `rules.0.zone: ...`."""
    loc, _, text = one
    place = ".".join(str(part) for part in loc)
    return f"{place}: {text}" if place else text


def first_problem(error: ValidationError) -> str:
    """Return the first problem of a validation in one line, with the place: `rules.0.zone: ...`."""
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return in_words(complaints_of(error)[0]) + more


def _words(kind: str, message: str) -> str:
    if kind in _PLAIN_WORDS:
        return _PLAIN_WORDS[kind]
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
