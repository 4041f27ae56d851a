from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.timeline_strip import TimelineStrip


T = TypeVar("T", bound="Timeline")


@_attrs_define
class Timeline:
    """24 hours of all cameras that had an alarm, or pictures.

    Attributes:
        bucket_s: length of a piece of the time, in seconds.

        Attributes:
            bucket_s (int):
            cameras (list[TimelineStrip]):
            since (datetime.datetime):
    """

    bucket_s: int
    cameras: list[TimelineStrip]
    since: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        bucket_s = self.bucket_s

        cameras = []
        for cameras_item_data in self.cameras:
            cameras_item = cameras_item_data.to_dict()
            cameras.append(cameras_item)

        since = self.since.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "bucket_s": bucket_s,
                "cameras": cameras,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.timeline_strip import TimelineStrip  # noqa: PLC0415

        d = dict(src_dict)
        bucket_s = d.pop("bucket_s")

        cameras = []
        _cameras = d.pop("cameras")
        for cameras_item_data in _cameras:
            cameras_item = TimelineStrip.from_dict(cameras_item_data)

            cameras.append(cameras_item)

        since = datetime.datetime.fromisoformat(d.pop("since"))

        timeline = cls(
            bucket_s=bucket_s,
            cameras=cameras,
            since=since,
        )

        timeline.additional_properties = d
        return timeline

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
