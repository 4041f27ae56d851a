from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.report_timing_every import ReportTimingEvery, check_report_timing_every
from ..models.report_timing_weekday import ReportTimingWeekday, check_report_timing_weekday
from ..types import UNSET, Unset

T = TypeVar("T", bound="ReportTiming")


@_attrs_define
class ReportTiming:
    """Every day about the day before, every week about the week before, every month about the month before.

    Attributes:
        at (str | Unset):  Default: '08:00:00'.
        day (int | Unset): of the month, of `monthly` Default: 1.
        every (ReportTimingEvery | Unset):  Default: 'weekly'.
        weekday (ReportTimingWeekday | Unset): of `weekly` Default: 'mon'.
    """

    at: str | Unset = "08:00:00"
    day: int | Unset = 1
    every: ReportTimingEvery | Unset = "weekly"
    weekday: ReportTimingWeekday | Unset = "mon"

    def to_dict(self) -> dict[str, Any]:
        at = self.at

        day = self.day

        every: str | Unset = UNSET
        if not isinstance(self.every, Unset):
            every = self.every

        weekday: str | Unset = UNSET
        if not isinstance(self.weekday, Unset):
            weekday = self.weekday

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if at is not UNSET:
            field_dict["at"] = at
        if day is not UNSET:
            field_dict["day"] = day
        if every is not UNSET:
            field_dict["every"] = every
        if weekday is not UNSET:
            field_dict["weekday"] = weekday

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = d.pop("at", UNSET)

        day = d.pop("day", UNSET)

        _every = d.pop("every", UNSET)
        every: ReportTimingEvery | Unset
        if isinstance(_every, Unset):
            every = UNSET
        else:
            every = check_report_timing_every(_every)

        _weekday = d.pop("weekday", UNSET)
        weekday: ReportTimingWeekday | Unset
        if isinstance(_weekday, Unset):
            weekday = UNSET
        else:
            weekday = check_report_timing_weekday(_weekday)

        report_timing = cls(
            at=at,
            day=day,
            every=every,
            weekday=weekday,
        )

        return report_timing
