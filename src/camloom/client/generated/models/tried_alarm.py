from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TriedAlarm")


@_attrs_define
class TriedAlarm:
    """An alarm that rules gave, or would have given.

    Attributes:
        place: name of the zone or line; empty if none.
        count: how often it happened, of an alarm of a template.

        Attributes:
            began (datetime.datetime):
            ended (datetime.datetime):
            rule_id (str):
            count (int | Unset):  Default: 0.
            direction (str | Unset):  Default: ''.
            place (str | Unset):  Default: ''.
            stage (str | Unset):  Default: ''.
            template (str | Unset):  Default: ''.
            track_ids (list[int] | Unset):
            type_ (str | Unset):  Default: ''.
            unit (str | Unset):  Default: ''.
            value (float | None | Unset):
    """

    began: datetime.datetime
    ended: datetime.datetime
    rule_id: str
    count: int | Unset = 0
    direction: str | Unset = ""
    place: str | Unset = ""
    stage: str | Unset = ""
    template: str | Unset = ""
    track_ids: list[int] | Unset = UNSET
    type_: str | Unset = ""
    unit: str | Unset = ""
    value: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        began = self.began.isoformat()

        ended = self.ended.isoformat()

        rule_id = self.rule_id

        count = self.count

        direction = self.direction

        place = self.place

        stage = self.stage

        template = self.template

        track_ids: list[int] | Unset = UNSET
        if not isinstance(self.track_ids, Unset):
            track_ids = self.track_ids

        type_ = self.type_

        unit = self.unit

        value: float | None | Unset
        if isinstance(self.value, Unset):
            value = UNSET
        else:
            value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "began": began,
                "ended": ended,
                "rule_id": rule_id,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count
        if direction is not UNSET:
            field_dict["direction"] = direction
        if place is not UNSET:
            field_dict["place"] = place
        if stage is not UNSET:
            field_dict["stage"] = stage
        if template is not UNSET:
            field_dict["template"] = template
        if track_ids is not UNSET:
            field_dict["track_ids"] = track_ids
        if type_ is not UNSET:
            field_dict["type"] = type_
        if unit is not UNSET:
            field_dict["unit"] = unit
        if value is not UNSET:
            field_dict["value"] = value

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        began = datetime.datetime.fromisoformat(d.pop("began"))

        ended = datetime.datetime.fromisoformat(d.pop("ended"))

        rule_id = d.pop("rule_id")

        count = d.pop("count", UNSET)

        direction = d.pop("direction", UNSET)

        place = d.pop("place", UNSET)

        stage = d.pop("stage", UNSET)

        template = d.pop("template", UNSET)

        track_ids = cast(list[int], d.pop("track_ids", UNSET))

        type_ = d.pop("type", UNSET)

        unit = d.pop("unit", UNSET)

        def _parse_value(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        value = _parse_value(d.pop("value", UNSET))

        tried_alarm = cls(
            began=began,
            ended=ended,
            rule_id=rule_id,
            count=count,
            direction=direction,
            place=place,
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
