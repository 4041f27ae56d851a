from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.policy_effect import PolicyEffect
    from ..models.policy_match import PolicyMatch


T = TypeVar("T", bound="PolicyForm")


@_attrs_define
class PolicyForm:
    """A policy as people write it.

    Attributes:
        name (str):
        effect (PolicyEffect | Unset): What a policy does with what it is about.
        enabled (bool | Unset):  Default: True.
        match (PolicyMatch | Unset): What a policy is about; what is left empty fits everything.
    """

    name: str
    effect: PolicyEffect | Unset = UNSET
    enabled: bool | Unset = True
    match: PolicyMatch | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        effect: dict[str, Any] | Unset = UNSET
        if not isinstance(self.effect, Unset):
            effect = self.effect.to_dict()

        enabled = self.enabled

        match: dict[str, Any] | Unset = UNSET
        if not isinstance(self.match, Unset):
            match = self.match.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if effect is not UNSET:
            field_dict["effect"] = effect
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if match is not UNSET:
            field_dict["match"] = match

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.policy_effect import PolicyEffect  # noqa: PLC0415
        from ..models.policy_match import PolicyMatch  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        _effect = d.pop("effect", UNSET)
        effect: PolicyEffect | Unset
        if isinstance(_effect, Unset):
            effect = UNSET
        else:
            effect = PolicyEffect.from_dict(_effect)

        enabled = d.pop("enabled", UNSET)

        _match = d.pop("match", UNSET)
        match: PolicyMatch | Unset
        if isinstance(_match, Unset):
            match = UNSET
        else:
            match = PolicyMatch.from_dict(_match)

        policy_form = cls(
            name=name,
            effect=effect,
            enabled=enabled,
            match=match,
        )

        return policy_form
