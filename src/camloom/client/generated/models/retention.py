from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Retention")


@_attrs_define
class Retention:
    """How long things are kept.

    Attributes:
        kept_days: pictures and clips of alarms that were judged true or have notes.
        quota_bytes: of all pictures and clips; None: as much as the disk has.
        free_share: of the disk that stays free, whatever else is wanted.

        Attributes:
            alarm_days (int | Unset):  Default: 365.
            free_share (float | Unset):  Default: 0.05.
            kept_days (int | Unset):  Default: 365.
            media_days (int | Unset):  Default: 30.
            quota_bytes (int | None | Unset):
    """

    alarm_days: int | Unset = 365
    free_share: float | Unset = 0.05
    kept_days: int | Unset = 365
    media_days: int | Unset = 30
    quota_bytes: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        alarm_days = self.alarm_days

        free_share = self.free_share

        kept_days = self.kept_days

        media_days = self.media_days

        quota_bytes: int | None | Unset
        if isinstance(self.quota_bytes, Unset):
            quota_bytes = UNSET
        else:
            quota_bytes = self.quota_bytes

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if alarm_days is not UNSET:
            field_dict["alarm_days"] = alarm_days
        if free_share is not UNSET:
            field_dict["free_share"] = free_share
        if kept_days is not UNSET:
            field_dict["kept_days"] = kept_days
        if media_days is not UNSET:
            field_dict["media_days"] = media_days
        if quota_bytes is not UNSET:
            field_dict["quota_bytes"] = quota_bytes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alarm_days = d.pop("alarm_days", UNSET)

        free_share = d.pop("free_share", UNSET)

        kept_days = d.pop("kept_days", UNSET)

        media_days = d.pop("media_days", UNSET)

        def _parse_quota_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quota_bytes = _parse_quota_bytes(d.pop("quota_bytes", UNSET))

        retention = cls(
            alarm_days=alarm_days,
            free_share=free_share,
            kept_days=kept_days,
            media_days=media_days,
            quota_bytes=quota_bytes,
        )

        return retention
