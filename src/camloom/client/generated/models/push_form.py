from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.push_form_language import PushFormLanguage, check_push_form_language
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.push_match import PushMatch


T = TypeVar("T", bound="PushForm")


@_attrs_define
class PushForm:
    """A target as people write it.

    Attributes:
        settings: of its kind, see `GET /pushes/kinds`; a mask stands for a secret that stays as it is.
        match: None: all alarms, of the changes that the kind is made for.

        Attributes:
            kind (str):
            name (str):
            settings (Any):
            enabled (bool | Unset):  Default: True.
            language (PushFormLanguage | Unset):  Default: 'zh'.
            match (None | PushMatch | Unset):
    """

    kind: str
    name: str
    settings: Any
    enabled: bool | Unset = True
    language: PushFormLanguage | Unset = "zh"
    match: None | PushMatch | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.push_match import PushMatch  # noqa: PLC0415

        kind = self.kind

        name = self.name

        settings = self.settings

        enabled = self.enabled

        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        match: dict[str, Any] | None | Unset
        if isinstance(self.match, Unset):
            match = UNSET
        elif isinstance(self.match, PushMatch):
            match = self.match.to_dict()
        else:
            match = self.match

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "settings": settings,
            }
        )
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if language is not UNSET:
            field_dict["language"] = language
        if match is not UNSET:
            field_dict["match"] = match

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.push_match import PushMatch  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        name = d.pop("name")

        settings = d.pop("settings")

        enabled = d.pop("enabled", UNSET)

        _language = d.pop("language", UNSET)
        language: PushFormLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_push_form_language(_language)

        def _parse_match(data: object) -> None | PushMatch | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                match_type_0 = PushMatch.from_dict(data)

                return match_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PushMatch | Unset, data)

        match = _parse_match(d.pop("match", UNSET))

        push_form = cls(
            kind=kind,
            name=name,
            settings=settings,
            enabled=enabled,
            language=language,
            match=match,
        )

        return push_form
