from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StorageShare")


@_attrs_define
class StorageShare:
    """Room for pictures and clips when the server last looked; None: it is no disk of this machine.

    Attributes:
        at (datetime.datetime):
        free_bytes (int | None):
        total_bytes (int | None):
        used_bytes (int):
    """

    at: datetime.datetime
    free_bytes: int | None
    total_bytes: int | None
    used_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        free_bytes: int | None
        free_bytes = self.free_bytes

        total_bytes: int | None
        total_bytes = self.total_bytes

        used_bytes = self.used_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "free_bytes": free_bytes,
                "total_bytes": total_bytes,
                "used_bytes": used_bytes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_free_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        free_bytes = _parse_free_bytes(d.pop("free_bytes"))

        def _parse_total_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_bytes = _parse_total_bytes(d.pop("total_bytes"))

        used_bytes = d.pop("used_bytes")

        storage_share = cls(
            at=at,
            free_bytes=free_bytes,
            total_bytes=total_bytes,
            used_bytes=used_bytes,
        )

        storage_share.additional_properties = d
        return storage_share

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
