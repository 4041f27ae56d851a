from typing import Literal

AlarmSummaryVerdictType0 = Literal["false", "true"]

ALARM_SUMMARY_VERDICT_TYPE_0_VALUES: set[AlarmSummaryVerdictType0] = {
    "false",
    "true",
}


def check_alarm_summary_verdict_type_0(value: str) -> AlarmSummaryVerdictType0:
    if value in ALARM_SUMMARY_VERDICT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_SUMMARY_VERDICT_TYPE_0_VALUES!r}")
