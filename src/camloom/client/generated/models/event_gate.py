from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EventGate")


@_attrs_define
class EventGate:
    """A condition that an event passed.

    Attributes:
        unit: of value, threshold and margin; empty: a plain number.

        Attributes:
            margin (float | None):
            name (str):
            threshold (float):
            unit (str):  Default: ''.
            value (float):
    """

    margin: float | None
    name: str
    threshold: float
    value: float
    unit: str = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        margin: float | None
        margin = self.margin

        name = self.name

        threshold = self.threshold

        unit = self.unit

        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "margin": margin,
                "name": name,
                "threshold": threshold,
                "unit": unit,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_margin(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        margin = _parse_margin(d.pop("margin"))

        name = d.pop("name")

        threshold = d.pop("threshold")

        unit = d.pop("unit")

        value = d.pop("value")

        event_gate = cls(
            margin=margin,
            name=name,
            threshold=threshold,
            unit=unit,
            value=value,
        )

        event_gate.additional_properties = d
        return event_gate

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
