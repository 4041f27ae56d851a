from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.push_kind_answer_changes_item import PushKindAnswerChangesItem, check_push_kind_answer_changes_item

T = TypeVar("T", bound="PushKindAnswer")


@_attrs_define
class PushKindAnswer:
    """A kind of target.

    Attributes:
        summary: what it is.
        secrets: names of the settings that are never shown again.
        destination: settings that say to whom secrets are shown: a change of one needs the secrets again.
        changes: of what such a target is told unless somebody says otherwise.
        settings_schema: JSON Schema of its settings, see `FormSchema`.
        unavailable: why it cannot be used here; empty: it can.

        Attributes:
            changes (list[PushKindAnswerChangesItem]):
            destination (list[str]):
            kind (str):
            secrets (list[str]):
            settings_schema (Any):
            summary (str):
            unavailable (str):
    """

    changes: list[PushKindAnswerChangesItem]
    destination: list[str]
    kind: str
    secrets: list[str]
    settings_schema: Any
    summary: str
    unavailable: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        changes = []
        for changes_item_data in self.changes:
            changes_item: str = changes_item_data
            changes.append(changes_item)

        destination = self.destination

        kind = self.kind

        secrets = self.secrets

        settings_schema = self.settings_schema

        summary = self.summary

        unavailable = self.unavailable

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "changes": changes,
                "destination": destination,
                "kind": kind,
                "secrets": secrets,
                "settings_schema": settings_schema,
                "summary": summary,
                "unavailable": unavailable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = check_push_kind_answer_changes_item(changes_item_data)

            changes.append(changes_item)

        destination = cast(list[str], d.pop("destination"))

        kind = d.pop("kind")

        secrets = cast(list[str], d.pop("secrets"))

        settings_schema = d.pop("settings_schema")

        summary = d.pop("summary")

        unavailable = d.pop("unavailable")

        push_kind_answer = cls(
            changes=changes,
            destination=destination,
            kind=kind,
            secrets=secrets,
            settings_schema=settings_schema,
            summary=summary,
            unavailable=unavailable,
        )

        push_kind_answer.additional_properties = d
        return push_kind_answer

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
