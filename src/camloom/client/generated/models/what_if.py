from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="WhatIf")


@_attrs_define
class WhatIf:
    """An edit to try on what was seen before.

    Attributes:
        document (Any): a task without id, source and sinks; see /task-schema
        since (datetime.datetime):
        until (datetime.datetime):
    """

    document: Any
    since: datetime.datetime
    until: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        document = self.document

        since = self.since.isoformat()

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "document": document,
                "since": since,
                "until": until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        document = d.pop("document")

        since = datetime.datetime.fromisoformat(d.pop("since"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        what_if = cls(
            document=document,
            since=since,
            until=until,
        )

        return what_if
