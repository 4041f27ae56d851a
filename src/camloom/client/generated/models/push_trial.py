from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.push_trial_language import PushTrialLanguage, check_push_trial_language
from ..types import UNSET, Unset

T = TypeVar("T", bound="PushTrial")


@_attrs_define
class PushTrial:
    """Settings to be tried out before they are kept.

    Attributes:
        push_id: the target whose secrets masks stand for; None: a new one.

        Attributes:
            kind (str):
            settings (Any):
            language (PushTrialLanguage | Unset):  Default: 'zh'.
            push_id (None | str | Unset):
    """

    kind: str
    settings: Any
    language: PushTrialLanguage | Unset = "zh"
    push_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        settings = self.settings

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        push_id: None | str | Unset
        if isinstance(self.push_id, Unset):
            push_id = UNSET
        else:
            push_id = self.push_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "settings": settings,
            }
        )
        if language is not UNSET:
            field_dict["language"] = language
        if push_id is not UNSET:
            field_dict["push_id"] = push_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        settings = d.pop("settings")

        _language = d.pop("language", UNSET)
        language: PushTrialLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_push_trial_language(_language)

        def _parse_push_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        push_id = _parse_push_id(d.pop("push_id", UNSET))

        push_trial = cls(
            kind=kind,
            settings=settings,
            language=language,
            push_id=push_id,
        )

        return push_trial
