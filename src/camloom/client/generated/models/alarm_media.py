from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AlarmMedia")


@_attrs_define
class AlarmMedia:
    """A picture or clip of an alarm.

    Attributes:
        state: pending (in the making), waiting (to be copied), there, missing (will never come), expired.

        Attributes:
            created_at (datetime.datetime):
            event_id (str):
            id (str):
            kind (str):
            sha256 (str):
            size_bytes (int):
            state (str):
    """

    created_at: datetime.datetime
    event_id: str
    id: str
    kind: str
    sha256: str
    size_bytes: int
    state: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        event_id = self.event_id

        id = self.id

        kind = self.kind

        sha256 = self.sha256

        size_bytes = self.size_bytes

        state = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "event_id": event_id,
                "id": id,
                "kind": kind,
                "sha256": sha256,
                "size_bytes": size_bytes,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        event_id = d.pop("event_id")

        id = d.pop("id")

        kind = d.pop("kind")

        sha256 = d.pop("sha256")

        size_bytes = d.pop("size_bytes")

        state = d.pop("state")

        alarm_media = cls(
            created_at=created_at,
            event_id=event_id,
            id=id,
            kind=kind,
            sha256=sha256,
            size_bytes=size_bytes,
            state=state,
        )

        alarm_media.additional_properties = d
        return alarm_media

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
