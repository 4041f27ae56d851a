from typing import Literal

PolicyEffectSeverityType0 = Literal["critical", "info", "major", "minor"]

POLICY_EFFECT_SEVERITY_TYPE_0_VALUES: set[PolicyEffectSeverityType0] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_policy_effect_severity_type_0(value: str) -> PolicyEffectSeverityType0:
    if value in POLICY_EFFECT_SEVERITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {POLICY_EFFECT_SEVERITY_TYPE_0_VALUES!r}")
