from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.alarm_detail_handling import AlarmDetailHandling, check_alarm_detail_handling
from ..models.alarm_detail_severity import AlarmDetailSeverity, check_alarm_detail_severity
from ..models.alarm_detail_verdict_type_0 import AlarmDetailVerdictType0, check_alarm_detail_verdict_type_0

if TYPE_CHECKING:
    from ..models.alarm_event import AlarmEvent
    from ..models.alarm_media import AlarmMedia
    from ..models.alarm_note import AlarmNote
    from ..models.event_gate import EventGate


T = TypeVar("T", bound="AlarmDetail")


@_attrs_define
class AlarmDetail:
    """All that is known of an alarm; of long lists, the newest.

    Attributes:
        why: the gates that its most telling event passed.
        event: that event, a `HostEvent`.
        merged: how many others are part of it; list them with `merged_into`.
        policy: name of the policy that decided.

        Attributes:
            assignee (None | str):
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
            event (Any):
            events (list[AlarmEvent]):
            handling (AlarmDetailHandling):
            happened (int):
            host_id (str):
            id (str):
            media (list[AlarmMedia]):
            merged (int):
            merged_into (None | str):
            name (Any):
            notes (list[AlarmNote]):
            picture (None | str):
            policy (None | str):
            quiet_reason (str):
            received_at (datetime.datetime):
            rule_id (str):
            severity (AlarmDetailSeverity):
            stage (str):
            task_id (str):
            template (str):
            updated_at (datetime.datetime):
            verdict (AlarmDetailVerdictType0 | None):
            why (list[EventGate]):
            zone (str):
    """

    assignee: None | str
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
    event: Any
    events: list[AlarmEvent]
    handling: AlarmDetailHandling
    happened: int
    host_id: str
    id: str
    media: list[AlarmMedia]
    merged: int
    merged_into: None | str
    name: Any
    notes: list[AlarmNote]
    picture: None | str
    policy: None | str
    quiet_reason: str
    received_at: datetime.datetime
    rule_id: str
    severity: AlarmDetailSeverity
    stage: str
    task_id: str
    template: str
    updated_at: datetime.datetime
    verdict: AlarmDetailVerdictType0 | None
    why: list[EventGate]
    zone: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        assignee: None | str
        assignee = self.assignee

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

        event = self.event

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        handling: str = self.handling

        happened = self.happened

        host_id = self.host_id

        id = self.id

        media = []
        for media_item_data in self.media:
            media_item = media_item_data.to_dict()
            media.append(media_item)

        merged = self.merged

        merged_into: None | str
        merged_into = self.merged_into

        name = self.name

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        picture: None | str
        picture = self.picture

        policy: None | str
        policy = self.policy

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

        why = []
        for why_item_data in self.why:
            why_item = why_item_data.to_dict()
            why.append(why_item)

        zone = self.zone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "assignee": assignee,
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
                "event": event,
                "events": events,
                "handling": handling,
                "happened": happened,
                "host_id": host_id,
                "id": id,
                "media": media,
                "merged": merged,
                "merged_into": merged_into,
                "name": name,
                "notes": notes,
                "picture": picture,
                "policy": policy,
                "quiet_reason": quiet_reason,
                "received_at": received_at,
                "rule_id": rule_id,
                "severity": severity,
                "stage": stage,
                "task_id": task_id,
                "template": template,
                "updated_at": updated_at,
                "verdict": verdict,
                "why": why,
                "zone": zone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alarm_event import AlarmEvent  # noqa: PLC0415
        from ..models.alarm_media import AlarmMedia  # noqa: PLC0415
        from ..models.alarm_note import AlarmNote  # noqa: PLC0415
        from ..models.event_gate import EventGate  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_assignee(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        assignee = _parse_assignee(d.pop("assignee"))

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

        event = d.pop("event")

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = AlarmEvent.from_dict(events_item_data)

            events.append(events_item)

        handling = check_alarm_detail_handling(d.pop("handling"))

        happened = d.pop("happened")

        host_id = d.pop("host_id")

        id = d.pop("id")

        media = []
        _media = d.pop("media")
        for media_item_data in _media:
            media_item = AlarmMedia.from_dict(media_item_data)

            media.append(media_item)

        merged = d.pop("merged")

        def _parse_merged_into(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        merged_into = _parse_merged_into(d.pop("merged_into"))

        name = d.pop("name")

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = AlarmNote.from_dict(notes_item_data)

            notes.append(notes_item)

        def _parse_picture(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        picture = _parse_picture(d.pop("picture"))

        def _parse_policy(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        policy = _parse_policy(d.pop("policy"))

        quiet_reason = d.pop("quiet_reason")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        rule_id = d.pop("rule_id")

        severity = check_alarm_detail_severity(d.pop("severity"))

        stage = d.pop("stage")

        task_id = d.pop("task_id")

        template = d.pop("template")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_verdict(data: object) -> AlarmDetailVerdictType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verdict_type_0 = check_alarm_detail_verdict_type_0(data)

                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AlarmDetailVerdictType0 | None, data)

        verdict = _parse_verdict(d.pop("verdict"))

        why = []
        _why = d.pop("why")
        for why_item_data in _why:
            why_item = EventGate.from_dict(why_item_data)

            why.append(why_item)

        zone = d.pop("zone")

        alarm_detail = cls(
            assignee=assignee,
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
            event=event,
            events=events,
            handling=handling,
            happened=happened,
            host_id=host_id,
            id=id,
            media=media,
            merged=merged,
            merged_into=merged_into,
            name=name,
            notes=notes,
            picture=picture,
            policy=policy,
            quiet_reason=quiet_reason,
            received_at=received_at,
            rule_id=rule_id,
            severity=severity,
            stage=stage,
            task_id=task_id,
            template=template,
            updated_at=updated_at,
            verdict=verdict,
            why=why,
            zone=zone,
        )

        alarm_detail.additional_properties = d
        return alarm_detail

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
