from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.found_stream import FoundStream


T = TypeVar("T", bound="FoundCamera")


@_attrs_define
class FoundCamera:
    """A camera that answered; what is not known is empty.

    Attributes:
        type: of its source.
        url: what a camera that is added takes, without user and password.
        address: IP address, device path, address on its bus.
        more_addresses: others that it answered from.
        note: what could not be learnt, and why.

        Attributes:
            address (str):  Default: ''.
            model (str):  Default: ''.
            more_addresses (list[str]):
            name (str):  Default: ''.
            note (str):  Default: ''.
            serial (str):  Default: ''.
            streams (list[FoundStream]):
            type_ (str):  Default: ''.
            url (str):
            vendor (str):  Default: ''.
    """

    more_addresses: list[str]
    streams: list[FoundStream]
    url: str
    address: str = ""
    model: str = ""
    name: str = ""
    note: str = ""
    serial: str = ""
    type_: str = ""
    vendor: str = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        address = self.address

        model = self.model

        more_addresses = self.more_addresses

        name = self.name

        note = self.note

        serial = self.serial

        streams = []
        for streams_item_data in self.streams:
            streams_item = streams_item_data.to_dict()
            streams.append(streams_item)

        type_ = self.type_

        url = self.url

        vendor = self.vendor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "address": address,
                "model": model,
                "more_addresses": more_addresses,
                "name": name,
                "note": note,
                "serial": serial,
                "streams": streams,
                "type": type_,
                "url": url,
                "vendor": vendor,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.found_stream import FoundStream  # noqa: PLC0415

        d = dict(src_dict)
        address = d.pop("address")

        model = d.pop("model")

        more_addresses = cast(list[str], d.pop("more_addresses"))

        name = d.pop("name")

        note = d.pop("note")

        serial = d.pop("serial")

        streams = []
        _streams = d.pop("streams")
        for streams_item_data in _streams:
            streams_item = FoundStream.from_dict(streams_item_data)

            streams.append(streams_item)

        type_ = d.pop("type")

        url = d.pop("url")

        vendor = d.pop("vendor")

        found_camera = cls(
            address=address,
            model=model,
            more_addresses=more_addresses,
            name=name,
            note=note,
            serial=serial,
            streams=streams,
            type_=type_,
            url=url,
            vendor=vendor,
        )

        found_camera.additional_properties = d
        return found_camera

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
