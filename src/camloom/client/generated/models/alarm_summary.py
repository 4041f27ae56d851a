from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.alarm_summary_handling import AlarmSummaryHandling, check_alarm_summary_handling
from ..models.alarm_summary_severity import AlarmSummarySeverity, check_alarm_summary_severity
from ..models.alarm_summary_verdict_type_0 import AlarmSummaryVerdictType0, check_alarm_summary_verdict_type_0

T = TypeVar("T", bound="AlarmSummary")


@_attrs_define
class AlarmSummary:
    """An alarm in a list.

    Attributes:
        began_at, ended_at: by the clock of the host; ended_at None: it lasts.
        received_at: by the clock of this server.
        count: how many joined, merged incidents included.
        happened: how many joined its own incident; where that is less than `count`, others are part of it.
        picture, clip: ids of media; None: there is none, or not yet.
        change: number of its last change; rises over all alarms.

        Attributes:
            assignee_id (None | str):
            began_at (datetime.datetime):
            camera_group_id (None | str):
            camera_id (str):
            camera_name (str):
            change (int):
            clip (None | str):
            count (int):
            ended_at (datetime.datetime | None):
            escalated_at (datetime.datetime | None):
            handling (AlarmSummaryHandling):
            happened (int):
            host_id (str):
            id (str):
            merged_into (None | str):
            name (Any):
            picture (None | str):
            quiet_reason (str):
            received_at (datetime.datetime):
            rule_id (str):
            severity (AlarmSummarySeverity):
            stage (str):
            task_id (str):
            template (str):
            updated_at (datetime.datetime):
            verdict (AlarmSummaryVerdictType0 | None):
            zone (str):
    """

    assignee_id: None | str
    began_at: datetime.datetime
    camera_group_id: None | str
    camera_id: str
    camera_name: str
    change: int
    clip: None | str
    count: int
    ended_at: datetime.datetime | None
    escalated_at: datetime.datetime | None
    handling: AlarmSummaryHandling
    happened: int
    host_id: str
    id: str
    merged_into: None | str
    name: Any
    picture: None | str
    quiet_reason: str
    received_at: datetime.datetime
    rule_id: str
    severity: AlarmSummarySeverity
    stage: str
    task_id: str
    template: str
    updated_at: datetime.datetime
    verdict: AlarmSummaryVerdictType0 | None
    zone: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        assignee_id: None | str
        assignee_id = self.assignee_id

        began_at = self.began_at.isoformat()

        camera_group_id: None | str
        camera_group_id = self.camera_group_id

        camera_id = self.camera_id

        camera_name = self.camera_name

        change = self.change

        clip: None | str
        clip = self.clip

        count = self.count

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        escalated_at: None | str
        if isinstance(self.escalated_at, datetime.datetime):
            escalated_at = self.escalated_at.isoformat()
        else:
            escalated_at = self.escalated_at

        handling: str = self.handling

        happened = self.happened

        host_id = self.host_id

        id = self.id

        merged_into: None | str
        merged_into = self.merged_into

        name = self.name

        picture: None | str
        picture = self.picture

        quiet_reason = self.quiet_reason

        received_at = self.received_at.isoformat()

        rule_id = self.rule_id

        severity: str = self.severity

        stage = self.stage

        task_id = self.task_id

        template = self.template

        updated_at = self.updated_at.isoformat()

        verdict: None | str
        if isinstance(self.verdict, str):
            verdict = self.verdict
        else:
            verdict = self.verdict

        zone = self.zone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "assignee_id": assignee_id,
                "began_at": began_at,
                "camera_group_id": camera_group_id,
                "camera_id": camera_id,
                "camera_name": camera_name,
                "change": change,
                "clip": clip,
                "count": count,
                "ended_at": ended_at,
                "escalated_at": escalated_at,
                "handling": handling,
                "happened": happened,
                "host_id": host_id,
                "id": id,
                "merged_into": merged_into,
                "name": name,
                "picture": picture,
                "quiet_reason": quiet_reason,
                "received_at": received_at,
                "rule_id": rule_id,
                "severity": severity,
                "stage": stage,
                "task_id": task_id,
                "template": template,
                "updated_at": updated_at,
                "verdict": verdict,
                "zone": zone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_assignee_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        assignee_id = _parse_assignee_id(d.pop("assignee_id"))

        began_at = datetime.datetime.fromisoformat(d.pop("began_at"))

        def _parse_camera_group_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        camera_group_id = _parse_camera_group_id(d.pop("camera_group_id"))

        camera_id = d.pop("camera_id")

        camera_name = d.pop("camera_name")

        change = d.pop("change")

        def _parse_clip(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        clip = _parse_clip(d.pop("clip"))

        count = d.pop("count")

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_escalated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                escalated_at_type_0 = datetime.datetime.fromisoformat(data)

                return escalated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        escalated_at = _parse_escalated_at(d.pop("escalated_at"))

        handling = check_alarm_summary_handling(d.pop("handling"))

        happened = d.pop("happened")

        host_id = d.pop("host_id")

        id = d.pop("id")

        def _parse_merged_into(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        merged_into = _parse_merged_into(d.pop("merged_into"))

        name = d.pop("name")

        def _parse_picture(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        picture = _parse_picture(d.pop("picture"))

        quiet_reason = d.pop("quiet_reason")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        rule_id = d.pop("rule_id")

        severity = check_alarm_summary_severity(d.pop("severity"))

        stage = d.pop("stage")

        task_id = d.pop("task_id")

        template = d.pop("template")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_verdict(data: object) -> AlarmSummaryVerdictType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verdict_type_0 = check_alarm_summary_verdict_type_0(data)

                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AlarmSummaryVerdictType0 | None, data)

        verdict = _parse_verdict(d.pop("verdict"))

        zone = d.pop("zone")

        alarm_summary = cls(
            assignee_id=assignee_id,
            began_at=began_at,
            camera_group_id=camera_group_id,
            camera_id=camera_id,
            camera_name=camera_name,
            change=change,
            clip=clip,
            count=count,
            ended_at=ended_at,
            escalated_at=escalated_at,
            handling=handling,
            happened=happened,
            host_id=host_id,
            id=id,
            merged_into=merged_into,
            name=name,
            picture=picture,
            quiet_reason=quiet_reason,
            received_at=received_at,
            rule_id=rule_id,
            severity=severity,
            stage=stage,
            task_id=task_id,
            template=template,
            updated_at=updated_at,
            verdict=verdict,
            zone=zone,
        )

        alarm_summary.additional_properties = d
        return alarm_summary

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
