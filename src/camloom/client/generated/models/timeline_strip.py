from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

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
            severity (list[str]):
    """

    alarms: list[int]
    camera_id: str
    camera_name: str
    motion: list[float | None]
    severity: list[str]
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

        severity = self.severity

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

        severity = cast(list[str], d.pop("severity"))

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
