from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.alarm_action_action import AlarmActionAction, check_alarm_action_action
from ..types import UNSET, Unset

T = TypeVar("T", bound="AlarmAction")


@_attrs_define
class AlarmAction:
    """What to do with an alarm.

    Attributes:
        text: of a note, or a remark to anything else.
        assignee_id: for `assign`; None: nobody.

        Attributes:
            action (AlarmActionAction):
            assignee_id (None | str | Unset):
            text (str | Unset):  Default: ''.
    """

    action: AlarmActionAction
    assignee_id: None | str | Unset = UNSET
    text: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        assignee_id: None | str | Unset
        if isinstance(self.assignee_id, Unset):
            assignee_id = UNSET
        else:
            assignee_id = self.assignee_id

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
            }
        )
        if assignee_id is not UNSET:
            field_dict["assignee_id"] = assignee_id
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        action = check_alarm_action_action(d.pop("action"))

        def _parse_assignee_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        assignee_id = _parse_assignee_id(d.pop("assignee_id", UNSET))

        text = d.pop("text", UNSET)

        alarm_action = cls(
            action=action,
            assignee_id=assignee_id,
            text=text,
        )

        return alarm_action
