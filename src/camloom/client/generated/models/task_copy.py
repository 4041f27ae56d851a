from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TaskCopy")


@_attrs_define
class TaskCopy:
    """Where zones and lines are copied to.

    Attributes:
        alarms: copy the whole task, off; else its zones and lines go into the tasks that the cameras have.

        Attributes:
            camera_ids (list[str]):
            alarms (bool | Unset):  Default: False.
    """

    camera_ids: list[str]
    alarms: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        camera_ids = self.camera_ids

        alarms = self.alarms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "camera_ids": camera_ids,
            }
        )
        if alarms is not UNSET:
            field_dict["alarms"] = alarms

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera_ids = cast(list[str], d.pop("camera_ids"))

        alarms = d.pop("alarms", UNSET)

        task_copy = cls(
            camera_ids=camera_ids,
            alarms=alarms,
        )

        return task_copy
