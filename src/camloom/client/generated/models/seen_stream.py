from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SeenStream")


@_attrs_define
class SeenStream:
    """A stream as it was opened; what is not known is empty or 0.

    Attributes:
        live: it comes from a camera; None: not said.

        Attributes:
            codec (str):  Default: ''.
            fps (float):  Default: 0.0.
            height (int):  Default: 0.
            live (bool | None):
            width (int):  Default: 0.
    """

    live: bool | None
    codec: str = ""
    fps: float = 0.0
    height: int = 0
    width: int = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        codec = self.codec

        fps = self.fps

        height = self.height

        live: bool | None
        live = self.live

        width = self.width

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "codec": codec,
                "fps": fps,
                "height": height,
                "live": live,
                "width": width,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        codec = d.pop("codec")

        fps = d.pop("fps")

        height = d.pop("height")

        def _parse_live(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        live = _parse_live(d.pop("live"))

        width = d.pop("width")

        seen_stream = cls(
            codec=codec,
            fps=fps,
            height=height,
            live=live,
            width=width,
        )

        seen_stream.additional_properties = d
        return seen_stream

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
