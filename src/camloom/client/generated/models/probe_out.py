from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.probe_found import ProbeFound
    from ..models.seen_stream import SeenStream


T = TypeVar("T", bound="ProbeOut")


@_attrs_define
class ProbeOut:
    """What was found.

    Attributes:
        found: what else was seen, and what about it will hurt; empty of a source that is not looked into.
        picture: JPEG in base64; empty: none came.
        more: a longer look (`whole`) would tell more.

        Attributes:
            found (ProbeFound): What else was seen; see `camloom probe`.
            more (bool):
            picture (str):
            stream (SeenStream): A stream as it was opened; what is not known is empty or 0.

                Attributes:
                    live: it comes from a camera; None: not said.
    """

    found: ProbeFound
    more: bool
    picture: str
    stream: SeenStream
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found = self.found.to_dict()

        more = self.more

        picture = self.picture

        stream = self.stream.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "found": found,
                "more": more,
                "picture": picture,
                "stream": stream,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.probe_found import ProbeFound  # noqa: PLC0415
        from ..models.seen_stream import SeenStream  # noqa: PLC0415

        d = dict(src_dict)
        found = ProbeFound.from_dict(d.pop("found"))

        more = d.pop("more")

        picture = d.pop("picture")

        stream = SeenStream.from_dict(d.pop("stream"))

        probe_out = cls(
            found=found,
            more=more,
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
