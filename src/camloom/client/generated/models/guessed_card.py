from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.guessed_input import GuessedInput


T = TypeVar("T", bound="GuessedCard")


@_attrs_define
class GuessedCard:
    """A card as it would be kept.

    Attributes:
        family (str):
        input_ (GuessedInput): How a picture becomes the input of a model.
        task (str):
        class_names (list[str] | Unset):
        licence (str | Unset):  Default: ''.
        options (Any | Unset):
    """

    family: str
    input_: GuessedInput
    task: str
    class_names: list[str] | Unset = UNSET
    licence: str | Unset = ""
    options: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        family = self.family

        input_ = self.input_.to_dict()

        task = self.task

        class_names: list[str] | Unset = UNSET
        if not isinstance(self.class_names, Unset):
            class_names = self.class_names

        licence = self.licence

        options = self.options

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "family": family,
                "input": input_,
                "task": task,
            }
        )
        if class_names is not UNSET:
            field_dict["class_names"] = class_names
        if licence is not UNSET:
            field_dict["licence"] = licence
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.guessed_input import GuessedInput  # noqa: PLC0415

        d = dict(src_dict)
        family = d.pop("family")

        input_ = GuessedInput.from_dict(d.pop("input"))

        task = d.pop("task")

        class_names = cast(list[str], d.pop("class_names", UNSET))

        licence = d.pop("licence", UNSET)

        options = d.pop("options", UNSET)

        guessed_card = cls(
            family=family,
            input_=input_,
            task=task,
            class_names=class_names,
            licence=licence,
            options=options,
        )

        guessed_card.additional_properties = d
        return guessed_card

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
