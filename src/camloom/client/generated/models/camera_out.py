from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.seen_stream import SeenStream
    from ..models.source_options import SourceOptions


T = TypeVar("T", bound="CameraOut")


@_attrs_define
class CameraOut:
    """A camera.

    Attributes:
        url, main_url: without password: `***` stands for it.
        condition, reason, detail, since: how its picture is; see the states of a source.
        watches: templates of the alarms of its tasks.

        Attributes:
            condition (str):
            created_at (datetime.datetime):
            detail (str):
            enabled (bool):
            group_id (None | str):
            host_id (str):
            id (str):
            main_options (SourceOptions): How a camera is read; what is left out is as the kind of source has it.
            main_url (None | str):
            map_x (float | None):
            map_y (float | None):
            name (str):
            options (SourceOptions): How a camera is read; what is left out is as the kind of source has it.
            place (str):
            reason (str):
            since (datetime.datetime | None):
            site_map_id (None | str):
            stream (SeenStream): A stream as it was opened; what is not known is empty or 0.

                Attributes:
                    live: it comes from a camera; None: not said.
            url (str):
            watches (list[str]):
    """

    condition: str
    created_at: datetime.datetime
    detail: str
    enabled: bool
    group_id: None | str
    host_id: str
    id: str
    main_options: SourceOptions
    main_url: None | str
    map_x: float | None
    map_y: float | None
    name: str
    options: SourceOptions
    place: str
    reason: str
    since: datetime.datetime | None
    site_map_id: None | str
    stream: SeenStream
    url: str
    watches: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        condition = self.condition

        created_at = self.created_at.isoformat()

        detail = self.detail

        enabled = self.enabled

        group_id: None | str
        group_id = self.group_id

        host_id = self.host_id

        id = self.id

        main_options = self.main_options.to_dict()

        main_url: None | str
        main_url = self.main_url

        map_x: float | None
        map_x = self.map_x

        map_y: float | None
        map_y = self.map_y

        name = self.name

        options = self.options.to_dict()

        place = self.place

        reason = self.reason

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        site_map_id: None | str
        site_map_id = self.site_map_id

        stream = self.stream.to_dict()

        url = self.url

        watches = self.watches

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "condition": condition,
                "created_at": created_at,
                "detail": detail,
                "enabled": enabled,
                "group_id": group_id,
                "host_id": host_id,
                "id": id,
                "main_options": main_options,
                "main_url": main_url,
                "map_x": map_x,
                "map_y": map_y,
                "name": name,
                "options": options,
                "place": place,
                "reason": reason,
                "since": since,
                "site_map_id": site_map_id,
                "stream": stream,
                "url": url,
                "watches": watches,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.seen_stream import SeenStream  # noqa: PLC0415
        from ..models.source_options import SourceOptions  # noqa: PLC0415

        d = dict(src_dict)
        condition = d.pop("condition")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        detail = d.pop("detail")

        enabled = d.pop("enabled")

        def _parse_group_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        group_id = _parse_group_id(d.pop("group_id"))

        host_id = d.pop("host_id")

        id = d.pop("id")

        main_options = SourceOptions.from_dict(d.pop("main_options"))

        def _parse_main_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        main_url = _parse_main_url(d.pop("main_url"))

        def _parse_map_x(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        map_x = _parse_map_x(d.pop("map_x"))

        def _parse_map_y(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        map_y = _parse_map_y(d.pop("map_y"))

        name = d.pop("name")

        options = SourceOptions.from_dict(d.pop("options"))

        place = d.pop("place")

        reason = d.pop("reason")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))

        def _parse_site_map_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        site_map_id = _parse_site_map_id(d.pop("site_map_id"))

        stream = SeenStream.from_dict(d.pop("stream"))

        url = d.pop("url")

        watches = cast(list[str], d.pop("watches"))

        camera_out = cls(
            condition=condition,
            created_at=created_at,
            detail=detail,
            enabled=enabled,
            group_id=group_id,
            host_id=host_id,
            id=id,
            main_options=main_options,
            main_url=main_url,
            map_x=map_x,
            map_y=map_y,
            name=name,
            options=options,
            place=place,
            reason=reason,
            since=since,
            site_map_id=site_map_id,
            stream=stream,
            url=url,
            watches=watches,
        )

        camera_out.additional_properties = d
        return camera_out

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
