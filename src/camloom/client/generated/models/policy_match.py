from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.policy_match_severities_item import PolicyMatchSeveritiesItem, check_policy_match_severities_item
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.week_span import WeekSpan


T = TypeVar("T", bound="PolicyMatch")


@_attrs_define
class PolicyMatch:
    """What a policy is about; what is left empty fits everything.

    Attributes:
        cameras (list[str] | Unset):
        groups (list[str] | Unset):
        severities (list[PolicyMatchSeveritiesItem] | Unset):
        templates (list[str] | Unset): templates, or types of events
        week (list[WeekSpan] | Unset):
    """

    cameras: list[str] | Unset = UNSET
    groups: list[str] | Unset = UNSET
    severities: list[PolicyMatchSeveritiesItem] | Unset = UNSET
    templates: list[str] | Unset = UNSET
    week: list[WeekSpan] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        cameras: list[str] | Unset = UNSET
        if not isinstance(self.cameras, Unset):
            cameras = self.cameras

        groups: list[str] | Unset = UNSET
        if not isinstance(self.groups, Unset):
            groups = self.groups

        severities: list[str] | Unset = UNSET
        if not isinstance(self.severities, Unset):
            severities = []
            for severities_item_data in self.severities:
                severities_item: str = severities_item_data
                severities.append(severities_item)

        templates: list[str] | Unset = UNSET
        if not isinstance(self.templates, Unset):
            templates = self.templates

        week: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.week, Unset):
            week = []
            for week_item_data in self.week:
                week_item = week_item_data.to_dict()
                week.append(week_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if cameras is not UNSET:
            field_dict["cameras"] = cameras
        if groups is not UNSET:
            field_dict["groups"] = groups
        if severities is not UNSET:
            field_dict["severities"] = severities
        if templates is not UNSET:
            field_dict["templates"] = templates
        if week is not UNSET:
            field_dict["week"] = week

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.week_span import WeekSpan  # noqa: PLC0415

        d = dict(src_dict)
        cameras = cast(list[str], d.pop("cameras", UNSET))

        groups = cast(list[str], d.pop("groups", UNSET))

        _severities = d.pop("severities", UNSET)
        severities: list[PolicyMatchSeveritiesItem] | Unset = UNSET
        if _severities is not UNSET:
            severities = []
            for severities_item_data in _severities:
                severities_item = check_policy_match_severities_item(severities_item_data)

                severities.append(severities_item)

        templates = cast(list[str], d.pop("templates", UNSET))

        _week = d.pop("week", UNSET)
        week: list[WeekSpan] | Unset = UNSET
        if _week is not UNSET:
            week = []
            for week_item_data in _week:
                week_item = WeekSpan.from_dict(week_item_data)

                week.append(week_item)

        policy_match = cls(
            cameras=cameras,
            groups=groups,
            severities=severities,
            templates=templates,
            week=week,
        )

        return policy_match
