from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """Somebody did something.

    Attributes:
        account_name: as it was then; empty: the server itself.

        Attributes:
            account_id (None | str):
            account_name (str):
            action (str):
            address (str):
            at (datetime.datetime):
            detail (Any):
            id (str):
            object_id (str):
            object_kind (str):
    """

    account_id: None | str
    account_name: str
    action: str
    address: str
    at: datetime.datetime
    detail: Any
    id: str
    object_id: str
    object_kind: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account_id: None | str
        account_id = self.account_id

        account_name = self.account_name

        action = self.action

        address = self.address

        at = self.at.isoformat()

        detail = self.detail

        id = self.id

        object_id = self.object_id

        object_kind = self.object_kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_id": account_id,
                "account_name": account_name,
                "action": action,
                "address": address,
                "at": at,
                "detail": detail,
                "id": id,
                "object_id": object_id,
                "object_kind": object_kind,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_account_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        account_id = _parse_account_id(d.pop("account_id"))

        account_name = d.pop("account_name")

        action = d.pop("action")

        address = d.pop("address")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        detail = d.pop("detail")

        id = d.pop("id")

        object_id = d.pop("object_id")

        object_kind = d.pop("object_kind")

        audit_entry = cls(
            account_id=account_id,
            account_name=account_name,
            action=action,
            address=address,
            at=at,
            detail=detail,
            id=id,
            object_id=object_id,
            object_kind=object_kind,
        )

        audit_entry.additional_properties = d
        return audit_entry

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
