"""What goes in and out: the bases of all models of the API, and text from strangers."""

import unicodedata
from contextlib import suppress
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from camloom.config import StrictModel

_DEEPEST = 32
_Told = TypeVar("_Told", bound=BaseModel)


class Asked(StrictModel):
    """Base of what callers send: unknown keys are errors, and so is text that no database can keep."""

    @model_validator(mode="before")
    @classmethod
    def _keepable(cls, value: Any) -> Any:
        _refuse_unkeepable(value, _DEEPEST)
        return value


class Answer(BaseModel):
    """Base of what callers get; it can be made from a row. Fields that have a default are always sent, too."""

    model_config = ConfigDict(frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True)


def those_that_fit(model: type[_Told], told: Any) -> list[_Told]:
    """Return what a host told as models; what is no list is empty, and what does not fit is left out."""
    found = []
    for one in told if isinstance(told, list) else ():
        with suppress(ValidationError):
            found.append(model.model_validate(one))
    return found


def _refuse_unkeepable(value: Any, deeper: int) -> None:
    """Raise ValueError for NUL, half characters and nesting without end anywhere in a document."""
    if isinstance(value, str):
        if unkeepable(value):
            raise ValueError("must not hold NUL or half of a character")
        return
    if not isinstance(value, dict | list):
        return
    if not deeper:
        raise ValueError("is nested too deeply")
    for part in [*value, *value.values()] if isinstance(value, dict) else value:
        _refuse_unkeepable(part, deeper - 1)


def unkeepable(text: str) -> bool:
    """Tell whether a text holds what PostgreSQL or UTF-8 cannot."""
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def plain_name(text: str) -> str:
    """Return a name in its usual form, without blanks around it.

    ValueError: it is empty, or holds control characters or those that turn the direction of text, with which a name
    could look like another. Everything else is text and stays as it is; who shows it escapes it.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise ValueError("must not be empty")
    if any(_misleads(character) for character in name):
        raise ValueError("must not hold control characters")
    return name


def _misleads(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(character) in {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }


PlainName = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(plain_name)]
"""A name that people give something: any script, one line, no tricks."""
