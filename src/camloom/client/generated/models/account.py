from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.account_role import AccountRole, check_account_role

T = TypeVar("T", bound="Account")


@_attrs_define
class Account:
    """An account.

    Attributes:
        by_provider: an identity provider lets it in, and says at each login what it may.

        Attributes:
            active (bool):
            all_groups (bool):
            by_provider (bool):
            created_at (datetime.datetime):
            groups (list[str]):
            id (str):
            language (str):
            name (str):
            role (AccountRole):
    """

    active: bool
    all_groups: bool
    by_provider: bool
    created_at: datetime.datetime
    groups: list[str]
    id: str
    language: str
    name: str
    role: AccountRole
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        active = self.active

        all_groups = self.all_groups

        by_provider = self.by_provider

        created_at = self.created_at.isoformat()

        groups = self.groups

        id = self.id

        language = self.language

        name = self.name

        role: str = self.role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "active": active,
                "all_groups": all_groups,
                "by_provider": by_provider,
                "created_at": created_at,
                "groups": groups,
                "id": id,
                "language": language,
                "name": name,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active")

        all_groups = d.pop("all_groups")

        by_provider = d.pop("by_provider")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        groups = cast(list[str], d.pop("groups"))

        id = d.pop("id")

        language = d.pop("language")

        name = d.pop("name")

        role = check_account_role(d.pop("role"))

        account = cls(
            active=active,
            all_groups=all_groups,
            by_provider=by_provider,
            created_at=created_at,
            groups=groups,
            id=id,
            language=language,
            name=name,
            role=role,
        )

        account.additional_properties = d
        return account

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
