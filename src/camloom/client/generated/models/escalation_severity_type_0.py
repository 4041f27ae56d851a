from typing import Literal

EscalationSeverityType0 = Literal["critical", "info", "major", "minor"]

ESCALATION_SEVERITY_TYPE_0_VALUES: set[EscalationSeverityType0] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_escalation_severity_type_0(value: str) -> EscalationSeverityType0:
    if value in ESCALATION_SEVERITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ESCALATION_SEVERITY_TYPE_0_VALUES!r}")
