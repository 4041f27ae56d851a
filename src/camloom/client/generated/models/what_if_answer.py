from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tried_difference import TriedDifference


T = TypeVar("T", bound="WhatIfAnswer")


@_attrs_define
class WhatIfAnswer:
    """What edited rules would have said.

    Attributes:
        frames, first, last: how many stored pictures were looked at, and of when; 0: nothing is stored of the time.
        left_out: rules that need what is not stored, such as the picture itself.
        difference: from the task as it is.

        Attributes:
            difference (TriedDifference): What an edit changes; of many alarms the first 2000 of a kind are listed, all are
                counted.
            frames (int):
            first (datetime.datetime | None | Unset):
            last (datetime.datetime | None | Unset):
            left_out (list[str] | Unset):
            wall_s (float | Unset):  Default: 0.0.
    """

    difference: TriedDifference
    frames: int
    first: datetime.datetime | None | Unset = UNSET
    last: datetime.datetime | None | Unset = UNSET
    left_out: list[str] | Unset = UNSET
    wall_s: float | Unset = 0.0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        difference = self.difference.to_dict()

        frames = self.frames

        first: None | str | Unset
        if isinstance(self.first, Unset):
            first = UNSET
        elif isinstance(self.first, datetime.datetime):
            first = self.first.isoformat()
        else:
            first = self.first

        last: None | str | Unset
        if isinstance(self.last, Unset):
            last = UNSET
        elif isinstance(self.last, datetime.datetime):
            last = self.last.isoformat()
        else:
            last = self.last

        left_out: list[str] | Unset = UNSET
        if not isinstance(self.left_out, Unset):
            left_out = self.left_out

        wall_s = self.wall_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "difference": difference,
                "frames": frames,
            }
        )
        if first is not UNSET:
            field_dict["first"] = first
        if last is not UNSET:
            field_dict["last"] = last
        if left_out is not UNSET:
            field_dict["left_out"] = left_out
        if wall_s is not UNSET:
            field_dict["wall_s"] = wall_s

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tried_difference import TriedDifference  # noqa: PLC0415

        d = dict(src_dict)
        difference = TriedDifference.from_dict(d.pop("difference"))

        frames = d.pop("frames")

        def _parse_first(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_type_0 = datetime.datetime.fromisoformat(data)

                return first_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        first = _parse_first(d.pop("first", UNSET))

        def _parse_last(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_type_0 = datetime.datetime.fromisoformat(data)

                return last_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last = _parse_last(d.pop("last", UNSET))

        left_out = cast(list[str], d.pop("left_out", UNSET))

        wall_s = d.pop("wall_s", UNSET)

        what_if_answer = cls(
            difference=difference,
            frames=frames,
            first=first,
            last=last,
            left_out=left_out,
            wall_s=wall_s,
        )

        what_if_answer.additional_properties = d
        return what_if_answer

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
