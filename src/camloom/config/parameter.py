"""One thing that a user may set in an alarm."""

import re
from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, model_validator

from camloom.config.model import StrictModel, suggestion

_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")

Kind = Literal["number", "integer", "switch", "choice", "labels", "attribute", "zone", "line", "box", "time"]


class Bilingual(StrictModel):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Parameter(StrictModel):
    """One thing that a user may set, with its unit and bounds.

    Without a default it must be given, unless it is `optional`: then the rule's own default holds.
    """

    kind: Kind = "number"
    unit: str = Field(default="", description="of a number: s, people, share of the picture's height")
    minimum: float | None = Field(default=None, description="least value of a number")
    maximum: float | None = Field(default=None, description="greatest value of a number")
    choices: tuple[str, ...] = Field(default=(), description="the words that a choice may be")
    default: Any = Field(default=None, description="value when the user says nothing")
    optional: bool = Field(default=False, description="may be left out although it has no default")
    description: Bilingual

    @model_validator(mode="after")
    def _makes_sense(self) -> "Parameter":
        if self._is_number and (self.minimum is None or self.maximum is None):
            raise ValueError(f"a parameter of the kind '{self.kind}' needs `minimum` and `maximum`")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"contradictory bounds: minimum {self.minimum:g} is above maximum {self.maximum:g}")
        if self.kind == "choice" and not self.choices:
            raise ValueError("a choice needs `choices`")
        if self.default is not None and (wrong := self.check(self.default)):
            raise ValueError(f"the default {wrong}")
        return self

    @property
    def required(self) -> bool:
        """Whether the user must give it."""
        return self.default is None and not self.optional

    @property
    def _is_number(self) -> bool:
        return self.kind in ("number", "integer")

    def check(self, value: Any) -> str:
        """Return what is wrong with a value, in words that follow its name; empty: nothing."""
        if self._is_number:
            return self._check_number(value)
        if self.kind in _SHAPES:
            fits, what = _SHAPES[self.kind]
            return "" if fits(value) else f"must be {what}, not {value!r}"
        if not isinstance(value, str) or not value:
            return f"must be one word, not {value!r}"
        return "" if value in self.choices else f"is '{value}'. {self._suggest(value)}"

    def json_schema(self) -> dict[str, Any]:
        """Return JSON Schema of its values."""
        schema: dict[str, Any] = {"type": _JSON_TYPE[self.kind]}
        if self.kind in ("zone", "line"):
            schema = {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
        if self.kind == "labels":
            schema |= {"items": {"type": "string"}, "minItems": 1}
        if self.kind == "box":
            schema |= {"items": {"type": "number", "minimum": 0, "maximum": 1}, "minItems": 4, "maxItems": 4}
        if self.kind == "time":
            schema |= {"pattern": _TIME.pattern}
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "default": self.default, "enum": list(self.choices)}
        schema |= {key: value for key, value in bounds.items() if value not in (None, [])}
        unit = f" [{self.unit}]" if self.unit else ""
        return schema | {"description": f"{self.description.en}{unit} / {self.description.zh}"}

    def _check_number(self, value: Any) -> str:
        kinds = int if self.kind == "integer" else int | float
        if isinstance(value, bool) or not isinstance(value, kinds):
            what = "a whole number" if self.kind == "integer" else "a number"
            return f"must be {what}{self._of_unit()}, not {value!r}"
        assert self.minimum is not None
        assert self.maximum is not None
        if not self.minimum <= value <= self.maximum:
            return f"is {value:g}; it must be between {self.minimum:g} and {self.maximum:g}{self._of_unit()}"
        return ""

    def _of_unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _suggest(self, value: str) -> str:
        return suggestion(value, self.choices)


def names_of(value: Any) -> list[Any]:
    """Return the places that a setting names: one, or several in a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _are_words(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, str) for item in value)


def _are_places(value: Any) -> bool:
    names = names_of(value)
    return _are_words(names) and "" not in names and len(set(names)) == len(names)


def _is_box(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 4:
        return False
    if any(isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1 for share in value):
        return False
    return bool(value[0] < value[2] and value[1] < value[3])


def _is_attribute(value: Any) -> bool:
    return isinstance(value, str) and "=" in value and all(part.strip() for part in value.split("=", 1))


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and _TIME.match(value) is not None


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "switch": (lambda value: isinstance(value, bool), "true or false"),
    "labels": (_are_words, "a list of class names, such as [person]"),
    "box": (_is_box, "[x0, y0, x1, y1], shares 0 to 1 of the picture"),
    "attribute": (_is_attribute, "an attribute and its value, such as colour=red"),
    "time": (_is_time, "a time of day, such as '04:00'"),
    "zone": (_are_places, "the name of a zone, or a list of names"),
    "line": (_are_places, "the name of a line, or a list of names"),
}
_JSON_TYPE = {
    "number": "number",
    "integer": "integer",
    "switch": "boolean",
    "choice": "string",
    "labels": "array",
    "attribute": "string",
    "zone": "string",
    "line": "string",
    "box": "array",
    "time": "string",
}
