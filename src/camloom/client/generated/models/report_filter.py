from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.report_filter_severity_item import ReportFilterSeverityItem, check_report_filter_severity_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="ReportFilter")


@_attrs_define
class ReportFilter:
    """What a report is about; what is left out does not matter. Several values of one kind: any of them.

    Attributes:
        camera (list[str] | Unset):
        group (list[str] | Unset): and all groups below
        severity (list[ReportFilterSeverityItem] | Unset): as `template`
        template (list[str] | Unset): of alarms; flows and cameras are told in any case
    """

    camera: list[str] | Unset = UNSET
    group: list[str] | Unset = UNSET
    severity: list[ReportFilterSeverityItem] | Unset = UNSET
    template: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        camera: list[str] | Unset = UNSET
        if not isinstance(self.camera, Unset):
            camera = self.camera

        group: list[str] | Unset = UNSET
        if not isinstance(self.group, Unset):
            group = self.group

        severity: list[str] | Unset = UNSET
        if not isinstance(self.severity, Unset):
            severity = []
            for severity_item_data in self.severity:
                severity_item: str = severity_item_data
                severity.append(severity_item)

        template: list[str] | Unset = UNSET
        if not isinstance(self.template, Unset):
            template = self.template

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if camera is not UNSET:
            field_dict["camera"] = camera
        if group is not UNSET:
            field_dict["group"] = group
        if severity is not UNSET:
            field_dict["severity"] = severity
        if template is not UNSET:
            field_dict["template"] = template

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera = cast(list[str], d.pop("camera", UNSET))

        group = cast(list[str], d.pop("group", UNSET))

        _severity = d.pop("severity", UNSET)
        severity: list[ReportFilterSeverityItem] | Unset = UNSET
        if _severity is not UNSET:
            severity = []
            for severity_item_data in _severity:
                severity_item = check_report_filter_severity_item(severity_item_data)

                severity.append(severity_item)

        template = cast(list[str], d.pop("template", UNSET))

        report_filter = cls(
            camera=camera,
            group=group,
            severity=severity,
            template=template,
        )

        return report_filter
