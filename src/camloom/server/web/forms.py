"""JSON Schema, as far as forms are made of it: of rules, of tasks, of targets of pushes."""

from typing import Any

from typing_extensions import TypedDict


class FormProperty(TypedDict, total=False):
    """One thing that can be set; what may be left out is said as `anyOf` with null."""

    type: str | list[str]
    format: str
    enum: list[Any]
    const: Any
    anyOf: list["FormProperty"]
    default: Any
    minimum: float
    maximum: float
    exclusiveMinimum: float
    exclusiveMaximum: float
    minLength: int
    maxLength: int
    title: str
    description: str


class FormSchema(TypedDict, total=False):
    """What `form` of a template, `settings_schema` of a kind of push and `/task-schema` are; they say more."""

    properties: dict[str, FormProperty]
    required: list[str]
