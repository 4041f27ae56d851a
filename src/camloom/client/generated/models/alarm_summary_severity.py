from typing import Literal

AlarmSummarySeverity = Literal["critical", "info", "major", "minor"]

ALARM_SUMMARY_SEVERITY_VALUES: set[AlarmSummarySeverity] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_alarm_summary_severity(value: str) -> AlarmSummarySeverity:
    if value in ALARM_SUMMARY_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_SUMMARY_SEVERITY_VALUES!r}")
