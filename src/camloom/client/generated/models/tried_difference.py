from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.tried_alarm import TriedAlarm
    from ..models.tried_counts import TriedCounts
    from ..models.tried_pair import TriedPair


T = TypeVar("T", bound="TriedDifference")


@_attrs_define
class TriedDifference:
    """What an edit changes; of many alarms the first 2000 of a kind are listed, all are counted.

    Attributes:
        added (list[TriedAlarm]):
        changed (list[TriedPair]):
        counts (TriedCounts): How many alarms an edit adds, removes and keeps.
        per_hour (Any):
        per_rule (Any):
        removed (list[TriedAlarm]):
    """

    added: list[TriedAlarm]
    changed: list[TriedPair]
    counts: TriedCounts
    per_hour: Any
    per_rule: Any
    removed: list[TriedAlarm]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        added = []
        for added_item_data in self.added:
            added_item = added_item_data.to_dict()
            added.append(added_item)

        changed = []
        for changed_item_data in self.changed:
            changed_item = changed_item_data.to_dict()
            changed.append(changed_item)

        counts = self.counts.to_dict()

        per_hour = self.per_hour

        per_rule = self.per_rule

        removed = []
        for removed_item_data in self.removed:
            removed_item = removed_item_data.to_dict()
            removed.append(removed_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "added": added,
                "changed": changed,
                "counts": counts,
                "per_hour": per_hour,
                "per_rule": per_rule,
                "removed": removed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tried_alarm import TriedAlarm  # noqa: PLC0415
        from ..models.tried_counts import TriedCounts  # noqa: PLC0415
        from ..models.tried_pair import TriedPair  # noqa: PLC0415

        d = dict(src_dict)
        added = []
        _added = d.pop("added")
        for added_item_data in _added:
            added_item = TriedAlarm.from_dict(added_item_data)

            added.append(added_item)

        changed = []
        _changed = d.pop("changed")
        for changed_item_data in _changed:
            changed_item = TriedPair.from_dict(changed_item_data)

            changed.append(changed_item)

        counts = TriedCounts.from_dict(d.pop("counts"))

        per_hour = d.pop("per_hour")

        per_rule = d.pop("per_rule")

        removed = []
        _removed = d.pop("removed")
        for removed_item_data in _removed:
            removed_item = TriedAlarm.from_dict(removed_item_data)

            removed.append(removed_item)

        tried_difference = cls(
            added=added,
            changed=changed,
            counts=counts,
            per_hour=per_hour,
            per_rule=per_rule,
            removed=removed,
        )

        tried_difference.additional_properties = d
        return tried_difference

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
