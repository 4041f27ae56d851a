from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.report_period import ReportPeriod, check_report_period

if TYPE_CHECKING:
    from ..models.day_bar import DayBar
    from ..models.flows import Flows
    from ..models.report_part import ReportPart
    from ..models.report_totals import ReportTotals
    from ..models.storage_share import StorageShare
    from ..models.uptime import Uptime
    from ..models.wait_bar import WaitBar


T = TypeVar("T", bound="Report")


@_attrs_define
class Report:
    """What happened in a period.

    Attributes:
        zone: by whose clock days and hours are told.
        complete: whether the period is over.
        hours: alarms by weekday (Monday first) and hour.
        templates, severities, cameras: those with most alarms first.
        uptimes: the worst first.
        storage: None for those who do not see all cameras.

        Attributes:
            before_first (datetime.date):
            before_last (datetime.date):
            cameras (list[ReportPart]):
            complete (bool):
            days (list[DayBar]):
            first (datetime.date):
            flows (Flows): Who crossed lines.
            hours (list[list[int]]):
            last (datetime.date):
            made_at (datetime.datetime):
            period (ReportPeriod):
            severities (list[ReportPart]):
            since (datetime.datetime):
            storage (None | StorageShare):
            templates (list[ReportPart]):
            totals (ReportTotals): All alarms of the period.

                Attributes:
                    before: how many there were in the period before.
                    trend: by which share there are more (0.5: half as many again); None: the period is not over, or there were
                        none before.
                    judged_true, judged_false: of those that somebody judged.
                    false_share: of those that were judged; None: none was.
                    handled: how many somebody dealt with in any way.
                    median_s, p90_s: from when they came until somebody did, to within the bounds of `waits`; None: none was.
            until (datetime.datetime):
            uptimes (list[Uptime]):
            waits (list[WaitBar]):
            zone (str):
    """

    before_first: datetime.date
    before_last: datetime.date
    cameras: list[ReportPart]
    complete: bool
    days: list[DayBar]
    first: datetime.date
    flows: Flows
    hours: list[list[int]]
    last: datetime.date
    made_at: datetime.datetime
    period: ReportPeriod
    severities: list[ReportPart]
    since: datetime.datetime
    storage: None | StorageShare
    templates: list[ReportPart]
    totals: ReportTotals
    until: datetime.datetime
    uptimes: list[Uptime]
    waits: list[WaitBar]
    zone: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.storage_share import StorageShare  # noqa: PLC0415

        before_first = self.before_first.isoformat()

        before_last = self.before_last.isoformat()

        cameras = []
        for cameras_item_data in self.cameras:
            cameras_item = cameras_item_data.to_dict()
            cameras.append(cameras_item)

        complete = self.complete

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)

        first = self.first.isoformat()

        flows = self.flows.to_dict()

        hours = []
        for hours_item_data in self.hours:
            hours_item = hours_item_data

            hours.append(hours_item)

        last = self.last.isoformat()

        made_at = self.made_at.isoformat()

        period: str = self.period

        severities = []
        for severities_item_data in self.severities:
            severities_item = severities_item_data.to_dict()
            severities.append(severities_item)

        since = self.since.isoformat()

        storage: dict[str, Any] | None
        if isinstance(self.storage, StorageShare):
            storage = self.storage.to_dict()
        else:
            storage = self.storage

        templates = []
        for templates_item_data in self.templates:
            templates_item = templates_item_data.to_dict()
            templates.append(templates_item)

        totals = self.totals.to_dict()

        until = self.until.isoformat()

        uptimes = []
        for uptimes_item_data in self.uptimes:
            uptimes_item = uptimes_item_data.to_dict()
            uptimes.append(uptimes_item)

        waits = []
        for waits_item_data in self.waits:
            waits_item = waits_item_data.to_dict()
            waits.append(waits_item)

        zone = self.zone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "before_first": before_first,
                "before_last": before_last,
                "cameras": cameras,
                "complete": complete,
                "days": days,
                "first": first,
                "flows": flows,
                "hours": hours,
                "last": last,
                "made_at": made_at,
                "period": period,
                "severities": severities,
                "since": since,
                "storage": storage,
                "templates": templates,
                "totals": totals,
                "until": until,
                "uptimes": uptimes,
                "waits": waits,
                "zone": zone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.day_bar import DayBar  # noqa: PLC0415
        from ..models.flows import Flows  # noqa: PLC0415
        from ..models.report_part import ReportPart  # noqa: PLC0415
        from ..models.report_totals import ReportTotals  # noqa: PLC0415
        from ..models.storage_share import StorageShare  # noqa: PLC0415
        from ..models.uptime import Uptime  # noqa: PLC0415
        from ..models.wait_bar import WaitBar  # noqa: PLC0415

        d = dict(src_dict)
        before_first = datetime.date.fromisoformat(d.pop("before_first"))

        before_last = datetime.date.fromisoformat(d.pop("before_last"))

        cameras = []
        _cameras = d.pop("cameras")
        for cameras_item_data in _cameras:
            cameras_item = ReportPart.from_dict(cameras_item_data)

            cameras.append(cameras_item)

        complete = d.pop("complete")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = DayBar.from_dict(days_item_data)

            days.append(days_item)

        first = datetime.date.fromisoformat(d.pop("first"))

        flows = Flows.from_dict(d.pop("flows"))

        hours = []
        _hours = d.pop("hours")
        for hours_item_data in _hours:
            hours_item = cast(list[int], hours_item_data)

            hours.append(hours_item)

        last = datetime.date.fromisoformat(d.pop("last"))

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        period = check_report_period(d.pop("period"))

        severities = []
        _severities = d.pop("severities")
        for severities_item_data in _severities:
            severities_item = ReportPart.from_dict(severities_item_data)

            severities.append(severities_item)

        since = datetime.datetime.fromisoformat(d.pop("since"))

        def _parse_storage(data: object) -> None | StorageShare:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                storage_type_0 = StorageShare.from_dict(data)

                return storage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StorageShare, data)

        storage = _parse_storage(d.pop("storage"))

        templates = []
        _templates = d.pop("templates")
        for templates_item_data in _templates:
            templates_item = ReportPart.from_dict(templates_item_data)

            templates.append(templates_item)

        totals = ReportTotals.from_dict(d.pop("totals"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        uptimes = []
        _uptimes = d.pop("uptimes")
        for uptimes_item_data in _uptimes:
            uptimes_item = Uptime.from_dict(uptimes_item_data)

            uptimes.append(uptimes_item)

        waits = []
        _waits = d.pop("waits")
        for waits_item_data in _waits:
            waits_item = WaitBar.from_dict(waits_item_data)

            waits.append(waits_item)

        zone = d.pop("zone")

        report = cls(
            before_first=before_first,
            before_last=before_last,
            cameras=cameras,
            complete=complete,
            days=days,
            first=first,
            flows=flows,
            hours=hours,
            last=last,
            made_at=made_at,
            period=period,
            severities=severities,
            since=since,
            storage=storage,
            templates=templates,
            totals=totals,
            until=until,
            uptimes=uptimes,
            waits=waits,
            zone=zone,
        )

        report.additional_properties = d
        return report

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
