from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConditionSpan")


@_attrs_define
class ConditionSpan:
    """A time for which a camera was in one condition.

    Attributes:
        began_at (datetime.datetime):
        condition (str):
        detail (str):
        ended_at (datetime.datetime):
        reason (str):
    """

    began_at: datetime.datetime
    condition: str
    detail: str
    ended_at: datetime.datetime
    reason: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        began_at = self.began_at.isoformat()

        condition = self.condition

        detail = self.detail

        ended_at = self.ended_at.isoformat()

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "began_at": began_at,
                "condition": condition,
                "detail": detail,
                "ended_at": ended_at,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        began_at = datetime.datetime.fromisoformat(d.pop("began_at"))

        condition = d.pop("condition")

        detail = d.pop("detail")

        ended_at = datetime.datetime.fromisoformat(d.pop("ended_at"))

        reason = d.pop("reason")

        condition_span = cls(
            began_at=began_at,
            condition=condition,
            detail=detail,
            ended_at=ended_at,
            reason=reason,
        )

        condition_span.additional_properties = d
        return condition_span

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
