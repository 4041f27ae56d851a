from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.source_options import SourceOptions
    from ..models.stream_facts import StreamFacts


T = TypeVar("T", bound="CameraIn")


@_attrs_define
class CameraIn:
    """A camera as somebody sets it up.

    Attributes:
        url: of the stream that is analysed. `***` in the place of the password: the one that is kept.
        main_url: of the large stream, for recordings, where it is another one.
        host_id: whose engine reads it; None: the first host.
        map_x, map_y: on its site map, shares of the picture.

        Attributes:
            name (str):
            url (str):
            enabled (bool | Unset):  Default: True.
            group_id (None | str | Unset):
            host_id (None | str | Unset):
            main_options (SourceOptions | Unset): How a camera is read; what is left out is as the kind of source has it.
            main_url (None | str | Unset):
            map_x (float | None | Unset):
            map_y (float | None | Unset):
            options (SourceOptions | Unset): How a camera is read; what is left out is as the kind of source has it.
            place (str | Unset):  Default: ''.
            site_map_id (None | str | Unset):
            stream (None | StreamFacts | Unset):
    """

    name: str
    url: str
    enabled: bool | Unset = True
    group_id: None | str | Unset = UNSET
    host_id: None | str | Unset = UNSET
    main_options: SourceOptions | Unset = UNSET
    main_url: None | str | Unset = UNSET
    map_x: float | None | Unset = UNSET
    map_y: float | None | Unset = UNSET
    options: SourceOptions | Unset = UNSET
    place: str | Unset = ""
    site_map_id: None | str | Unset = UNSET
    stream: None | StreamFacts | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.stream_facts import StreamFacts  # noqa: PLC0415

        name = self.name

        url = self.url

        enabled = self.enabled

        group_id: None | str | Unset
        if isinstance(self.group_id, Unset):
            group_id = UNSET
        else:
            group_id = self.group_id

        host_id: None | str | Unset
        if isinstance(self.host_id, Unset):
            host_id = UNSET
        else:
            host_id = self.host_id

        main_options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.main_options, Unset):
            main_options = self.main_options.to_dict()

        main_url: None | str | Unset
        if isinstance(self.main_url, Unset):
            main_url = UNSET
        else:
            main_url = self.main_url

        map_x: float | None | Unset
        if isinstance(self.map_x, Unset):
            map_x = UNSET
        else:
            map_x = self.map_x

        map_y: float | None | Unset
        if isinstance(self.map_y, Unset):
            map_y = UNSET
        else:
            map_y = self.map_y

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        place = self.place

        site_map_id: None | str | Unset
        if isinstance(self.site_map_id, Unset):
            site_map_id = UNSET
        else:
            site_map_id = self.site_map_id

        stream: dict[str, Any] | None | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        elif isinstance(self.stream, StreamFacts):
            stream = self.stream.to_dict()
        else:
            stream = self.stream

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "url": url,
            }
        )
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if host_id is not UNSET:
            field_dict["host_id"] = host_id
        if main_options is not UNSET:
            field_dict["main_options"] = main_options
        if main_url is not UNSET:
            field_dict["main_url"] = main_url
        if map_x is not UNSET:
            field_dict["map_x"] = map_x
        if map_y is not UNSET:
            field_dict["map_y"] = map_y
        if options is not UNSET:
            field_dict["options"] = options
        if place is not UNSET:
            field_dict["place"] = place
        if site_map_id is not UNSET:
            field_dict["site_map_id"] = site_map_id
        if stream is not UNSET:
            field_dict["stream"] = stream

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_options import SourceOptions  # noqa: PLC0415
        from ..models.stream_facts import StreamFacts  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        enabled = d.pop("enabled", UNSET)

        def _parse_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        group_id = _parse_group_id(d.pop("group_id", UNSET))

        def _parse_host_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        host_id = _parse_host_id(d.pop("host_id", UNSET))

        _main_options = d.pop("main_options", UNSET)
        main_options: SourceOptions | Unset
        if isinstance(_main_options, Unset):
            main_options = UNSET
        else:
            main_options = SourceOptions.from_dict(_main_options)

        def _parse_main_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        main_url = _parse_main_url(d.pop("main_url", UNSET))

        def _parse_map_x(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        map_x = _parse_map_x(d.pop("map_x", UNSET))

        def _parse_map_y(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        map_y = _parse_map_y(d.pop("map_y", UNSET))

        _options = d.pop("options", UNSET)
        options: SourceOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = SourceOptions.from_dict(_options)

        place = d.pop("place", UNSET)

        def _parse_site_map_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        site_map_id = _parse_site_map_id(d.pop("site_map_id", UNSET))

        def _parse_stream(data: object) -> None | StreamFacts | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stream_type_0 = StreamFacts.from_dict(data)

                return stream_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StreamFacts | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        camera_in = cls(
            name=name,
            url=url,
            enabled=enabled,
            group_id=group_id,
            host_id=host_id,
            main_options=main_options,
            main_url=main_url,
            map_x=map_x,
            map_y=map_y,
            options=options,
            place=place,
            site_map_id=site_map_id,
            stream=stream,
        )

        return camera_in
