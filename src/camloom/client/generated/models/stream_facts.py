from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="StreamFacts")


@_attrs_define
class StreamFacts:
    """What a probe found.

    Attributes:
        codec (str | Unset):  Default: ''.
        fps (float | Unset):  Default: 0.0.
        height (int | Unset):  Default: 0.
        width (int | Unset):  Default: 0.
    """

    codec: str | Unset = ""
    fps: float | Unset = 0.0
    height: int | Unset = 0
    width: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        codec = self.codec

        fps = self.fps

        height = self.height

        width = self.width

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if codec is not UNSET:
            field_dict["codec"] = codec
        if fps is not UNSET:
            field_dict["fps"] = fps
        if height is not UNSET:
            field_dict["height"] = height
        if width is not UNSET:
            field_dict["width"] = width

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        codec = d.pop("codec", UNSET)

        fps = d.pop("fps", UNSET)

        height = d.pop("height", UNSET)

        width = d.pop("width", UNSET)

        stream_facts = cls(
            codec=codec,
            fps=fps,
            height=height,
            width=width,
        )

        return stream_facts
