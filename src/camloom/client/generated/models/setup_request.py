from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.setup_request_language import SetupRequestLanguage, check_setup_request_language
from ..types import UNSET, Unset

T = TypeVar("T", bound="SetupRequest")


@_attrs_define
class SetupRequest:
    """The first account, with the token of the link that was printed.

    Attributes:
        name (str):
        password (str):
        token (str):
        language (SetupRequestLanguage | Unset):  Default: 'en'.
    """

    name: str
    password: str
    token: str
    language: SetupRequestLanguage | Unset = "en"

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        password = self.password

        token = self.token

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "password": password,
                "token": token,
            }
        )
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        password = d.pop("password")

        token = d.pop("token")

        _language = d.pop("language", UNSET)
        language: SetupRequestLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_setup_request_language(_language)

        setup_request = cls(
            name=name,
            password=password,
            token=token,
            language=language,
        )

        return setup_request
