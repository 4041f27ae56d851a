from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Uptime")


@_attrs_define
class Uptime:
    """How a camera was.

    Attributes:
        online_share: of the time that it was meant to run; None: nothing is known of it.
        known_s: for how long it is known.
        meant_s: of that, for how long it was meant to run.
        offline_s: for how long it was meant to run and did not.
        outages: how often it went offline.

        Attributes:
            camera (str):
            camera_id (str):
            known_s (float):
            meant_s (float):
            offline_s (float):
            online_share (float | None):
            outages (int):
    """

    camera: str
    camera_id: str
    known_s: float
    meant_s: float
    offline_s: float
    online_share: float | None
    outages: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        camera = self.camera

        camera_id = self.camera_id

        known_s = self.known_s

        meant_s = self.meant_s

        offline_s = self.offline_s

        online_share: float | None
        online_share = self.online_share

        outages = self.outages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "camera": camera,
                "camera_id": camera_id,
                "known_s": known_s,
                "meant_s": meant_s,
                "offline_s": offline_s,
                "online_share": online_share,
                "outages": outages,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera = d.pop("camera")

        camera_id = d.pop("camera_id")

        known_s = d.pop("known_s")

        meant_s = d.pop("meant_s")

        offline_s = d.pop("offline_s")

        def _parse_online_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        online_share = _parse_online_share(d.pop("online_share"))

        outages = d.pop("outages")

        uptime = cls(
            camera=camera,
            camera_id=camera_id,
            known_s=known_s,
            meant_s=meant_s,
            offline_s=offline_s,
            online_share=online_share,
            outages=outages,
        )

        uptime.additional_properties = d
        return uptime

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
