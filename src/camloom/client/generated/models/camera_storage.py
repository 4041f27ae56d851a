from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CameraStorage")


@_attrs_define
class CameraStorage:
    """What the pictures and clips of a camera take.

    Attributes:
        camera_id (str):
        clip_bytes (int):
        picture_bytes (int):
    """

    camera_id: str
    clip_bytes: int
    picture_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        clip_bytes = self.clip_bytes

        picture_bytes = self.picture_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "camera_id": camera_id,
                "clip_bytes": clip_bytes,
                "picture_bytes": picture_bytes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera_id = d.pop("camera_id")

        clip_bytes = d.pop("clip_bytes")

        picture_bytes = d.pop("picture_bytes")

        camera_storage = cls(
            camera_id=camera_id,
            clip_bytes=clip_bytes,
            picture_bytes=picture_bytes,
        )

        camera_storage.additional_properties = d
        return camera_storage

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
