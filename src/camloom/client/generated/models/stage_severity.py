from typing import Literal

StageSeverity = Literal["critical", "info", "major", "minor"]

STAGE_SEVERITY_VALUES: set[StageSeverity] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_stage_severity(value: str) -> StageSeverity:
    if value in STAGE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STAGE_SEVERITY_VALUES!r}")
