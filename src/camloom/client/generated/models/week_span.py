from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.week_span_days_item import WeekSpanDaysItem, check_week_span_days_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="WeekSpan")


@_attrs_define
class WeekSpan:
    """A part of the day on some days. It may go over midnight; the same start and end is a whole day.

    Attributes:
        days (list[WeekSpanDaysItem] | Unset): on which it begins
        end (str | Unset):  Default: '00:00:00'.
        start (str | Unset):  Default: '00:00:00'.
    """

    days: list[WeekSpanDaysItem] | Unset = UNSET
    end: str | Unset = "00:00:00"
    start: str | Unset = "00:00:00"

    def to_dict(self) -> dict[str, Any]:
        days: list[str] | Unset = UNSET
        if not isinstance(self.days, Unset):
            days = []
            for days_item_data in self.days:
                days_item: str = days_item_data
                days.append(days_item)

        end = self.end

        start = self.start

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if days is not UNSET:
            field_dict["days"] = days
        if end is not UNSET:
            field_dict["end"] = end
        if start is not UNSET:
            field_dict["start"] = start

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _days = d.pop("days", UNSET)
        days: list[WeekSpanDaysItem] | Unset = UNSET
        if _days is not UNSET:
            days = []
            for days_item_data in _days:
                days_item = check_week_span_days_item(days_item_data)

                days.append(days_item)

        end = d.pop("end", UNSET)

        start = d.pop("start", UNSET)

        week_span = cls(
            days=days,
            end=end,
            start=start,
        )

        return week_span
