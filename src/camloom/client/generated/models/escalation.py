from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.escalation_severity_type_0 import EscalationSeverityType0, check_escalation_severity_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="Escalation")


@_attrs_define
class Escalation:
    """What to do when nobody acknowledges an alarm.

    Attributes:
        after_s (float):
        severity (EscalationSeverityType0 | None | Unset):
        targets (list[str] | Unset): pushes that hear of it
    """

    after_s: float
    severity: EscalationSeverityType0 | None | Unset = UNSET
    targets: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        after_s = self.after_s

        severity: None | str | Unset
        if isinstance(self.severity, Unset):
            severity = UNSET
        elif isinstance(self.severity, str):
            severity = self.severity
        else:
            severity = self.severity

        targets: list[str] | Unset = UNSET
        if not isinstance(self.targets, Unset):
            targets = self.targets

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "after_s": after_s,
            }
        )
        if severity is not UNSET:
            field_dict["severity"] = severity
        if targets is not UNSET:
            field_dict["targets"] = targets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        after_s = d.pop("after_s")

        def _parse_severity(data: object) -> EscalationSeverityType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                severity_type_0 = check_escalation_severity_type_0(data)

                return severity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EscalationSeverityType0 | None | Unset, data)

        severity = _parse_severity(d.pop("severity", UNSET))

        targets = cast(list[str], d.pop("targets", UNSET))

        escalation = cls(
            after_s=after_s,
            severity=severity,
            targets=targets,
        )

        return escalation
