from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Storage")


@_attrs_define
class Storage:
    """How it stood when it was last looked at.

    Attributes:
        free_bytes, total_bytes: of the disk; None: it is no disk of this machine.
        reason: why things were taken away before their time: `quota`, `disk`, or empty.
        expired: how many pictures and clips were taken away.
        short: whether there is still less room than there should be.

        Attributes:
            at (datetime.datetime):
            used_bytes (int):
            alarms_removed (int | Unset):  Default: 0.
            expired (int | Unset):  Default: 0.
            free_bytes (int | None | Unset):
            reason (str | Unset):  Default: ''.
            short (bool | Unset):  Default: False.
            total_bytes (int | None | Unset):
    """

    at: datetime.datetime
    used_bytes: int
    alarms_removed: int | Unset = 0
    expired: int | Unset = 0
    free_bytes: int | None | Unset = UNSET
    reason: str | Unset = ""
    short: bool | Unset = False
    total_bytes: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        used_bytes = self.used_bytes

        alarms_removed = self.alarms_removed

        expired = self.expired

        free_bytes: int | None | Unset
        if isinstance(self.free_bytes, Unset):
            free_bytes = UNSET
        else:
            free_bytes = self.free_bytes

        reason = self.reason

        short = self.short

        total_bytes: int | None | Unset
        if isinstance(self.total_bytes, Unset):
            total_bytes = UNSET
        else:
            total_bytes = self.total_bytes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "at": at,
                "used_bytes": used_bytes,
            }
        )
        if alarms_removed is not UNSET:
            field_dict["alarms_removed"] = alarms_removed
        if expired is not UNSET:
            field_dict["expired"] = expired
        if free_bytes is not UNSET:
            field_dict["free_bytes"] = free_bytes
        if reason is not UNSET:
            field_dict["reason"] = reason
        if short is not UNSET:
            field_dict["short"] = short
        if total_bytes is not UNSET:
            field_dict["total_bytes"] = total_bytes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        used_bytes = d.pop("used_bytes")

        alarms_removed = d.pop("alarms_removed", UNSET)

        expired = d.pop("expired", UNSET)

        def _parse_free_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        free_bytes = _parse_free_bytes(d.pop("free_bytes", UNSET))

        reason = d.pop("reason", UNSET)

        short = d.pop("short", UNSET)

        def _parse_total_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total_bytes = _parse_total_bytes(d.pop("total_bytes", UNSET))

        storage = cls(
            at=at,
            used_bytes=used_bytes,
            alarms_removed=alarms_removed,
            expired=expired,
            free_bytes=free_bytes,
            reason=reason,
            short=short,
            total_bytes=total_bytes,
        )

        return storage
