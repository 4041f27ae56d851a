from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PolicyOften")


@_attrs_define
class PolicyOften:
    """How often something must happen before it is shown.

    Attributes:
        times (int):
        within_s (float):
    """

    times: int
    within_s: float

    def to_dict(self) -> dict[str, Any]:
        times = self.times

        within_s = self.within_s

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "times": times,
                "within_s": within_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        times = d.pop("times")

        within_s = d.pop("within_s")

        policy_often = cls(
            times=times,
            within_s=within_s,
        )

        return policy_often
