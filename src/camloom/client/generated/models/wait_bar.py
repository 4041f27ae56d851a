from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WaitBar")


@_attrs_define
class WaitBar:
    """How many alarms waited at most so long, and longer than the bar before; the last one: any longer time too.

    Attributes:
        alarms (int):
        up_to_s (int):
    """

    alarms: int
    up_to_s: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarms = self.alarms

        up_to_s = self.up_to_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alarms": alarms,
                "up_to_s": up_to_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alarms = d.pop("alarms")

        up_to_s = d.pop("up_to_s")

        wait_bar = cls(
            alarms=alarms,
            up_to_s=up_to_s,
        )

        wait_bar.additional_properties = d
        return wait_bar

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
