from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.report_wish_language import ReportWishLanguage, check_report_wish_language
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.report_filter import ReportFilter
    from ..models.report_timing import ReportTiming


T = TypeVar("T", bound="ReportWish")


@_attrs_define
class ReportWish:
    """What to send to whom.

    Attributes:
        recipients (list[str]):
        csv (bool | Unset): whether a table of the alarms is attached as well Default: False.
        filter_ (ReportFilter | Unset): What a report is about; what is left out does not matter. Several values of one
            kind: any of them.
        language (ReportWishLanguage | Unset):  Default: 'zh'.
        timing (ReportTiming | Unset): Every day about the day before, every week about the week before, every month
            about the month before.
    """

    recipients: list[str]
    csv: bool | Unset = False
    filter_: ReportFilter | Unset = UNSET
    language: ReportWishLanguage | Unset = "zh"
    timing: ReportTiming | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        recipients = self.recipients

        csv = self.csv

        filter_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filter_, Unset):
            filter_ = self.filter_.to_dict()

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        timing: dict[str, Any] | Unset = UNSET
        if not isinstance(self.timing, Unset):
            timing = self.timing.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "recipients": recipients,
            }
        )
        if csv is not UNSET:
            field_dict["csv"] = csv
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if language is not UNSET:
            field_dict["language"] = language
        if timing is not UNSET:
            field_dict["timing"] = timing

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_filter import ReportFilter  # noqa: PLC0415
        from ..models.report_timing import ReportTiming  # noqa: PLC0415

        d = dict(src_dict)
        recipients = cast(list[str], d.pop("recipients"))

        csv = d.pop("csv", UNSET)

        _filter_ = d.pop("filter", UNSET)
        filter_: ReportFilter | Unset
        if isinstance(_filter_, Unset):
            filter_ = UNSET
        else:
            filter_ = ReportFilter.from_dict(_filter_)

        _language = d.pop("language", UNSET)
        language: ReportWishLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_report_wish_language(_language)

        _timing = d.pop("timing", UNSET)
        timing: ReportTiming | Unset
        if isinstance(_timing, Unset):
            timing = UNSET
        else:
            timing = ReportTiming.from_dict(_timing)

        report_wish = cls(
            recipients=recipients,
            csv=csv,
            filter_=filter_,
            language=language,
            timing=timing,
        )

        return report_wish
