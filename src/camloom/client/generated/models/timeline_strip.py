from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.timeline_strip_severity_item_type_0 import (
    TimelineStripSeverityItemType0,
    check_timeline_strip_severity_item_type_0,
)

T = TypeVar("T", bound="TimelineStrip")


@_attrs_define
class TimelineStrip:
    """One camera.

    Attributes:
        alarms: how many began in each piece of the time.
        severity: the worst of them; empty where there is none.
        motion: in each piece, the share of the time in which something moved; null where no pictures came.

        Attributes:
            alarms (list[int]):
            camera_id (str):
            camera_name (str):
            motion (list[float | None]):
            severity (list[Literal[''] | TimelineStripSeverityItemType0]):
    """

    alarms: list[int]
    camera_id: str
    camera_name: str
    motion: list[float | None]
    severity: list[Literal[""] | TimelineStripSeverityItemType0]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarms = self.alarms

        camera_id = self.camera_id

        camera_name = self.camera_name

        motion = []
        for motion_item_data in self.motion:
            motion_item: float | None
            motion_item = motion_item_data
            motion.append(motion_item)

        severity = []
        for severity_item_data in self.severity:
            severity_item: Literal[""] | str
            if isinstance(severity_item_data, str):
                severity_item = severity_item_data
            else:
                severity_item = severity_item_data
            severity.append(severity_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alarms": alarms,
                "camera_id": camera_id,
                "camera_name": camera_name,
                "motion": motion,
                "severity": severity,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alarms = cast(list[int], d.pop("alarms"))

        camera_id = d.pop("camera_id")

        camera_name = d.pop("camera_name")

        motion = []
        _motion = d.pop("motion")
        for motion_item_data in _motion:

            def _parse_motion_item(data: object) -> float | None:
                if data is None:
                    return data
                return cast(float | None, data)

            motion_item = _parse_motion_item(motion_item_data)

            motion.append(motion_item)

        severity = []
        _severity = d.pop("severity")
        for severity_item_data in _severity:

            def _parse_severity_item(data: object) -> Literal[""] | TimelineStripSeverityItemType0:
                try:
                    if not isinstance(data, str):
                        raise TypeError()
                    severity_item_type_0 = check_timeline_strip_severity_item_type_0(data)

                    return severity_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                severity_item_type_1 = cast(Literal[""], data)
                if severity_item_type_1 != "":
                    raise ValueError(f"severity_item_type_1 must match const '', got '{severity_item_type_1}'")
                return severity_item_type_1

            severity_item = _parse_severity_item(severity_item_data)

            severity.append(severity_item)

        timeline_strip = cls(
            alarms=alarms,
            camera_id=camera_id,
            camera_name=camera_name,
            motion=motion,
            severity=severity,
        )

        timeline_strip.additional_properties = d
        return timeline_strip

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
