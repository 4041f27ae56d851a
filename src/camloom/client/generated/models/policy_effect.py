from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.policy_effect_severity_type_0 import PolicyEffectSeverityType0, check_policy_effect_severity_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.escalation import Escalation
    from ..models.policy_often import PolicyOften


T = TypeVar("T", bound="PolicyEffect")


@_attrs_define
class PolicyEffect:
    """What a policy does with what it is about.

    Attributes:
        cooldown_s (float | Unset): keep quiet what comes so soon after one that was shown Default: 0.0.
        escalate (Escalation | None | Unset):
        lasts_s (float | Unset): show it only when it has lasted so long Default: 0.0.
        merge_s (float | Unset): of one camera and template within so long: one alarm Default: 0.0.
        often (None | PolicyOften | Unset):
        quiet (bool | Unset): keep it, but show and push it to nobody Default: False.
        severity (None | PolicyEffectSeverityType0 | Unset): instead of the one that the template has
    """

    cooldown_s: float | Unset = 0.0
    escalate: Escalation | None | Unset = UNSET
    lasts_s: float | Unset = 0.0
    merge_s: float | Unset = 0.0
    often: None | PolicyOften | Unset = UNSET
    quiet: bool | Unset = False
    severity: None | PolicyEffectSeverityType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.policy_often import PolicyOften  # noqa: PLC0415

        cooldown_s = self.cooldown_s

        escalate: dict[str, Any] | None | Unset
        if isinstance(self.escalate, Unset):
            escalate = UNSET
        elif isinstance(self.escalate, Escalation):
            escalate = self.escalate.to_dict()
        else:
            escalate = self.escalate

        lasts_s = self.lasts_s

        merge_s = self.merge_s

        often: dict[str, Any] | None | Unset
        if isinstance(self.often, Unset):
            often = UNSET
        elif isinstance(self.often, PolicyOften):
            often = self.often.to_dict()
        else:
            often = self.often

        quiet = self.quiet

        severity: None | str | Unset
        if isinstance(self.severity, Unset):
            severity = UNSET
        elif isinstance(self.severity, str):
            severity = self.severity
        else:
            severity = self.severity

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if cooldown_s is not UNSET:
            field_dict["cooldown_s"] = cooldown_s
        if escalate is not UNSET:
            field_dict["escalate"] = escalate
        if lasts_s is not UNSET:
            field_dict["lasts_s"] = lasts_s
        if merge_s is not UNSET:
            field_dict["merge_s"] = merge_s
        if often is not UNSET:
            field_dict["often"] = often
        if quiet is not UNSET:
            field_dict["quiet"] = quiet
        if severity is not UNSET:
            field_dict["severity"] = severity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.policy_often import PolicyOften  # noqa: PLC0415

        d = dict(src_dict)
        cooldown_s = d.pop("cooldown_s", UNSET)

        def _parse_escalate(data: object) -> Escalation | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                escalate_type_0 = Escalation.from_dict(data)

                return escalate_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Escalation | None | Unset, data)

        escalate = _parse_escalate(d.pop("escalate", UNSET))

        lasts_s = d.pop("lasts_s", UNSET)

        merge_s = d.pop("merge_s", UNSET)

        def _parse_often(data: object) -> None | PolicyOften | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                often_type_0 = PolicyOften.from_dict(data)

                return often_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyOften | Unset, data)

        often = _parse_often(d.pop("often", UNSET))

        quiet = d.pop("quiet", UNSET)

        def _parse_severity(data: object) -> None | PolicyEffectSeverityType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                severity_type_0 = check_policy_effect_severity_type_0(data)

                return severity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PolicyEffectSeverityType0 | Unset, data)

        severity = _parse_severity(d.pop("severity", UNSET))

        policy_effect = cls(
            cooldown_s=cooldown_s,
            escalate=escalate,
            lasts_s=lasts_s,
            merge_s=merge_s,
            often=often,
            quiet=quiet,
            severity=severity,
        )

        return policy_effect
