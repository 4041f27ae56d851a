from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FoundStream")


@_attrs_define
class FoundStream:
    """One stream that a camera offers; what is not known is empty or 0.

    Attributes:
        token: what the camera calls it.
        channel: which picture sensor or channel of the device, from 1.
        role: `main`, `sub`, or empty for another one.
        url: without user and password.

        Attributes:
            channel (int):  Default: 1.
            codec (str):  Default: ''.
            fps (float):  Default: 0.0.
            height (int):  Default: 0.
            name (str):  Default: ''.
            role (str):  Default: ''.
            token (str):  Default: ''.
            url (str):  Default: ''.
            width (int):  Default: 0.
    """

    channel: int = 1
    codec: str = ""
    fps: float = 0.0
    height: int = 0
    name: str = ""
    role: str = ""
    token: str = ""
    url: str = ""
    width: int = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        channel = self.channel

        codec = self.codec

        fps = self.fps

        height = self.height

        name = self.name

        role = self.role

        token = self.token

        url = self.url

        width = self.width

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "channel": channel,
                "codec": codec,
                "fps": fps,
                "height": height,
                "name": name,
                "role": role,
                "token": token,
                "url": url,
                "width": width,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        channel = d.pop("channel")

        codec = d.pop("codec")

        fps = d.pop("fps")

        height = d.pop("height")

        name = d.pop("name")

        role = d.pop("role")

        token = d.pop("token")

        url = d.pop("url")

        width = d.pop("width")

        found_stream = cls(
            channel=channel,
            codec=codec,
            fps=fps,
            height=height,
            name=name,
            role=role,
            token=token,
            url=url,
            width=width,
        )

        found_stream.additional_properties = d
        return found_stream

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
