"""The numbers in a rule's settings, as its pydantic `Config` declares them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType
from typing import Any, TypeVar, get_args

import annotated_types
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

Config = TypeVar("Config", bound=BaseModel)
Path = tuple[str, ...]
_STEP = 1e-3
# Another value of these makes another rule of it.
_MEANING = frozenset({"on", "type"})


@dataclass(frozen=True, slots=True)
class Number:
    """A setting that is a number.

    Attributes:
        path: where it stands, such as `("gate", "cooldown_s")`.
        least, most: its bounds, themselves allowed; None: it has none.
        whole: an integer.
    """

    path: Path
    value: float
    least: float | None
    most: float | None
    whole: bool

    @property
    def name(self) -> str:
        """As a user writes it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting that is no number, with another value that may let a rule speak.

    Attributes:
        words: what that value means.
    """

    path: Path
    value: Any
    words: str


def numbers(config: BaseModel, prefix: Path = ()) -> Iterator[Number]:
    """Yield the numbers in a configuration, those of nested ones included, in the order of their fields."""
    for name, field in type(config).model_fields.items():
        value = getattr(config, name)
        if isinstance(value, BaseModel):
            yield from numbers(value, (*prefix, name))
        elif (kind := _number_kind(field.annotation)) is not None and isinstance(value, int | float):
            least, most = _bounds(field, 1 if kind is int else min(_STEP, abs(value) / 100 or _STEP))
            yield Number((*prefix, name), value, least, most, kind is int)


def switches(config: BaseModel) -> Iterator[Switch]:
    """Yield other values of what is no number: any class, armed, at any time, any other choice."""
    if getattr(config, "classes", ()):
        yield Switch(("classes",), (), "any class")
    gate = getattr(config, "gate", None)
    if getattr(gate, "armed", True) is False:
        yield Switch(("gate", "armed"), True, "armed")
    if getattr(gate, "schedule", ()):
        yield Switch(("gate", "schedule"), (), "no schedule")
    for name in type(config).model_fields:
        value = getattr(config, name)
        if isinstance(value, Enum) and name not in _MEANING:
            yield from (Switch((name,), one, f"{name} {one.value}") for one in type(value) if one is not value)


def changed(config: Config, changes: Mapping[Path, Any]) -> Config | None:
    """Return a configuration with other values; None if it refuses them."""
    settings = config.model_dump(exclude_unset=True)
    for path, value in changes.items():
        inner = settings
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    try:
        return type(config).model_validate(settings)
    except ValidationError:
        return None


def _number_kind(annotation: Any) -> type | None:
    """Return int or float for what takes just a number, or a number or nothing."""
    kinds = set(get_args(annotation) or (annotation,)) - {NoneType}
    if kinds == {int}:
        return int
    return float if kinds in ({float}, {int, float}) else None


def _bounds(field: FieldInfo, step: float) -> tuple[float | None, float | None]:
    """Return the least and the most that a field takes; an open bound is kept a step away."""
    least: float | None = None
    most: float | None = None
    for one in field.metadata:
        match one:
            case annotated_types.Ge(ge=int() | float() as bound):
                least = bound
            case annotated_types.Gt(gt=int() | float() as bound):
                least = bound + step
            case annotated_types.Le(le=int() | float() as bound):
                most = bound
            case annotated_types.Lt(lt=int() | float() as bound):
                most = bound - step
    return least, most
