from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TaskOnHost")


@_attrs_define
class TaskOnHost:
    """A task as its host says it is.

    Attributes:
        camera_id (str):
        camera_name (str):
        id (str):
        name (str):
        age_s (float | None | Unset):
        analysed_fps (float | Unset):  Default: 0.0.
        breaks (int | Unset):  Default: 0.
        condition (str | Unset):  Default: 'stopped'.
        detail (str | Unset):  Default: ''.
        errors (list[str] | Unset):
        live (str | Unset):  Default: ''.
        reason (str | Unset):  Default: ''.
        revision (int | Unset):  Default: 0.
        since (datetime.datetime | None | Unset):
        skipped (float | Unset):  Default: 0.0.
        stream (Any | Unset):
    """

    camera_id: str
    camera_name: str
    id: str
    name: str
    age_s: float | None | Unset = UNSET
    analysed_fps: float | Unset = 0.0
    breaks: int | Unset = 0
    condition: str | Unset = "stopped"
    detail: str | Unset = ""
    errors: list[str] | Unset = UNSET
    live: str | Unset = ""
    reason: str | Unset = ""
    revision: int | Unset = 0
    since: datetime.datetime | None | Unset = UNSET
    skipped: float | Unset = 0.0
    stream: Any | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        camera_name = self.camera_name

        id = self.id

        name = self.name

        age_s: float | None | Unset
        if isinstance(self.age_s, Unset):
            age_s = UNSET
        else:
            age_s = self.age_s

        analysed_fps = self.analysed_fps

        breaks = self.breaks

        condition = self.condition

        detail = self.detail

        errors: list[str] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = self.errors

        live = self.live

        reason = self.reason

        revision = self.revision

        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        skipped = self.skipped

        stream = self.stream

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "camera_id": camera_id,
                "camera_name": camera_name,
                "id": id,
                "name": name,
            }
        )
        if age_s is not UNSET:
            field_dict["age_s"] = age_s
        if analysed_fps is not UNSET:
            field_dict["analysed_fps"] = analysed_fps
        if breaks is not UNSET:
            field_dict["breaks"] = breaks
        if condition is not UNSET:
            field_dict["condition"] = condition
        if detail is not UNSET:
            field_dict["detail"] = detail
        if errors is not UNSET:
            field_dict["errors"] = errors
        if live is not UNSET:
            field_dict["live"] = live
        if reason is not UNSET:
            field_dict["reason"] = reason
        if revision is not UNSET:
            field_dict["revision"] = revision
        if since is not UNSET:
            field_dict["since"] = since
        if skipped is not UNSET:
            field_dict["skipped"] = skipped
        if stream is not UNSET:
            field_dict["stream"] = stream

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera_id = d.pop("camera_id")

        camera_name = d.pop("camera_name")

        id = d.pop("id")

        name = d.pop("name")

        def _parse_age_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        age_s = _parse_age_s(d.pop("age_s", UNSET))

        analysed_fps = d.pop("analysed_fps", UNSET)

        breaks = d.pop("breaks", UNSET)

        condition = d.pop("condition", UNSET)

        detail = d.pop("detail", UNSET)

        errors = cast(list[str], d.pop("errors", UNSET))

        live = d.pop("live", UNSET)

        reason = d.pop("reason", UNSET)

        revision = d.pop("revision", UNSET)

        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))

        skipped = d.pop("skipped", UNSET)

        stream = d.pop("stream", UNSET)

        task_on_host = cls(
            camera_id=camera_id,
            camera_name=camera_name,
            id=id,
            name=name,
            age_s=age_s,
            analysed_fps=analysed_fps,
            breaks=breaks,
            condition=condition,
            detail=detail,
            errors=errors,
            live=live,
            reason=reason,
            revision=revision,
            since=since,
            skipped=skipped,
            stream=stream,
        )

        return task_on_host
