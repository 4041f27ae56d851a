from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.me_change_language import MeChangeLanguage, check_me_change_language

T = TypeVar("T", bound="MeChange")


@_attrs_define
class MeChange:
    """What one may change of one's own account.

    Attributes:
        language (MeChangeLanguage):
    """

    language: MeChangeLanguage

    def to_dict(self) -> dict[str, Any]:
        language: str = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "language": language,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        language = check_me_change_language(d.pop("language"))

        me_change = cls(
            language=language,
        )

        return me_change
