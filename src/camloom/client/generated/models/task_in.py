from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.week_span import WeekSpan


T = TypeVar("T", bound="TaskIn")


@_attrs_define
class TaskIn:
    """A task as somebody sets it up.

    Attributes:
        document: a `TaskDocument`: model, analysis_fps, zones, lines, alarms ...: docs/rules.md.
        schedule: when it runs, by the clock of the site; empty: always.

        Attributes:
            camera_id (str):
            name (str):
            document (Any | Unset): a task without id, source and sinks; see /task-schema
            enabled (bool | Unset):  Default: True.
            schedule (list[WeekSpan] | Unset):
    """

    camera_id: str
    name: str
    document: Any | Unset = UNSET
    enabled: bool | Unset = True
    schedule: list[WeekSpan] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        name = self.name

        document = self.document

        enabled = self.enabled

        schedule: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.schedule, Unset):
            schedule = []
            for schedule_item_data in self.schedule:
                schedule_item = schedule_item_data.to_dict()
                schedule.append(schedule_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "camera_id": camera_id,
                "name": name,
            }
        )
        if document is not UNSET:
            field_dict["document"] = document
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if schedule is not UNSET:
            field_dict["schedule"] = schedule

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.week_span import WeekSpan  # noqa: PLC0415

        d = dict(src_dict)
        camera_id = d.pop("camera_id")

        name = d.pop("name")

        document = d.pop("document", UNSET)

        enabled = d.pop("enabled", UNSET)

        _schedule = d.pop("schedule", UNSET)
        schedule: list[WeekSpan] | Unset = UNSET
        if _schedule is not UNSET:
            schedule = []
            for schedule_item_data in _schedule:
                schedule_item = WeekSpan.from_dict(schedule_item_data)

                schedule.append(schedule_item)

        task_in = cls(
            camera_id=camera_id,
            name=name,
            document=document,
            enabled=enabled,
            schedule=schedule,
        )

        return task_in
