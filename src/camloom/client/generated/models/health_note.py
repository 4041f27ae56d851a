from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.bilingual import Bilingual


T = TypeVar("T", bound="HealthNote")


@_attrs_define
class HealthNote:
    """One thing to look after.

    Attributes:
        code: for programs.
        grave: whether something is lost or will be soon.

        Attributes:
            code (str):
            grave (bool):
            text (Bilingual): A text in Chinese and English.
    """

    code: str
    grave: bool
    text: Bilingual
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        grave = self.grave

        text = self.text.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "grave": grave,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bilingual import Bilingual  # noqa: PLC0415

        d = dict(src_dict)
        code = d.pop("code")

        grave = d.pop("grave")

        text = Bilingual.from_dict(d.pop("text"))

        health_note = cls(
            code=code,
            grave=grave,
            text=text,
        )

        health_note.additional_properties = d
        return health_note

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
