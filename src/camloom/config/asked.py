"""What an alarm in a task asks of its template, and what is wrong with that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from camloom.config.model import Complaint, complaint, suggestion, unknown_key
from camloom.config.parameter import names_of
from camloom.config.places import LineConfig, ZoneConfig
from camloom.config.template import Severity, Template

MAX_MERGE_S = 3600
# Filters of subjects that most rules know: they may be set in every alarm whose rules do.
_SUBJECT_KEYS = ("min_confidence", "min_height_share", "gap_s")
_OWN_KEYS = ("template", "id", "severity", "merge_s", "outside")
_PLACE_KINDS = ("zone", "line")


@dataclass(frozen=True, slots=True)
class Places:
    """What an alarm may refer to."""

    zones: Mapping[str, ZoneConfig]
    lines: Mapping[str, LineConfig]
    templates: Path | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for.

    Attributes:
        name: of the template.
        configs: what the rules of the template may be set to, in its order.
        given: what the user wrote.
        places: drawn in the task.
    """

    name: str
    template: Template
    configs: Sequence[type[BaseModel]]
    given: dict[str, Any]
    places: Places

    def complaints(self) -> list[Complaint]:
        """Return everything that is wrong with it, but what the rules themselves will say."""
        return [*self._own_keys(), *self._unknown(), *self._parameters()]

    def several(self) -> list[str]:
        """Return the parameters that name several places."""
        places = [key for key, one in self.template.parameters.items() if one.kind in _PLACE_KINDS]
        return [key for key in places if isinstance(self.given.get(key), list | tuple)]

    def zone_keys(self, values: Mapping[str, Any]) -> list[str]:
        """Return the parameters that name a zone."""
        zones = [key for key, one in self.template.parameters.items() if one.kind == "zone"]
        return [key for key in zones if values.get(key) is not None]

    def gate_keys(self) -> set[str]:
        """Return the settings of the gate, which may stand in the alarm itself."""
        return set.intersection(*(keys_of(config, "gate") for config in self.configs))

    def subject_keys(self) -> list[str]:
        """Return the filters of subjects that all rules of the alarm know."""
        return [
            key
            for key in _SUBJECT_KEYS
            if key not in self.template.parameters and all(key in config.model_fields for config in self.configs)
        ]

    def _own_keys(self) -> list[Complaint]:
        wrong = []
        if not isinstance(self.given.get("id", "x"), str) or not self.given.get("id", "x"):
            wrong.append(complaint(("id",), "must be a word, unique in the task"))
        if (severity := self.given.get("severity")) is not None and severity not in get_args(Severity):
            known = ", ".join(get_args(Severity))
            wrong.append(complaint(("severity",), f"is {severity!r}; it must be one of {known}"))
        if not _is_number(merge_s := self.given.get("merge_s", 0), 0, MAX_MERGE_S):
            wrong.append(complaint(("merge_s",), f"is {merge_s!r}; it must be between 0 and {MAX_MERGE_S} s"))
        return wrong + self._outside()

    def _outside(self) -> list[Complaint]:
        """Return what is wrong with the setting that turns a zone inside out, and with lists of places."""
        several = self.several()
        if len(several) > 1:
            return [complaint((several[1],), f"only one of {' and '.join(several)} may be a list")]
        outside = self.given.get("outside", False)
        if not isinstance(outside, bool):
            return [complaint(("outside",), f"must be true or false, not {outside!r}")]
        zones = self.zone_keys(self.given)
        if outside and (not zones or self.template.zones):
            return [complaint(("outside",), f"template '{self.name}' has no zone to be outside of")]
        if outside and set(zones) & set(several):
            return [complaint(("outside",), "goes with one zone: draw one around all of them")]
        return []

    def _unknown(self) -> list[Complaint]:
        known = {*_OWN_KEYS, *self.template.parameters, *self.gate_keys(), *self.subject_keys()}
        return [unknown_key((str(key),), str(key), known) for key in self.given if key not in known]

    def _parameters(self) -> list[Complaint]:
        wrong = []
        for name, parameter in self.template.parameters.items():
            if self.given.get(name) is None:
                if parameter.required:
                    text = f"template '{self.name}' needs `{name}: ...`, {parameter.description.en}"
                    wrong.append(complaint((name,), text + self._known(parameter.kind)))
            elif text := parameter.check(self.given[name]) or self._missing_places(parameter.kind, self.given[name]):
                wrong.append(complaint((name,), text))
        return wrong

    def _missing_places(self, kind: str, value: Any) -> str:
        known = self._drawn(kind)
        missing = [] if known is None else [name for name in names_of(value) if name not in known]
        return f"there is no {kind} '{missing[0]}'. {suggestion(missing[0], known or ())}" if missing else ""

    def _known(self, kind: str) -> str:
        known = self._drawn(kind)
        return "" if known is None else f" (drawn: {', '.join(known) or 'none'})"

    def _drawn(self, kind: str) -> Mapping[str, object] | None:
        return self.places.zones if kind == "zone" else self.places.lines if kind == "line" else None


def _is_number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def keys_of(config: type[BaseModel], field: str) -> set[str]:
    """Return the settings in one of a rule's settings, such as its gate; none where it has no such."""
    inner = config.model_fields[field].annotation if field in config.model_fields else None
    return set(inner.model_fields) if isinstance(inner, type) and issubclass(inner, BaseModel) else set()
