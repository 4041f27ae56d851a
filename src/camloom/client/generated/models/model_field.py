from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_field_certainty import ModelFieldCertainty, check_model_field_certainty
from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelField")


@_attrs_define
class ModelField:
    """A field of a guessed card.

    Attributes:
        certainty: sure, likely, guess, unknown.
        why: where it is from.
        asked: somebody should say it.
        code, values: of why, for words in other languages; several codes are joined by `+`.

        Attributes:
            asked (bool):
            certainty (ModelFieldCertainty):
            name (str):
            value (str):
            why (str):
            code (str | Unset):  Default: ''.
            values (Any | Unset):
    """

    asked: bool
    certainty: ModelFieldCertainty
    name: str
    value: str
    why: str
    code: str | Unset = ""
    values: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        asked = self.asked

        certainty: str = self.certainty

        name = self.name

        value = self.value

        why = self.why

        code = self.code

        values = self.values

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "asked": asked,
                "certainty": certainty,
                "name": name,
                "value": value,
                "why": why,
            }
        )
        if code is not UNSET:
            field_dict["code"] = code
        if values is not UNSET:
            field_dict["values"] = values

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        asked = d.pop("asked")

        certainty = check_model_field_certainty(d.pop("certainty"))

        name = d.pop("name")

        value = d.pop("value")

        why = d.pop("why")

        code = d.pop("code", UNSET)

        values = d.pop("values", UNSET)

        model_field = cls(
            asked=asked,
            certainty=certainty,
            name=name,
            value=value,
            why=why,
            code=code,
            values=values,
        )

        model_field.additional_properties = d
        return model_field

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
