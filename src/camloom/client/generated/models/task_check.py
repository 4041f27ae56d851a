from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TaskCheck")


@_attrs_define
class TaskCheck:
    """A document to look through without keeping it.

    Attributes:
        camera_id (str):
        document (Any): a task without id, source and sinks; see /task-schema
    """

    camera_id: str
    document: Any

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        document = self.document

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "camera_id": camera_id,
                "document": document,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera_id = d.pop("camera_id")

        document = d.pop("document")

        task_check = cls(
            camera_id=camera_id,
            document=document,
        )

        return task_check
