from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReportPart")


@_attrs_define
class ReportPart:
    """A camera, template or severity.

    Attributes:
        name: as people know it, in the languages that are known.

        Attributes:
            alarms (int):
            before (int):
            id (str):
            judged_false (int):
            judged_true (int):
            name (Any):
    """

    alarms: int
    before: int
    id: str
    judged_false: int
    judged_true: int
    name: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarms = self.alarms

        before = self.before

        id = self.id

        judged_false = self.judged_false

        judged_true = self.judged_true

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alarms": alarms,
                "before": before,
                "id": id,
                "judged_false": judged_false,
                "judged_true": judged_true,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alarms = d.pop("alarms")

        before = d.pop("before")

        id = d.pop("id")

        judged_false = d.pop("judged_false")

        judged_true = d.pop("judged_true")

        name = d.pop("name")

        report_part = cls(
            alarms=alarms,
            before=before,
            id=id,
            judged_false=judged_false,
            judged_true=judged_true,
            name=name,
        )

        report_part.additional_properties = d
        return report_part

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
