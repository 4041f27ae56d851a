from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.host_detail_state import HostDetailState, check_host_detail_state

if TYPE_CHECKING:
    from ..models.health_note import HealthNote
    from ..models.host_load import HostLoad
    from ..models.task_on_host import TaskOnHost


T = TypeVar("T", bound="HostDetail")


@_attrs_define
class HostDetail:
    """A host with all that it says of itself.

    Attributes:
        applied (bool):
        bottleneck (str):
        clock_offset_s (float):
        created_at (datetime.datetime):
        hardware (Any):
        id (str):
        load (HostLoad | None):
        models (list[str]):
        name (str):
        notes (list[HealthNote]):
        seen_at (datetime.datetime | None):
        state (HostDetailState):
        streams (int):
        streams_fit (float | None):
        tasks (list[TaskOnHost]):
        versions (Any):
    """

    applied: bool
    bottleneck: str
    clock_offset_s: float
    created_at: datetime.datetime
    hardware: Any
    id: str
    load: HostLoad | None
    models: list[str]
    name: str
    notes: list[HealthNote]
    seen_at: datetime.datetime | None
    state: HostDetailState
    streams: int
    streams_fit: float | None
    tasks: list[TaskOnHost]
    versions: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.host_load import HostLoad  # noqa: PLC0415

        applied = self.applied

        bottleneck = self.bottleneck

        clock_offset_s = self.clock_offset_s

        created_at = self.created_at.isoformat()

        hardware = self.hardware

        id = self.id

        load: dict[str, Any] | None
        if isinstance(self.load, HostLoad):
            load = self.load.to_dict()
        else:
            load = self.load

        models = self.models

        name = self.name

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        seen_at: None | str
        if isinstance(self.seen_at, datetime.datetime):
            seen_at = self.seen_at.isoformat()
        else:
            seen_at = self.seen_at

        state: str = self.state

        streams = self.streams

        streams_fit: float | None
        streams_fit = self.streams_fit

        tasks = []
        for tasks_item_data in self.tasks:
            tasks_item = tasks_item_data.to_dict()
            tasks.append(tasks_item)

        versions = self.versions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "applied": applied,
                "bottleneck": bottleneck,
                "clock_offset_s": clock_offset_s,
                "created_at": created_at,
                "hardware": hardware,
                "id": id,
                "load": load,
                "models": models,
                "name": name,
                "notes": notes,
                "seen_at": seen_at,
                "state": state,
                "streams": streams,
                "streams_fit": streams_fit,
                "tasks": tasks,
                "versions": versions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.health_note import HealthNote  # noqa: PLC0415
        from ..models.host_load import HostLoad  # noqa: PLC0415
        from ..models.task_on_host import TaskOnHost  # noqa: PLC0415

        d = dict(src_dict)
        applied = d.pop("applied")

        bottleneck = d.pop("bottleneck")

        clock_offset_s = d.pop("clock_offset_s")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        hardware = d.pop("hardware")

        id = d.pop("id")

        def _parse_load(data: object) -> HostLoad | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                load_type_0 = HostLoad.from_dict(data)

                return load_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HostLoad | None, data)

        load = _parse_load(d.pop("load"))

        models = cast(list[str], d.pop("models"))

        name = d.pop("name")

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = HealthNote.from_dict(notes_item_data)

            notes.append(notes_item)

        def _parse_seen_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                seen_at_type_0 = datetime.datetime.fromisoformat(data)

                return seen_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        seen_at = _parse_seen_at(d.pop("seen_at"))

        state = check_host_detail_state(d.pop("state"))

        streams = d.pop("streams")

        def _parse_streams_fit(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        streams_fit = _parse_streams_fit(d.pop("streams_fit"))

        tasks = []
        _tasks = d.pop("tasks")
        for tasks_item_data in _tasks:
            tasks_item = TaskOnHost.from_dict(tasks_item_data)

            tasks.append(tasks_item)

        versions = d.pop("versions")

        host_detail = cls(
            applied=applied,
            bottleneck=bottleneck,
            clock_offset_s=clock_offset_s,
            created_at=created_at,
            hardware=hardware,
            id=id,
            load=load,
            models=models,
            name=name,
            notes=notes,
            seen_at=seen_at,
            state=state,
            streams=streams,
            streams_fit=streams_fit,
            tasks=tasks,
            versions=versions,
        )

        host_detail.additional_properties = d
        return host_detail

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
