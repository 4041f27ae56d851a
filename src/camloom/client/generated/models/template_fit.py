from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TemplateFit")


@_attrs_define
class TemplateFit:
    """Whether there are models for something.

    Attributes:
        models: those that find objects and do for it, to choose one as `model`.
        readers: those of crops that it needs under `secondary`.
        lacks: what no model here does, as codes with what they are about: `label:fire`, `ability:pose`,
            `attribute:helmet=no`; empty: nothing.

        Attributes:
            lacks (list[str]):
            models (list[str]):
            readers (list[str]):
    """

    lacks: list[str]
    models: list[str]
    readers: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        lacks = self.lacks

        models = self.models

        readers = self.readers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "lacks": lacks,
                "models": models,
                "readers": readers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        lacks = cast(list[str], d.pop("lacks"))

        models = cast(list[str], d.pop("models"))

        readers = cast(list[str], d.pop("readers"))

        template_fit = cls(
            lacks=lacks,
            models=models,
            readers=readers,
        )

        template_fit.additional_properties = d
        return template_fit

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
