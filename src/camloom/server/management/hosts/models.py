"""Which models hosts have, as they say themselves."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from camloom.exchange import CommandKind
from camloom.server.clock import Clock
from camloom.server.management.asking import HostLine

_FRESH = timedelta(minutes=1)
_PATIENCE_S = 10.0
_MOST = 500


class Tried(BaseModel):
    """What a model found the last time that it was tried on a picture that everybody may see.

    Attributes:
        ms: how long a run took on this host, as busy as it was then; None: it was not measured.
        found: in short lines.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    runtime: str = Field(default="", max_length=64)
    ms: float | None = None
    found: tuple[str, ...] = Field(default=(), max_length=64)


class ModelOnHost(BaseModel):
    """A model card of a host, as far as people choose by it.

    Attributes:
        imported: whether it came to the host from outside.
        task: detection, faces, pose, segmentation; or of crops: classification, attributes, embedding ...
        says: attributes that it reads of crops, with their values.
        measured: what was measured with it.
        tried: None: it was not.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(max_length=64)
    version: str = Field(default="1", max_length=64)
    task: str = Field(default="detection", max_length=32)
    family: str = Field(default="", max_length=64)
    summary: str = Field(default="", max_length=1000)
    licence: str = Field(default="", max_length=200)
    class_names: tuple[str, ...] = Field(default=(), max_length=20_000)
    says: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    measured: dict[str, Any] = Field(default_factory=dict)
    width: int = 0
    height: int = 0
    runtimes: tuple[str, ...] = ()
    imported: bool = False
    tried: Tried | None = None

    @field_validator("tried", mode="before")
    @classmethod
    def _or_nothing(cls, value: Any) -> Any:
        return value or None


@dataclass(frozen=True, slots=True)
class _Shelved:
    at: datetime
    models: tuple[ModelOnHost, ...]


class ModelShelf:
    """Remembers for a minute which models a host has.

    Args:
        line: asks hosts.
        clock: what time it is.
    """

    def __init__(self, line: HostLine, clock: Clock) -> None:
        self._line, self._clock = line, clock
        self._lock = threading.Lock()
        self._known: dict[str, _Shelved] = {}

    def of(self, host_id: str) -> tuple[ModelOnHost, ...]:
        """Return the models of a host; RefusedError: it does not answer."""
        with self._lock:
            known = self._known.get(host_id)
        if known is not None and abs(self._clock() - known.at) < _FRESH:
            return known.models
        answer = self._line.ask(host_id, CommandKind.MODELS, {}, _PATIENCE_S).get("models")
        models = tuple(card for one in _each(answer) if (card := _card(one)))
        with self._lock:
            self._known[host_id] = _Shelved(self._clock(), models)
        return models

    def forget(self, host_id: str) -> None:
        """Ask anew the next time: the host has others now."""
        with self._lock:
            self._known.pop(host_id, None)


def _each(answer: Any) -> list[Any]:
    return answer[:_MOST] if isinstance(answer, list) else []


def _card(one: Any) -> ModelOnHost | None:
    try:
        return ModelOnHost.model_validate(one)
    except ValidationError:
        return None  # a card of a later version must not hide the others
