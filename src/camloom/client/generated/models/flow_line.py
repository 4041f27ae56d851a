from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FlowLine")


@_attrs_define
class FlowLine:
    """Who crossed the line of a rule, by direction.

    Attributes:
        camera (str):
        camera_id (str):
        passed (Any):
        rule_id (str):
    """

    camera: str
    camera_id: str
    passed: Any
    rule_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        camera = self.camera

        camera_id = self.camera_id

        passed = self.passed

        rule_id = self.rule_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "camera": camera,
                "camera_id": camera_id,
                "passed": passed,
                "rule_id": rule_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera = d.pop("camera")

        camera_id = d.pop("camera_id")

        passed = d.pop("passed")

        rule_id = d.pop("rule_id")

        flow_line = cls(
            camera=camera,
            camera_id=camera_id,
            passed=passed,
            rule_id=rule_id,
        )

        flow_line.additional_properties = d
        return flow_line

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
