from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_account_language import NewAccountLanguage, check_new_account_language
from ..models.new_account_role import NewAccountRole, check_new_account_role
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewAccount")


@_attrs_define
class NewAccount:
    """A person who may come in.

    Attributes:
        all_groups: sees every camera; administrators do in any case.
        groups: camera groups that it sees otherwise, with all below them.

        Attributes:
            name (str):
            password (str):
            role (NewAccountRole):
            all_groups (bool | Unset):  Default: False.
            groups (list[str] | Unset):
            language (NewAccountLanguage | Unset):  Default: 'en'.
    """

    name: str
    password: str
    role: NewAccountRole
    all_groups: bool | Unset = False
    groups: list[str] | Unset = UNSET
    language: NewAccountLanguage | Unset = "en"

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        password = self.password

        role: str = self.role

        all_groups = self.all_groups

        groups: list[str] | Unset = UNSET
        if not isinstance(self.groups, Unset):
            groups = self.groups

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "password": password,
                "role": role,
            }
        )
        if all_groups is not UNSET:
            field_dict["all_groups"] = all_groups
        if groups is not UNSET:
            field_dict["groups"] = groups
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        password = d.pop("password")

        role = check_new_account_role(d.pop("role"))

        all_groups = d.pop("all_groups", UNSET)

        groups = cast(list[str], d.pop("groups", UNSET))

        _language = d.pop("language", UNSET)
        language: NewAccountLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_new_account_language(_language)

        new_account = cls(
            name=name,
            password=password,
            role=role,
            all_groups=all_groups,
            groups=groups,
            language=language,
        )

        return new_account
