from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

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
            first (datetime.datetime | None):
            frames (int):
            last (datetime.datetime | None):
            left_out (list[str]):
            wall_s (float):  Default: 0.0.
    """

    difference: TriedDifference
    first: datetime.datetime | None
    frames: int
    last: datetime.datetime | None
    left_out: list[str]
    wall_s: float = 0.0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        difference = self.difference.to_dict()

        first: None | str
        if isinstance(self.first, datetime.datetime):
            first = self.first.isoformat()
        else:
            first = self.first

        frames = self.frames

        last: None | str
        if isinstance(self.last, datetime.datetime):
            last = self.last.isoformat()
        else:
            last = self.last

        left_out = self.left_out

        wall_s = self.wall_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "difference": difference,
                "first": first,
                "frames": frames,
                "last": last,
                "left_out": left_out,
                "wall_s": wall_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tried_difference import TriedDifference  # noqa: PLC0415

        d = dict(src_dict)
        difference = TriedDifference.from_dict(d.pop("difference"))

        def _parse_first(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_type_0 = datetime.datetime.fromisoformat(data)

                return first_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        first = _parse_first(d.pop("first"))

        frames = d.pop("frames")

        def _parse_last(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_type_0 = datetime.datetime.fromisoformat(data)

                return last_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last = _parse_last(d.pop("last"))

        left_out = cast(list[str], d.pop("left_out"))

        wall_s = d.pop("wall_s")

        what_if_answer = cls(
            difference=difference,
            first=first,
            frames=frames,
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
