from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="GuessedInput")


@_attrs_define
class GuessedInput:
    """How a picture becomes the input of a model.

    Attributes:
        height (int):
        mean (list[float]):
        std (list[float]):
        width (int):
        colour (str | Unset):  Default: ''.
        fit (str | Unset):  Default: ''.
    """

    height: int
    mean: list[float]
    std: list[float]
    width: int
    colour: str | Unset = ""
    fit: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        height = self.height

        mean = self.mean

        std = self.std

        width = self.width

        colour = self.colour

        fit = self.fit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "height": height,
                "mean": mean,
                "std": std,
                "width": width,
            }
        )
        if colour is not UNSET:
            field_dict["colour"] = colour
        if fit is not UNSET:
            field_dict["fit"] = fit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        height = d.pop("height")

        mean = cast(list[float], d.pop("mean"))

        std = cast(list[float], d.pop("std"))

        width = d.pop("width")

        colour = d.pop("colour", UNSET)

        fit = d.pop("fit", UNSET)

        guessed_input = cls(
            height=height,
            mean=mean,
            std=std,
            width=width,
            colour=colour,
            fit=fit,
        )

        guessed_input.additional_properties = d
        return guessed_input

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
