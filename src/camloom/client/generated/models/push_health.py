from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PushHealth")


@_attrs_define
class PushHealth:
    """How a target is.

    Attributes:
        waiting: deliveries that are not delivered yet.
        lost: how many were given up in all: too old, or too many waited.
        next_at: when the next one is tried.

        Attributes:
            enabled (bool):
            failing_since (datetime.datetime | None):
            id (str):
            kind (str):
            last_error (str):
            last_ok_at (datetime.datetime | None):
            lost (int):
            name (str):
            next_at (datetime.datetime | None):
            waiting (int):
    """

    enabled: bool
    failing_since: datetime.datetime | None
    id: str
    kind: str
    last_error: str
    last_ok_at: datetime.datetime | None
    lost: int
    name: str
    next_at: datetime.datetime | None
    waiting: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enabled = self.enabled

        failing_since: None | str
        if isinstance(self.failing_since, datetime.datetime):
            failing_since = self.failing_since.isoformat()
        else:
            failing_since = self.failing_since

        id = self.id

        kind = self.kind

        last_error = self.last_error

        last_ok_at: None | str
        if isinstance(self.last_ok_at, datetime.datetime):
            last_ok_at = self.last_ok_at.isoformat()
        else:
            last_ok_at = self.last_ok_at

        lost = self.lost

        name = self.name

        next_at: None | str
        if isinstance(self.next_at, datetime.datetime):
            next_at = self.next_at.isoformat()
        else:
            next_at = self.next_at

        waiting = self.waiting

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "enabled": enabled,
                "failing_since": failing_since,
                "id": id,
                "kind": kind,
                "last_error": last_error,
                "last_ok_at": last_ok_at,
                "lost": lost,
                "name": name,
                "next_at": next_at,
                "waiting": waiting,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        enabled = d.pop("enabled")

        def _parse_failing_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failing_since_type_0 = datetime.datetime.fromisoformat(data)

                return failing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        failing_since = _parse_failing_since(d.pop("failing_since"))

        id = d.pop("id")

        kind = d.pop("kind")

        last_error = d.pop("last_error")

        def _parse_last_ok_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_ok_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_ok_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_ok_at = _parse_last_ok_at(d.pop("last_ok_at"))

        lost = d.pop("lost")

        name = d.pop("name")

        def _parse_next_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_at = _parse_next_at(d.pop("next_at"))

        waiting = d.pop("waiting")

        push_health = cls(
            enabled=enabled,
            failing_since=failing_since,
            id=id,
            kind=kind,
            last_error=last_error,
            last_ok_at=last_ok_at,
            lost=lost,
            name=name,
            next_at=next_at,
            waiting=waiting,
        )

        push_health.additional_properties = d
        return push_health

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
