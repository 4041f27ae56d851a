from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TaskStatus")


@_attrs_define
class TaskStatus:
    """How a task is.

    Attributes:
        revision: of the order that runs; 0: none does.
        condition, reason, detail, since: see `SourceState`; `stopped` where none runs, `failed` where it cannot.
        stream: what was found, such as codec, width, height, fps.
        age_s: of the newest picture that rules have seen; None: none yet.
        skipped: share of frames left out because the machine is too slow, 0 to 1.
        live: place of the socket where its pictures can be had; empty: nowhere.

        Attributes:
            id (str):
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

    id: str
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
        id = self.id

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
                "id": id,
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
        id = d.pop("id")

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

        task_status = cls(
            id=id,
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

        return task_status
