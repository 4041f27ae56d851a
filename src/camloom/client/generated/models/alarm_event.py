from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AlarmEvent")


@_attrs_define
class AlarmEvent:
    """One event of an alarm.

    Attributes:
        document: as its host told it, a `HostEvent`; where that is damaged or of another version, whatever there is.

        Attributes:
            at (datetime.datetime):
            document (Any):
            id (str):
            phase (str):
    """

    at: datetime.datetime
    document: Any
    id: str
    phase: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        document = self.document

        id = self.id

        phase = self.phase

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "document": document,
                "id": id,
                "phase": phase,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        document = d.pop("document")

        id = d.pop("id")

        phase = d.pop("phase")

        alarm_event = cls(
            at=at,
            document=document,
            id=id,
            phase=phase,
        )

        alarm_event.additional_properties = d
        return alarm_event

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
