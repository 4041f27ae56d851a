from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.flow_day import FlowDay
    from ..models.flow_line import FlowLine


T = TypeVar("T", bound="Flows")


@_attrs_define
class Flows:
    """Who crossed lines.

    Attributes:
        days (list[FlowDay]):
        lines (list[FlowLine]):
    """

    days: list[FlowDay]
    lines: list[FlowLine]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "days": days,
                "lines": lines,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.flow_day import FlowDay  # noqa: PLC0415
        from ..models.flow_line import FlowLine  # noqa: PLC0415

        d = dict(src_dict)
        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = FlowDay.from_dict(days_item_data)

            days.append(days_item)

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = FlowLine.from_dict(lines_item_data)

            lines.append(lines_item)

        flows = cls(
            days=days,
            lines=lines,
        )

        flows.additional_properties = d
        return flows

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
