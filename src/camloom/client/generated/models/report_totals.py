from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReportTotals")


@_attrs_define
class ReportTotals:
    """All alarms of the period.

    Attributes:
        before: how many there were in the period before.
        trend: by which share there are more (0.5: half as many again); None: the period is not over, or there were
            none before.
        judged_true, judged_false: of those that somebody judged.
        false_share: of those that were judged; None: none was.
        handled: how many somebody dealt with in any way.
        median_s, p90_s: from when they came until somebody did, to within the bounds of `waits`; None: none was.

        Attributes:
            alarms (int):
            before (int):
            false_share (float | None):
            handled (int):
            judged_false (int):
            judged_true (int):
            median_s (float | None):
            p90_s (float | None):
            trend (float | None):
    """

    alarms: int
    before: int
    false_share: float | None
    handled: int
    judged_false: int
    judged_true: int
    median_s: float | None
    p90_s: float | None
    trend: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarms = self.alarms

        before = self.before

        false_share: float | None
        false_share = self.false_share

        handled = self.handled

        judged_false = self.judged_false

        judged_true = self.judged_true

        median_s: float | None
        median_s = self.median_s

        p90_s: float | None
        p90_s = self.p90_s

        trend: float | None
        trend = self.trend

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alarms": alarms,
                "before": before,
                "false_share": false_share,
                "handled": handled,
                "judged_false": judged_false,
                "judged_true": judged_true,
                "median_s": median_s,
                "p90_s": p90_s,
                "trend": trend,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alarms = d.pop("alarms")

        before = d.pop("before")

        def _parse_false_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        false_share = _parse_false_share(d.pop("false_share"))

        handled = d.pop("handled")

        judged_false = d.pop("judged_false")

        judged_true = d.pop("judged_true")

        def _parse_median_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_s = _parse_median_s(d.pop("median_s"))

        def _parse_p90_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        p90_s = _parse_p90_s(d.pop("p90_s"))

        def _parse_trend(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        trend = _parse_trend(d.pop("trend"))

        report_totals = cls(
            alarms=alarms,
            before=before,
            false_share=false_share,
            handled=handled,
            judged_false=judged_false,
            judged_true=judged_true,
            median_s=median_s,
            p90_s=p90_s,
            trend=trend,
        )

        report_totals.additional_properties = d
        return report_totals

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
