from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AlarmNote")


@_attrs_define
class AlarmNote:
    """Something that somebody did with an alarm, or wrote about it.

    Attributes:
        account_id (None | str):
        account_name (str):
        action (str):
        at (datetime.datetime):
        id (str):
        text (str):
    """

    account_id: None | str
    account_name: str
    action: str
    at: datetime.datetime
    id: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account_id: None | str
        account_id = self.account_id

        account_name = self.account_name

        action = self.action

        at = self.at.isoformat()

        id = self.id

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_id": account_id,
                "account_name": account_name,
                "action": action,
                "at": at,
                "id": id,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_account_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        account_id = _parse_account_id(d.pop("account_id"))

        account_name = d.pop("account_name")

        action = d.pop("action")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        id = d.pop("id")

        text = d.pop("text")

        alarm_note = cls(
            account_id=account_id,
            account_name=account_name,
            action=action,
            at=at,
            id=id,
            text=text,
        )

        alarm_note.additional_properties = d
        return alarm_note

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
