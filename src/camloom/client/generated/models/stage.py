from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.stage_severity import StageSeverity, check_stage_severity

if TYPE_CHECKING:
    from ..models.bilingual import Bilingual


T = TypeVar("T", bound="Stage")


@_attrs_define
class Stage:
    """One step of an alarm that warns first.

    Attributes:
        name (Bilingual): A text in Chinese and English.
        severity (StageSeverity):
    """

    name: Bilingual
    severity: StageSeverity

    def to_dict(self) -> dict[str, Any]:
        name = self.name.to_dict()

        severity: str = self.severity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "severity": severity,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bilingual import Bilingual  # noqa: PLC0415

        d = dict(src_dict)
        name = Bilingual.from_dict(d.pop("name"))

        severity = check_stage_severity(d.pop("severity"))

        stage = cls(
            name=name,
            severity=severity,
        )

        return stage
