from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.oidc_return_language import OidcReturnLanguage, check_oidc_return_language
from ..types import UNSET, Unset

T = TypeVar("T", bound="OidcReturn")


@_attrs_define
class OidcReturn:
    """What the browser came back with.

    Attributes:
        iss: who the provider says that it is, where it does.

        Attributes:
            code (str):
            state (str):
            iss (str | Unset):  Default: ''.
            language (OidcReturnLanguage | Unset):  Default: 'en'.
    """

    code: str
    state: str
    iss: str | Unset = ""
    language: OidcReturnLanguage | Unset = "en"

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        state = self.state

        iss = self.iss

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "state": state,
            }
        )
        if iss is not UNSET:
            field_dict["iss"] = iss
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        state = d.pop("state")

        iss = d.pop("iss", UNSET)

        _language = d.pop("language", UNSET)
        language: OidcReturnLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_oidc_return_language(_language)

        oidc_return = cls(
            code=code,
            state=state,
            iss=iss,
            language=language,
        )

        return oidc_return
