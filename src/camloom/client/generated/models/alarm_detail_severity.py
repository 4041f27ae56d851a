from typing import Literal

AlarmDetailSeverity = Literal["critical", "info", "major", "minor"]

ALARM_DETAIL_SEVERITY_VALUES: set[AlarmDetailSeverity] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_alarm_detail_severity(value: str) -> AlarmDetailSeverity:
    if value in ALARM_DETAIL_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_DETAIL_SEVERITY_VALUES!r}")
