from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TriedAlarm")


@_attrs_define
class TriedAlarm:
    """An alarm that rules gave, or would have given.

    Attributes:
        place: name of the zone or line; empty if none.
        count: how often it happened, of an alarm of a template.

        Attributes:
            began (datetime.datetime):
            count (int):  Default: 0.
            direction (str):  Default: ''.
            ended (datetime.datetime):
            place (str):  Default: ''.
            rule_id (str):
            stage (str):  Default: ''.
            template (str):  Default: ''.
            track_ids (list[int]):
            type_ (str):  Default: ''.
            unit (str):  Default: ''.
            value (float | None):
    """

    began: datetime.datetime
    ended: datetime.datetime
    rule_id: str
    track_ids: list[int]
    value: float | None
    count: int = 0
    direction: str = ""
    place: str = ""
    stage: str = ""
    template: str = ""
    type_: str = ""
    unit: str = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        began = self.began.isoformat()

        count = self.count

        direction = self.direction

        ended = self.ended.isoformat()

        place = self.place

        rule_id = self.rule_id

        stage = self.stage

        template = self.template

        track_ids = self.track_ids

        type_ = self.type_

        unit = self.unit

        value: float | None
        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "began": began,
                "count": count,
                "direction": direction,
                "ended": ended,
                "place": place,
                "rule_id": rule_id,
                "stage": stage,
                "template": template,
                "track_ids": track_ids,
                "type": type_,
                "unit": unit,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        began = datetime.datetime.fromisoformat(d.pop("began"))

        count = d.pop("count")

        direction = d.pop("direction")

        ended = datetime.datetime.fromisoformat(d.pop("ended"))

        place = d.pop("place")

        rule_id = d.pop("rule_id")

        stage = d.pop("stage")

        template = d.pop("template")

        track_ids = cast(list[int], d.pop("track_ids"))

        type_ = d.pop("type")

        unit = d.pop("unit")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        tried_alarm = cls(
            began=began,
            count=count,
            direction=direction,
            ended=ended,
            place=place,
            rule_id=rule_id,
            stage=stage,
            template=template,
            track_ids=track_ids,
            type_=type_,
            unit=unit,
            value=value,
        )

        tried_alarm.additional_properties = d
        return tried_alarm

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
