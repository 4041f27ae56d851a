from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.probe_in_look import ProbeInLook, check_probe_in_look
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.source_options import SourceOptions


T = TypeVar("T", bound="ProbeIn")


@_attrs_define
class ProbeIn:
    """A source to look at.

    Attributes:
        camera_id: the camera whose password `***` in the URL stands for.
        look: `picture`: no longer than until the first picture of a camera is there; `whole`: for some seconds, for
            all that can be told of its stream.

        Attributes:
            url (str):
            camera_id (None | str | Unset):
            host_id (None | str | Unset):
            look (ProbeInLook | Unset):  Default: 'whole'.
            options (SourceOptions | Unset): How a camera is read; what is left out is as the kind of source has it.
    """

    url: str
    camera_id: None | str | Unset = UNSET
    host_id: None | str | Unset = UNSET
    look: ProbeInLook | Unset = "whole"
    options: SourceOptions | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        camera_id: None | str | Unset
        if isinstance(self.camera_id, Unset):
            camera_id = UNSET
        else:
            camera_id = self.camera_id

        host_id: None | str | Unset
        if isinstance(self.host_id, Unset):
            host_id = UNSET
        else:
            host_id = self.host_id

        look: str | Unset = UNSET
        if not isinstance(self.look, Unset):
            look = self.look

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if camera_id is not UNSET:
            field_dict["camera_id"] = camera_id
        if host_id is not UNSET:
            field_dict["host_id"] = host_id
        if look is not UNSET:
            field_dict["look"] = look
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_options import SourceOptions  # noqa: PLC0415

        d = dict(src_dict)
        url = d.pop("url")

        def _parse_camera_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        camera_id = _parse_camera_id(d.pop("camera_id", UNSET))

        def _parse_host_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        host_id = _parse_host_id(d.pop("host_id", UNSET))

        _look = d.pop("look", UNSET)
        look: ProbeInLook | Unset
        if isinstance(_look, Unset):
            look = UNSET
        else:
            look = check_probe_in_look(_look)

        _options = d.pop("options", UNSET)
        options: SourceOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = SourceOptions.from_dict(_options)

        probe_in = cls(
            url=url,
            camera_id=camera_id,
            host_id=host_id,
            look=look,
            options=options,
        )

        return probe_in
