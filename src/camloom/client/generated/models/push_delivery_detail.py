from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.push_delivery_detail_state import PushDeliveryDetailState, check_push_delivery_detail_state

T = TypeVar("T", bound="PushDeliveryDetail")


@_attrs_define
class PushDeliveryDetail:
    """One thing to tell one target, with what is told.

    Attributes:
        document: as programs get it, a `PushedEvent` without picture; people get `title`, `text` and `link` of its
            `data`.

        Attributes:
            alarm_id (None | str):
            alarm_name (Any):
            attempts (int):
            camera_name (str):
            change (str):
            created_at (datetime.datetime):
            delivered_at (datetime.datetime | None):
            document (Any):
            due_at (datetime.datetime):
            id (str):
            key (str):
            last_error (str):
            state (PushDeliveryDetailState):
    """

    alarm_id: None | str
    alarm_name: Any
    attempts: int
    camera_name: str
    change: str
    created_at: datetime.datetime
    delivered_at: datetime.datetime | None
    document: Any
    due_at: datetime.datetime
    id: str
    key: str
    last_error: str
    state: PushDeliveryDetailState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarm_id: None | str
        alarm_id = self.alarm_id

        alarm_name = self.alarm_name

        attempts = self.attempts

        camera_name = self.camera_name

        change = self.change

        created_at = self.created_at.isoformat()

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        document = self.document

        due_at = self.due_at.isoformat()

        id = self.id

        key = self.key

        last_error = self.last_error

        state: str = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alarm_id": alarm_id,
                "alarm_name": alarm_name,
                "attempts": attempts,
                "camera_name": camera_name,
                "change": change,
                "created_at": created_at,
                "delivered_at": delivered_at,
                "document": document,
                "due_at": due_at,
                "id": id,
                "key": key,
                "last_error": last_error,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_alarm_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        alarm_id = _parse_alarm_id(d.pop("alarm_id"))

        alarm_name = d.pop("alarm_name")

        attempts = d.pop("attempts")

        camera_name = d.pop("camera_name")

        change = d.pop("change")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)

                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        document = d.pop("document")

        due_at = datetime.datetime.fromisoformat(d.pop("due_at"))

        id = d.pop("id")

        key = d.pop("key")

        last_error = d.pop("last_error")

        state = check_push_delivery_detail_state(d.pop("state"))

        push_delivery_detail = cls(
            alarm_id=alarm_id,
            alarm_name=alarm_name,
            attempts=attempts,
            camera_name=camera_name,
            change=change,
            created_at=created_at,
            delivered_at=delivered_at,
            document=document,
            due_at=due_at,
            id=id,
            key=key,
            last_error=last_error,
            state=state,
        )

        push_delivery_detail.additional_properties = d
        return push_delivery_detail

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
