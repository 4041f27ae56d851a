from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StateTraining")


@_attrs_define
class StateTraining:
    """How a training went, on examples that the model had not seen.

    Attributes:
        kept: whether the model is good enough to be used from now on; else the one before stays.
        recalls: share of each state told rightly.
        confusion: a row for each state as it is, a column as it was told.
        sure: share told with a probability of 0.8 or more.
        least: accuracy that is needed.

        Attributes:
            accuracy (float):
            confusion (list[list[int]]):
            kept (bool):
            least (float):
            recalls (list[float]):
            states (list[str]):
            sure (float):
    """

    accuracy: float
    confusion: list[list[int]]
    kept: bool
    least: float
    recalls: list[float]
    states: list[str]
    sure: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accuracy = self.accuracy

        confusion = []
        for confusion_item_data in self.confusion:
            confusion_item = confusion_item_data

            confusion.append(confusion_item)

        kept = self.kept

        least = self.least

        recalls = self.recalls

        states = self.states

        sure = self.sure

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accuracy": accuracy,
                "confusion": confusion,
                "kept": kept,
                "least": least,
                "recalls": recalls,
                "states": states,
                "sure": sure,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accuracy = d.pop("accuracy")

        confusion = []
        _confusion = d.pop("confusion")
        for confusion_item_data in _confusion:
            confusion_item = cast(list[int], confusion_item_data)

            confusion.append(confusion_item)

        kept = d.pop("kept")

        least = d.pop("least")

        recalls = cast(list[float], d.pop("recalls"))

        states = cast(list[str], d.pop("states"))

        sure = d.pop("sure")

        state_training = cls(
            accuracy=accuracy,
            confusion=confusion,
            kept=kept,
            least=least,
            recalls=recalls,
            states=states,
            sure=sure,
        )

        state_training.additional_properties = d
        return state_training

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
