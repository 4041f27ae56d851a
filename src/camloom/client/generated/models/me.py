from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.me_role import MeRole, check_me_role

T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """Whoever asks.

    Attributes:
        groups: camera groups that it sees, those below included; None: all.
        has_password: False: an identity provider lets it in.
        csrf: to be sent as `X-CSRF-Token` with what changes something; empty for an API key, which needs none.

        Attributes:
            account_id (str):
            csrf (str):
            groups (list[str] | None):
            has_password (bool):
            language (str):
            name (str):
            role (MeRole):
    """

    account_id: str
    csrf: str
    groups: list[str] | None
    has_password: bool
    language: str
    name: str
    role: MeRole
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account_id = self.account_id

        csrf = self.csrf

        groups: list[str] | None
        if isinstance(self.groups, list):
            groups = self.groups

        else:
            groups = self.groups

        has_password = self.has_password

        language = self.language

        name = self.name

        role: str = self.role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_id": account_id,
                "csrf": csrf,
                "groups": groups,
                "has_password": has_password,
                "language": language,
                "name": name,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account_id = d.pop("account_id")

        csrf = d.pop("csrf")

        def _parse_groups(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                groups_type_0 = cast(list[str], data)

                return groups_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        groups = _parse_groups(d.pop("groups"))

        has_password = d.pop("has_password")

        language = d.pop("language")

        name = d.pop("name")

        role = check_me_role(d.pop("role"))

        me = cls(
            account_id=account_id,
            csrf=csrf,
            groups=groups,
            has_password=has_password,
            language=language,
            name=name,
            role=role,
        )

        me.additional_properties = d
        return me

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
