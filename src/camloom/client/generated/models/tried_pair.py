from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.tried_alarm import TriedAlarm


T = TypeVar("T", bound="TriedPair")


@_attrs_define
class TriedPair:
    """An alarm that is kept: as it would be, as it was, and by how much later it would begin.

    Attributes:
        new (TriedAlarm): An alarm that rules gave, or would have given.

            Attributes:
                place: name of the zone or line; empty if none.
                count: how often it happened, of an alarm of a template.
        old (TriedAlarm): An alarm that rules gave, or would have given.

            Attributes:
                place: name of the zone or line; empty if none.
                count: how often it happened, of an alarm of a template.
        shift_s (float):
    """

    new: TriedAlarm
    old: TriedAlarm
    shift_s: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        new = self.new.to_dict()

        old = self.old.to_dict()

        shift_s = self.shift_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "new": new,
                "old": old,
                "shift_s": shift_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tried_alarm import TriedAlarm  # noqa: PLC0415

        d = dict(src_dict)
        new = TriedAlarm.from_dict(d.pop("new"))

        old = TriedAlarm.from_dict(d.pop("old"))

        shift_s = d.pop("shift_s")

        tried_pair = cls(
            new=new,
            old=old,
            shift_s=shift_s,
        )

        tried_pair.additional_properties = d
        return tried_pair

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
