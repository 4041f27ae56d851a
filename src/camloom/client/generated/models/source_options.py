from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.source_options_format_type_0 import SourceOptionsFormatType0, check_source_options_format_type_0
from ..models.source_options_stream_type_0 import SourceOptionsStreamType0, check_source_options_stream_type_0
from ..models.source_options_transport_type_0 import SourceOptionsTransportType0, check_source_options_transport_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="SourceOptions")


@_attrs_define
class SourceOptions:
    """How a camera is read; what is left out is as the kind of source has it.

    Attributes:
        channel (int | None | Unset): ONVIF: of a recorder
        format_ (None | SourceOptionsFormatType0 | Unset): USB
        fps (float | None | Unset):
        height (int | None | Unset):
        profile (None | str | Unset): ONVIF: main, sub or a token
        stream (None | SourceOptionsStreamType0 | Unset): GB/T 28181
        timeout_s (float | None | Unset): longest silence
        transport (None | SourceOptionsTransportType0 | Unset):
        verify_tls (bool | None | Unset):
        width (int | None | Unset):
    """

    channel: int | None | Unset = UNSET
    format_: None | SourceOptionsFormatType0 | Unset = UNSET
    fps: float | None | Unset = UNSET
    height: int | None | Unset = UNSET
    profile: None | str | Unset = UNSET
    stream: None | SourceOptionsStreamType0 | Unset = UNSET
    timeout_s: float | None | Unset = UNSET
    transport: None | SourceOptionsTransportType0 | Unset = UNSET
    verify_tls: bool | None | Unset = UNSET
    width: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        channel: int | None | Unset
        if isinstance(self.channel, Unset):
            channel = UNSET
        else:
            channel = self.channel

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, str):
            format_ = self.format_
        else:
            format_ = self.format_

        fps: float | None | Unset
        if isinstance(self.fps, Unset):
            fps = UNSET
        else:
            fps = self.fps

        height: int | None | Unset
        if isinstance(self.height, Unset):
            height = UNSET
        else:
            height = self.height

        profile: None | str | Unset
        if isinstance(self.profile, Unset):
            profile = UNSET
        else:
            profile = self.profile

        stream: None | str | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        elif isinstance(self.stream, str):
            stream = self.stream
        else:
            stream = self.stream

        timeout_s: float | None | Unset
        if isinstance(self.timeout_s, Unset):
            timeout_s = UNSET
        else:
            timeout_s = self.timeout_s

        transport: None | str | Unset
        if isinstance(self.transport, Unset):
            transport = UNSET
        elif isinstance(self.transport, str):
            transport = self.transport
        else:
            transport = self.transport

        verify_tls: bool | None | Unset
        if isinstance(self.verify_tls, Unset):
            verify_tls = UNSET
        else:
            verify_tls = self.verify_tls

        width: int | None | Unset
        if isinstance(self.width, Unset):
            width = UNSET
        else:
            width = self.width

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if channel is not UNSET:
            field_dict["channel"] = channel
        if format_ is not UNSET:
            field_dict["format"] = format_
        if fps is not UNSET:
            field_dict["fps"] = fps
        if height is not UNSET:
            field_dict["height"] = height
        if profile is not UNSET:
            field_dict["profile"] = profile
        if stream is not UNSET:
            field_dict["stream"] = stream
        if timeout_s is not UNSET:
            field_dict["timeout_s"] = timeout_s
        if transport is not UNSET:
            field_dict["transport"] = transport
        if verify_tls is not UNSET:
            field_dict["verify_tls"] = verify_tls
        if width is not UNSET:
            field_dict["width"] = width

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_channel(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        channel = _parse_channel(d.pop("channel", UNSET))

        def _parse_format_(data: object) -> None | SourceOptionsFormatType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_0 = check_source_options_format_type_0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SourceOptionsFormatType0 | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_fps(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        fps = _parse_fps(d.pop("fps", UNSET))

        def _parse_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        height = _parse_height(d.pop("height", UNSET))

        def _parse_profile(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        profile = _parse_profile(d.pop("profile", UNSET))

        def _parse_stream(data: object) -> None | SourceOptionsStreamType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                stream_type_0 = check_source_options_stream_type_0(data)

                return stream_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SourceOptionsStreamType0 | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        def _parse_timeout_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        timeout_s = _parse_timeout_s(d.pop("timeout_s", UNSET))

        def _parse_transport(data: object) -> None | SourceOptionsTransportType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                transport_type_0 = check_source_options_transport_type_0(data)

                return transport_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SourceOptionsTransportType0 | Unset, data)

        transport = _parse_transport(d.pop("transport", UNSET))

        def _parse_verify_tls(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        verify_tls = _parse_verify_tls(d.pop("verify_tls", UNSET))

        def _parse_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        width = _parse_width(d.pop("width", UNSET))

        source_options = cls(
            channel=channel,
            format_=format_,
            fps=fps,
            height=height,
            profile=profile,
            stream=stream,
            timeout_s=timeout_s,
            transport=transport,
            verify_tls=verify_tls,
            width=width,
        )

        return source_options
