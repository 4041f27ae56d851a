from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.task_status import TaskStatus
    from ..models.week_span import WeekSpan


T = TypeVar("T", bound="TaskOut")


@_attrs_define
class TaskOut:
    """A task.

    Attributes:
        document: a `TaskDocument`.
        revision: rises with every edit, of its camera's source too.
        runs_now: whether it is to run at this moment: it and its camera are on, and the schedule says so.
        status: as its host says; of an older revision while an edit is on its way.
        warnings: in words, such as that the host has no room for it.

        Attributes:
            camera_id (str):
            created_at (datetime.datetime):
            document (Any):
            enabled (bool):
            host_id (str):
            id (str):
            name (str):
            revision (int):
            runs_now (bool):
            schedule (list[WeekSpan]):
            status (TaskStatus): How a task is.

                Attributes:
                    revision: of the order that runs; 0: none does.
                    condition, reason, detail, since: see `SourceState`; `stopped` where none runs, `failed` where it cannot.
                    stream: what was found, such as codec, width, height, fps.
                    age_s: of the newest picture that rules have seen; None: none yet.
                    skipped: share of frames left out because the machine is too slow, 0 to 1.
                    live: place of the socket where its pictures can be had; empty: nowhere.
            updated_at (datetime.datetime):
            warnings (list[str]):
    """

    camera_id: str
    created_at: datetime.datetime
    document: Any
    enabled: bool
    host_id: str
    id: str
    name: str
    revision: int
    runs_now: bool
    schedule: list[WeekSpan]
    status: TaskStatus
    updated_at: datetime.datetime
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        created_at = self.created_at.isoformat()

        document = self.document

        enabled = self.enabled

        host_id = self.host_id

        id = self.id

        name = self.name

        revision = self.revision

        runs_now = self.runs_now

        schedule = []
        for schedule_item_data in self.schedule:
            schedule_item = schedule_item_data.to_dict()
            schedule.append(schedule_item)

        status = self.status.to_dict()

        updated_at = self.updated_at.isoformat()

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "camera_id": camera_id,
                "created_at": created_at,
                "document": document,
                "enabled": enabled,
                "host_id": host_id,
                "id": id,
                "name": name,
                "revision": revision,
                "runs_now": runs_now,
                "schedule": schedule,
                "status": status,
                "updated_at": updated_at,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task_status import TaskStatus  # noqa: PLC0415
        from ..models.week_span import WeekSpan  # noqa: PLC0415

        d = dict(src_dict)
        camera_id = d.pop("camera_id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        document = d.pop("document")

        enabled = d.pop("enabled")

        host_id = d.pop("host_id")

        id = d.pop("id")

        name = d.pop("name")

        revision = d.pop("revision")

        runs_now = d.pop("runs_now")

        schedule = []
        _schedule = d.pop("schedule")
        for schedule_item_data in _schedule:
            schedule_item = WeekSpan.from_dict(schedule_item_data)

            schedule.append(schedule_item)

        status = TaskStatus.from_dict(d.pop("status"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        warnings = cast(list[str], d.pop("warnings"))

        task_out = cls(
            camera_id=camera_id,
            created_at=created_at,
            document=document,
            enabled=enabled,
            host_id=host_id,
            id=id,
            name=name,
            revision=revision,
            runs_now=runs_now,
            schedule=schedule,
            status=status,
            updated_at=updated_at,
            warnings=warnings,
        )

        task_out.additional_properties = d
        return task_out

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
