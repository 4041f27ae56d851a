from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.bulk_action_action import BulkActionAction, check_bulk_action_action
from ..types import UNSET, Unset

T = TypeVar("T", bound="BulkAction")


@_attrs_define
class BulkAction:
    """The same for many alarms.

    Attributes:
        action (BulkActionAction):
        ids (list[str]):
        assignee_id (None | str | Unset):
        text (str | Unset):  Default: ''.
    """

    action: BulkActionAction
    ids: list[str]
    assignee_id: None | str | Unset = UNSET
    text: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        ids = self.ids

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
                "ids": ids,
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
        action = check_bulk_action_action(d.pop("action"))

        ids = cast(list[str], d.pop("ids"))

        def _parse_assignee_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        assignee_id = _parse_assignee_id(d.pop("assignee_id", UNSET))

        text = d.pop("text", UNSET)

        bulk_action = cls(
            action=action,
            ids=ids,
            assignee_id=assignee_id,
            text=text,
        )

        return bulk_action
