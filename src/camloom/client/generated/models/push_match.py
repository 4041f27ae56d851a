from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.push_match_changes_item import PushMatchChangesItem, check_push_match_changes_item
from ..models.push_match_severities_item import PushMatchSeveritiesItem, check_push_match_severities_item
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.week_span import WeekSpan


T = TypeVar("T", bound="PushMatch")


@_attrs_define
class PushMatch:
    """Which changes of which alarms; what is left empty fits everything.

    Attributes:
        cameras (list[str] | Unset):
        changes (list[PushMatchChangesItem] | Unset):
        groups (list[str] | Unset):
        quiet (list[WeekSpan] | Unset): when not to, whatever `week` says
        severities (list[PushMatchSeveritiesItem] | Unset):
        templates (list[str] | Unset):
        week (list[WeekSpan] | Unset): when to push; by the clock of the site
    """

    cameras: list[str] | Unset = UNSET
    changes: list[PushMatchChangesItem] | Unset = UNSET
    groups: list[str] | Unset = UNSET
    quiet: list[WeekSpan] | Unset = UNSET
    severities: list[PushMatchSeveritiesItem] | Unset = UNSET
    templates: list[str] | Unset = UNSET
    week: list[WeekSpan] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        cameras: list[str] | Unset = UNSET
        if not isinstance(self.cameras, Unset):
            cameras = self.cameras

        changes: list[str] | Unset = UNSET
        if not isinstance(self.changes, Unset):
            changes = []
            for changes_item_data in self.changes:
                changes_item: str = changes_item_data
                changes.append(changes_item)

        groups: list[str] | Unset = UNSET
        if not isinstance(self.groups, Unset):
            groups = self.groups

        quiet: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.quiet, Unset):
            quiet = []
            for quiet_item_data in self.quiet:
                quiet_item = quiet_item_data.to_dict()
                quiet.append(quiet_item)

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
        if changes is not UNSET:
            field_dict["changes"] = changes
        if groups is not UNSET:
            field_dict["groups"] = groups
        if quiet is not UNSET:
            field_dict["quiet"] = quiet
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

        _changes = d.pop("changes", UNSET)
        changes: list[PushMatchChangesItem] | Unset = UNSET
        if _changes is not UNSET:
            changes = []
            for changes_item_data in _changes:
                changes_item = check_push_match_changes_item(changes_item_data)

                changes.append(changes_item)

        groups = cast(list[str], d.pop("groups", UNSET))

        _quiet = d.pop("quiet", UNSET)
        quiet: list[WeekSpan] | Unset = UNSET
        if _quiet is not UNSET:
            quiet = []
            for quiet_item_data in _quiet:
                quiet_item = WeekSpan.from_dict(quiet_item_data)

                quiet.append(quiet_item)

        _severities = d.pop("severities", UNSET)
        severities: list[PushMatchSeveritiesItem] | Unset = UNSET
        if _severities is not UNSET:
            severities = []
            for severities_item_data in _severities:
                severities_item = check_push_match_severities_item(severities_item_data)

                severities.append(severities_item)

        templates = cast(list[str], d.pop("templates", UNSET))

        _week = d.pop("week", UNSET)
        week: list[WeekSpan] | Unset = UNSET
        if _week is not UNSET:
            week = []
            for week_item_data in _week:
                week_item = WeekSpan.from_dict(week_item_data)

                week.append(week_item)

        push_match = cls(
            cameras=cameras,
            changes=changes,
            groups=groups,
            quiet=quiet,
            severities=severities,
            templates=templates,
            week=week,
        )

        return push_match
