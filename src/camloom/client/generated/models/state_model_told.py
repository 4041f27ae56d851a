from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StateModelTold")


@_attrs_define
class StateModelTold:
    """A trained model.

    Attributes:
        states: that it tells apart.
        accuracy: mean share of each state told rightly, of examples that it had not seen.

        Attributes:
            accuracy (float):
            states (list[str]):
            trained_at (datetime.datetime):
    """

    accuracy: float
    states: list[str]
    trained_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accuracy = self.accuracy

        states = self.states

        trained_at = self.trained_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accuracy": accuracy,
                "states": states,
                "trained_at": trained_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accuracy = d.pop("accuracy")

        states = cast(list[str], d.pop("states"))

        trained_at = datetime.datetime.fromisoformat(d.pop("trained_at"))

        state_model_told = cls(
            accuracy=accuracy,
            states=states,
            trained_at=trained_at,
        )

        state_model_told.additional_properties = d
        return state_model_told

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
