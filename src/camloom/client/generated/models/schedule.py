from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.report_wish import ReportWish


T = TypeVar("T", bound="Schedule")


@_attrs_define
class Schedule:
    """A report that comes by itself.

    Attributes:
        owner: name of the account that made it.
        next_at: when it is due; None: it is switched off.
        attempts: that failed since it was last sent.

        Attributes:
            attempts (int):
            enabled (bool):
            id (str):
            last_error (str):
            last_ok_at (datetime.datetime | None):
            name (str):
            next_at (datetime.datetime | None):
            owner (str):
            owner_id (str):
            wish (ReportWish): What to send to whom.
    """

    attempts: int
    enabled: bool
    id: str
    last_error: str
    last_ok_at: datetime.datetime | None
    name: str
    next_at: datetime.datetime | None
    owner: str
    owner_id: str
    wish: ReportWish
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempts = self.attempts

        enabled = self.enabled

        id = self.id

        last_error = self.last_error

        last_ok_at: None | str
        if isinstance(self.last_ok_at, datetime.datetime):
            last_ok_at = self.last_ok_at.isoformat()
        else:
            last_ok_at = self.last_ok_at

        name = self.name

        next_at: None | str
        if isinstance(self.next_at, datetime.datetime):
            next_at = self.next_at.isoformat()
        else:
            next_at = self.next_at

        owner = self.owner

        owner_id = self.owner_id

        wish = self.wish.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempts": attempts,
                "enabled": enabled,
                "id": id,
                "last_error": last_error,
                "last_ok_at": last_ok_at,
                "name": name,
                "next_at": next_at,
                "owner": owner,
                "owner_id": owner_id,
                "wish": wish,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_wish import ReportWish  # noqa: PLC0415

        d = dict(src_dict)
        attempts = d.pop("attempts")

        enabled = d.pop("enabled")

        id = d.pop("id")

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

        owner = d.pop("owner")

        owner_id = d.pop("owner_id")

        wish = ReportWish.from_dict(d.pop("wish"))

        schedule = cls(
            attempts=attempts,
            enabled=enabled,
            id=id,
            last_error=last_error,
            last_ok_at=last_ok_at,
            name=name,
            next_at=next_at,
            owner=owner,
            owner_id=owner_id,
            wish=wish,
        )

        schedule.additional_properties = d
        return schedule

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
