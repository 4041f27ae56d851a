from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StateJudgement")


@_attrs_define
class StateJudgement:
    """What a model says of a picture.

    Attributes:
        state: empty: it does not know.
        reason: why it does not: `light`, `unlike`.

        Attributes:
            probability (float):
            state (str):
            unlikeness (float):
            reason (str | Unset):  Default: ''.
    """

    probability: float
    state: str
    unlikeness: float
    reason: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        probability = self.probability

        state = self.state

        unlikeness = self.unlikeness

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "probability": probability,
                "state": state,
                "unlikeness": unlikeness,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        probability = d.pop("probability")

        state = d.pop("state")

        unlikeness = d.pop("unlikeness")

        reason = d.pop("reason", UNSET)

        state_judgement = cls(
            probability=probability,
            state=state,
            unlikeness=unlikeness,
            reason=reason,
        )

        state_judgement.additional_properties = d
        return state_judgement

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
