from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.account_change_language_type_0 import AccountChangeLanguageType0, check_account_change_language_type_0
from ..models.account_change_role_type_0 import AccountChangeRoleType0, check_account_change_role_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccountChange")


@_attrs_define
class AccountChange:
    """What is to change; what is not given stays.

    Attributes:
        active (bool | None | Unset):
        all_groups (bool | None | Unset):
        groups (list[str] | None | Unset):
        language (AccountChangeLanguageType0 | None | Unset):
        role (AccountChangeRoleType0 | None | Unset):
    """

    active: bool | None | Unset = UNSET
    all_groups: bool | None | Unset = UNSET
    groups: list[str] | None | Unset = UNSET
    language: AccountChangeLanguageType0 | None | Unset = UNSET
    role: AccountChangeRoleType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        active: bool | None | Unset
        if isinstance(self.active, Unset):
            active = UNSET
        else:
            active = self.active

        all_groups: bool | None | Unset
        if isinstance(self.all_groups, Unset):
            all_groups = UNSET
        else:
            all_groups = self.all_groups

        groups: list[str] | None | Unset
        if isinstance(self.groups, Unset):
            groups = UNSET
        elif isinstance(self.groups, list):
            groups = self.groups

        else:
            groups = self.groups

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        elif isinstance(self.language, str):
            language = self.language
        else:
            language = self.language

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        elif isinstance(self.role, str):
            role = self.role
        else:
            role = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if active is not UNSET:
            field_dict["active"] = active
        if all_groups is not UNSET:
            field_dict["all_groups"] = all_groups
        if groups is not UNSET:
            field_dict["groups"] = groups
        if language is not UNSET:
            field_dict["language"] = language
        if role is not UNSET:
            field_dict["role"] = role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_active(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        active = _parse_active(d.pop("active", UNSET))

        def _parse_all_groups(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        all_groups = _parse_all_groups(d.pop("all_groups", UNSET))

        def _parse_groups(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                groups_type_0 = cast(list[str], data)

                return groups_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        groups = _parse_groups(d.pop("groups", UNSET))

        def _parse_language(data: object) -> AccountChangeLanguageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                language_type_0 = check_account_change_language_type_0(data)

                return language_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AccountChangeLanguageType0 | None | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_role(data: object) -> AccountChangeRoleType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = check_account_change_role_type_0(data)

                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AccountChangeRoleType0 | None | Unset, data)

        role = _parse_role(d.pop("role", UNSET))

        account_change = cls(
            active=active,
            all_groups=all_groups,
            groups=groups,
            language=language,
            role=role,
        )

        return account_change
