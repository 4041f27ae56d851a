from typing import Literal

AlarmSummaryHandling = Literal["acknowledged", "closed", "new"]

ALARM_SUMMARY_HANDLING_VALUES: set[AlarmSummaryHandling] = {
    "acknowledged",
    "closed",
    "new",
}


def check_alarm_summary_handling(value: str) -> AlarmSummaryHandling:
    if value in ALARM_SUMMARY_HANDLING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_SUMMARY_HANDLING_VALUES!r}")
