from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ProbeOut")


@_attrs_define
class ProbeOut:
    """What was found.

    Attributes:
        stream: codec, width, height, fps.
        found: what else was seen, and what about it will hurt; see `camloom probe`.
        picture: JPEG in base64; empty: none came.

        Attributes:
            found (Any):
            picture (str):
            stream (Any):
    """

    found: Any
    picture: str
    stream: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found = self.found

        picture = self.picture

        stream = self.stream

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "found": found,
                "picture": picture,
                "stream": stream,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        found = d.pop("found")

        picture = d.pop("picture")

        stream = d.pop("stream")

        probe_out = cls(
            found=found,
            picture=picture,
            stream=stream,
        )

        probe_out.additional_properties = d
        return probe_out

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
